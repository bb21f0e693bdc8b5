#!/bin/sh
# Sets an empty data folder up, runs the scripts that initialise it, and becomes the server.
set -eu
data=/var/lib/postgresql/data
as_postgres() {
    setpriv --reuid postgres --regid postgres --init-groups "$@"
}
chown postgres:postgres "$data" /var/run/postgresql
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
    chmod 644 /tmp/password
    as_postgres initdb -D "$data" --locale C.UTF-8 --username postgres --pwfile /tmp/password --auth-host scram-sha-256 --auth-local trust
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    rm /tmp/password
    as_postgres pg_ctl -D "$data" -w -o "-c listen_addresses=''" start
    for script in /docker-entrypoint-initdb.d/*; do
        as_postgres sh "$script"
    done
    as_postgres pg_ctl -D "$data" -w stop
fi
exec setpriv --reuid postgres --regid postgres --init-groups postgres -D "$data" -c 'listen_addresses=*'
