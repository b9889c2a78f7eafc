"""History cannot be changed: triggers refuse it to everybody, and the product's own role lacks the rights (architecture, section 4)."""

from django.conf import settings
from django.db import migrations

TABLES = ("complaints_event", "complaints_signature")

REFUSE = """
CREATE FUNCTION redress_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
"""
GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION redress_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION redress_refuse_change();
"""
UNGUARD = "DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"


def take_rights(apps, schema_editor):
    """The app's role may read and add history, nothing else. A company with one role for everything still has the triggers."""
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone():
            for table in TABLES:
                schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [
        migrations.RunSQL(
            REFUSE + "".join(GUARD.format(table=table) for table in TABLES),
            "".join(UNGUARD.format(table=table) for table in TABLES) + "DROP FUNCTION redress_refuse_change();",
        ),
        migrations.RunPython(take_rights, migrations.RunPython.noop),
    ]
