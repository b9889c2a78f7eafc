"""Indexes of the list's orders, which go through all branches at once, and of what my work looks for."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_finding"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="complaint",
            name="complaint_by_number",
        ),
        migrations.RemoveIndex(
            model_name="complaint",
            name="complaint_by_receipt",
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.OrderBy(models.F("number_key"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="complaint_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="complaint_by_receipt",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.OrderBy(models.F("closed_at"), descending=True), condition=models.Q(("state", "closed")), name="complaint_by_closing"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False), ("verified_at__isnull", True)),
                fields=["complaint"],
                name="measure_to_verify",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(condition=models.Q(("kept_at__isnull", True)), fields=["complaint"], name="promise_not_kept"),
        ),
    ]
