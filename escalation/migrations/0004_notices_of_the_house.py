"""A notice may be of the house's chain, and of no complaint: of a month's report."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_history_is_append_only"),
        ("escalation", "0003_timers_told_by_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="complaint",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
            ),
        ),
    ]
