"""The list by grade, through all complaints."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0005_subjects_found"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(models.functions.Coalesce("grade", models.Value(9)), models.F("id"), name="complaint_by_grade"),
        ),
    ]
