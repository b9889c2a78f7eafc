-- The two roles of Redress, for the whole server. Run as a superuser, once:  psql -f config/roles.sql
-- The owner holds the schema and migrates; the application has no DDL and may only add to the history.
-- On a server that is reached over a network give both a password: ALTER ROLE … PASSWORD …
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_owner') THEN
    CREATE ROLE redress_owner LOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'redress_app') THEN
    CREATE ROLE redress_app LOGIN;
  END IF;
END $$;
