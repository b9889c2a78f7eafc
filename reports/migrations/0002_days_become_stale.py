"""The database marks the days whose counts a change makes wrong, whoever changes it and however: a move, the sweep, an import, COPY.

A day is the branch's local one. Marks are rows that are only added: changes at the same time do not wait for each other. An update of a
complaint that touches nothing that is counted costs nothing, for the condition is asked before the function.
"""

from django.db import migrations

# What was there before: all of it is still to be counted.
EXISTING = """
INSERT INTO reports_staleday (branch_id, day)
SELECT DISTINCT branch.id, (one.at AT TIME ZONE branch.zone)::date
  FROM complaints_complaint AS complaint
  JOIN organisation_branch AS branch ON branch.id = complaint.branch_id,
       LATERAL (VALUES (complaint.received_at), (complaint.closed_at)) AS one(at)
 WHERE one.at IS NOT NULL;
"""

COMPLAINTS = """
CREATE FUNCTION reports_complaints_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (one.at AT TIME ZONE branch.zone)::date
    FROM changed
    JOIN organisation_branch AS branch ON branch.id = changed.branch_id,
         LATERAL (VALUES (changed.received_at), (changed.closed_at)) AS one(at)
   WHERE one.at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER reports_complaints_came AFTER INSERT ON complaints_complaint
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports_complaints_came();
CREATE TRIGGER reports_complaints_went AFTER DELETE ON complaints_complaint
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports_complaints_came();

CREATE FUNCTION reports_complaint_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (one.at AT TIME ZONE branch.zone)::date
    FROM (VALUES (OLD.branch_id, OLD.received_at), (OLD.branch_id, OLD.closed_at),
                 (NEW.branch_id, NEW.received_at), (NEW.branch_id, NEW.closed_at)) AS one(branch_id, at)
    JOIN organisation_branch AS branch ON branch.id = one.branch_id
   WHERE one.at IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER reports_complaint_changed AFTER UPDATE ON complaints_complaint FOR EACH ROW
  WHEN ((OLD.branch_id, OLD.department_id, OLD.received_at, OLD.closed_at, OLD.valid, OLD.nature, OLD.satisfied,
         OLD.state = 'closed', OLD.grade <= 2) IS DISTINCT FROM
        (NEW.branch_id, NEW.department_id, NEW.received_at, NEW.closed_at, NEW.valid, NEW.nature, NEW.satisfied,
         NEW.state = 'closed', NEW.grade <= 2))
  EXECUTE FUNCTION reports_complaint_changed();
"""

# Of a timer only its verdict is counted: nothing is marked while it merely runs.
TIMERS = """
CREATE FUNCTION reports_timers_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT complaint_id FROM changed WHERE verdict <> '');
  RETURN NULL;
END $$;
CREATE TRIGGER reports_timers_came AFTER INSERT ON escalation_timer
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports_timers_came();
CREATE TRIGGER reports_timers_went AFTER DELETE ON escalation_timer
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports_timers_came();

CREATE FUNCTION reports_timers_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT branch.id, (complaint.received_at AT TIME ZONE branch.zone)::date
    FROM complaints_complaint AS complaint JOIN organisation_branch AS branch ON branch.id = complaint.branch_id
   WHERE complaint.id IN (SELECT changed.complaint_id FROM changed JOIN former USING (id)
                           WHERE (changed.verdict, changed.state = 'void', changed.by_rule)
                 IS DISTINCT FROM (former.verdict, former.state = 'void', former.by_rule));
  RETURN NULL;
END $$;
CREATE TRIGGER reports_timers_changed AFTER UPDATE ON escalation_timer
  REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION reports_timers_changed();
"""

# In another zone the same instants lie on other days, next to those known.
ZONES = """
CREATE FUNCTION reports_zone_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO reports_staleday (branch_id, day)
  SELECT DISTINCT NEW.id, known.day + shift
    FROM (SELECT day FROM reports_daycount WHERE branch_id = NEW.id UNION SELECT day FROM reports_staleday WHERE branch_id = NEW.id) AS known,
         generate_series(-1, 1) AS shift;
  RETURN NULL;
END $$;
CREATE TRIGGER reports_zone_changed AFTER UPDATE ON organisation_branch FOR EACH ROW
  WHEN (OLD.zone IS DISTINCT FROM NEW.zone) EXECUTE FUNCTION reports_zone_changed();
"""

BACK = """
DROP TRIGGER reports_complaints_came ON complaints_complaint;
DROP TRIGGER reports_complaints_went ON complaints_complaint;
DROP TRIGGER reports_complaint_changed ON complaints_complaint;
DROP TRIGGER reports_timers_came ON escalation_timer;
DROP TRIGGER reports_timers_went ON escalation_timer;
DROP TRIGGER reports_timers_changed ON escalation_timer;
DROP TRIGGER reports_zone_changed ON organisation_branch;
DROP FUNCTION reports_complaints_came, reports_complaint_changed, reports_timers_came, reports_timers_changed, reports_zone_changed;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("complaints", "0002_history_is_append_only"), ("escalation", "0003_timers_told_by_index")]
    operations = [migrations.RunSQL(EXISTING + COMPLAINTS + TIMERS + ZONES, BACK)]
