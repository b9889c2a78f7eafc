-- What the application may do in one database. Run in it, before the first migration:  psql -d redress -f config/privileges.sql
-- Every table the owner makes later is covered; the migrations that make the history take UPDATE, DELETE and TRUNCATE away again.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO redress_app;
GRANT ALL ON SCHEMA public TO redress_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE redress_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO redress_app;
ALTER DEFAULT PRIVILEGES FOR ROLE redress_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO redress_app;
