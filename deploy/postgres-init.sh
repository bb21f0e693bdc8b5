#!/bin/sh
# Runs once, on an empty PostgreSQL: a database and a role for each service, which see only each other.
# The password of a role is in <SERVICE>_DB_PASSWORD or in the file that <SERVICE>_DB_PASSWORD_FILE names.
set -eu

admin="${POSTGRES_USER:-postgres}"

run() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$admin" --dbname postgres "$@"
}

for service in campaign finance lead outreach reporting; do
    name="$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD"
    eval "password=\${$name:-} file=\${${name}_FILE:-}"
    if [ -z "$password" ] && [ -n "$file" ]; then
        password="$(cat "$file")"
    fi
    if [ -z "$password" ]; then
        echo "$name is not set" >&2
        exit 1
    fi
    SERVICE_PASSWORD="$password" run --set role="$service" <<'SQL'
\getenv password SERVICE_PASSWORD
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
done

run <<'SQL'
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
SQL
