#!/usr/bin/env bash
# After roles.sql, once per cluster, as a superuser: passwords and the database. Running it again changes the passwords.
set -euo pipefail
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --set=app_password="$(cat "$DB_APP_PASSWORD_FILE")" --set=owner_password="$(cat "$DB_OWNER_PASSWORD_FILE")" <<'SQL'
SET password_encryption = 'scram-sha-256';
SET log_statement = 'none'; -- no password in the log
ALTER ROLE biscaytik_app PASSWORD :'app_password';
ALTER ROLE biscaytik_owner PASSWORD :'owner_password';
SELECT 'CREATE DATABASE biscaytik OWNER biscaytik_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'biscaytik') \gexec
REVOKE ALL ON DATABASE biscaytik FROM PUBLIC;
GRANT CONNECT ON DATABASE biscaytik TO biscaytik_app;
SQL
