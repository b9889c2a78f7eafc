"""The test clock and the two functions that read the time (architecture, section 5)."""

from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION redress_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT statement_timestamp() + coalesce((SELECT "offset" FROM test_clock), interval '0') $$;
CREATE FUNCTION redress_instant() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() + coalesce((SELECT "offset" FROM test_clock), interval '0') $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="TestClock",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("offset", models.DurationField()),
            ],
            options={
                "db_table": "test_clock",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="test_clock_single")],
            },
        ),
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION redress_instant(); DROP FUNCTION redress_now();"),
    ]
