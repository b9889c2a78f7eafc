"""Orders and projects on record, found by how they begin; open complaints of a product."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0004_lists_in_order"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["product"], name="complaint_open_by_product"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("order_number"), "text_pattern_ops"),
                condition=models.Q(("order_number", ""), _negated=True),
                name="complaint_by_order",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("project"), "text_pattern_ops"),
                condition=models.Q(("project", ""), _negated=True),
                name="complaint_by_project",
            ),
        ),
    ]
