"""A month is added up from its days too: more is counted of each, so more changes make a day stale, and all of them are counted again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# All that was counted before lacks the new columns: none of it is believed any more.
AGAIN = """
DELETE FROM reports_daycount;
INSERT INTO reports_staleday (branch_id, day)
SELECT DISTINCT branch.id, (one.at AT TIME ZONE branch.zone)::date
  FROM complaints_complaint AS complaint
  JOIN organisation_branch AS branch ON branch.id = complaint.branch_id,
       LATERAL (VALUES (complaint.received_at), (complaint.closed_at)) AS one(at)
 WHERE one.at IS NOT NULL;
"""

COMPLAINTS = """
DROP TRIGGER reports_complaint_changed ON complaints_complaint;
CREATE TRIGGER reports_complaint_changed AFTER UPDATE ON complaints_complaint FOR EACH ROW
  WHEN ((OLD.branch_id, OLD.department_id, OLD.received_at, OLD.acknowledged_at, OLD.closed_at, OLD.valid, OLD.nature, OLD.satisfied,
         OLD.score, OLD.outcome = 'on_spot', OLD.reopened > 0, OLD.chased > 0, OLD.state = 'closed', OLD.grade <= 2) IS DISTINCT FROM
        (NEW.branch_id, NEW.department_id, NEW.received_at, NEW.acknowledged_at, NEW.closed_at, NEW.valid, NEW.nature, NEW.satisfied,
         NEW.score, NEW.outcome = 'on_spot', NEW.reopened > 0, NEW.chased > 0, NEW.state = 'closed', NEW.grade <= 2))
  EXECUTE FUNCTION reports_complaint_changed();
"""

# Timers are counted from the moment they are there, for they have no verdict then; and when the plan came is told by its timer.
TIMERS = """
CREATE OR REPLACE FUNCTION reports_timers_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT complaint_id FROM changed);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION reports_timers_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT changed.complaint_id FROM changed JOIN former USING (id)
                           WHERE (changed.code, changed.subject, changed.ordinal, changed.verdict, changed.by_rule, changed.state = 'void')
                 IS DISTINCT FROM (former.code, former.subject, former.ordinal, former.verdict, former.by_rule, former.state = 'void')
                              OR (changed.code = 'plan' AND (changed.state = 'stopped', changed.stopped_at)
                                           IS DISTINCT FROM (former.state = 'stopped', former.stopped_at)));
  RETURN NULL;
END $$;
"""

BACK_COMPLAINTS = """
DROP TRIGGER reports_complaint_changed ON complaints_complaint;
CREATE TRIGGER reports_complaint_changed AFTER UPDATE ON complaints_complaint FOR EACH ROW
  WHEN ((OLD.branch_id, OLD.department_id, OLD.received_at, OLD.closed_at, OLD.valid, OLD.nature, OLD.satisfied,
         OLD.state = 'closed', OLD.grade <= 2) IS DISTINCT FROM
        (NEW.branch_id, NEW.department_id, NEW.received_at, NEW.closed_at, NEW.valid, NEW.nature, NEW.satisfied,
         NEW.state = 'closed', NEW.grade <= 2))
  EXECUTE FUNCTION reports_complaint_changed();
"""
BACK_TIMERS = """
CREATE OR REPLACE FUNCTION reports_timers_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT complaint_id FROM changed WHERE verdict <> '');
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION reports_timers_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT changed.complaint_id FROM changed JOIN former USING (id)
                           WHERE (changed.verdict, changed.state = 'void', changed.by_rule)
                 IS DISTINCT FROM (former.verdict, former.state = 'void', former.by_rule));
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0001_initial"),
        ("reports", "0004_month_report"),
    ]

    operations = [
        migrations.AddField(
            model_name="daycount",
            name="chased",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="daycount",
            name="invalid",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="daycount",
            name="on_spot",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="daycount",
            name="reopened",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="daycount",
            name="scored",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="daycount",
            name="scores",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="DayTimes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("acknowledged", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                ("planned", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                ("closed", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisation.branch"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["branch", "day"], name="daytimes_by_day")],
            },
        ),
        migrations.CreateModel(
            name="DayVerdicts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("code", models.CharField(max_length=20)),
                ("in_time", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("blank", models.PositiveIntegerField()),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisation.branch"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["branch", "day"], name="dayverdicts_by_day")],
            },
        ),
        migrations.RunSQL(AGAIN + COMPLAINTS + TIMERS, BACK_COMPLAINTS + BACK_TIMERS),
    ]
