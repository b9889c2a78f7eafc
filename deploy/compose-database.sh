#!/usr/bin/env bash
# Run once by the database's container: Redress's own database, and the passwords of its two roles from redress.env.
set -euo pipefail

password() { sed -E 's#^[a-z]+://[^:]+:([^@]+)@.*#\1#' <<<"$1"; }

psql -v ON_ERROR_STOP=1 -U postgres \
  -v app="$(password "$DATABASE_URL")" -v owner="$(password "$DATABASE_OWNER_URL")" <<'SQL'
ALTER ROLE redress_app PASSWORD :'app';
ALTER ROLE redress_owner PASSWORD :'owner';
CREATE DATABASE redress OWNER redress_owner;
SQL
psql -v ON_ERROR_STOP=1 -U postgres -d redress -f /redress/privileges.sql
