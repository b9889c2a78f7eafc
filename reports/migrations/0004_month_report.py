"""The months' reports, their signatures and what was published. What is signed or published cannot be changed, like the history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SEALED = ("reports_signoff", "reports_publication")
REPORT = "reports_monthreport"
GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION redress_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION redress_refuse_change();
"""
# A report is written until it is published, and never taken away.
GUARD_REPORT = f"""
CREATE TRIGGER {REPORT}_no_change BEFORE UPDATE ON {REPORT} FOR EACH ROW WHEN (OLD.state = 'published')
  EXECUTE FUNCTION redress_refuse_change();
CREATE TRIGGER {REPORT}_no_delete BEFORE DELETE ON {REPORT} FOR EACH ROW EXECUTE FUNCTION redress_refuse_change();
CREATE TRIGGER {REPORT}_no_truncate BEFORE TRUNCATE ON {REPORT} FOR EACH STATEMENT EXECUTE FUNCTION redress_refuse_change();
"""
UNGUARD = "DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"


def take_rights(apps, schema_editor):
    """The app's role may read and add what is sealed, nothing else. A company with one role for everything still has the triggers."""
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone():
            for table in SEALED:
                schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')
            schema_editor.execute(f'REVOKE DELETE, TRUNCATE ON {REPORT} FROM "{role}"')


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("complaints", "0002_history_is_append_only"),
        ("reports", "0003_morning_sheet"),
        ("organisation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("prepared", "Prepared"), ("reviewed", "Reviewed"), ("published", "Published")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("analysis", models.TextField(blank=True)),
                ("measures", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(null=True)),
                (
                    "branch",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="month_reports", to="organisation.branch"),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["branch_id", "-month"],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[("prepared", "prepared"), ("reviewed", "reviewed"), ("approved", "approved and published")], max_length=10
                    ),
                ),
                ("exception", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("content", models.CharField(max_length=64)),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("event", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.event")),
                (
                    "on_behalf",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "report",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sign_offs", to="reports.monthreport"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="publication",
                        serialize=False,
                        to="reports.monthreport",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("cutoff", models.DateTimeField()),
                ("content", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("event", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.event")),
            ],
        ),
        migrations.AddConstraint(
            model_name="monthreport",
            constraint=models.UniqueConstraint(fields=("branch", "month"), name="month_report_once"),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.UniqueConstraint(fields=("report", "round", "step"), name="month_signed_once"),
        ),
        migrations.RunSQL(
            "".join(GUARD.format(table=table) for table in SEALED) + GUARD_REPORT,
            "".join(UNGUARD.format(table=table) for table in (*SEALED, REPORT)) + f"DROP TRIGGER {REPORT}_no_delete ON {REPORT};",
        ),
        migrations.RunPython(take_rights, migrations.RunPython.noop),
    ]
