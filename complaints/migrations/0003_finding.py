"""What customers, lots and open complaints of a customer are found by, at intake."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_history_is_append_only"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="search",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, size=None),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["customer"], name="complaint_open_by_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="customer_search"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("number"), "text_pattern_ops"),
                name="lot_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("delivery_note"), "text_pattern_ops"),
                name="lot_by_delivery_note",
            ),
        ),
    ]
