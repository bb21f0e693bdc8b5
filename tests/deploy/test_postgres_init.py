"""The script that fills an empty PostgreSQL gives each service a database that no other may open."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from fanfare.commands import SERVICES
from fanfare.local.ports import HOST
from fanfare.local.postgres import PostgresServer, find_binaries

PASSWORDS = {f"{service.upper()}_DB_PASSWORD": f"it's {service}" for service in SERVICES}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def initialise(server: PostgresServer, passwords: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | passwords | {"PGHOST": HOST, "PGPORT": str(server.port)}
    environment["PATH"] = f"{find_binaries()}:{environment['PATH']}"
    command = ["sh", "deploy/postgres-init.sh"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def may_connect(server: PostgresServer, role: str, database: str) -> bool:
    try:
        psycopg2.connect(host=HOST, port=server.port, user=role, dbname=database).close()
    except psycopg2.OperationalError as error:
        assert "permission denied for database" in str(error)
        return False
    return True


def test_a_missing_password_is_named_and_stops_the_script(server: PostgresServer) -> None:
    done = initialise(server, {})
    assert (done.returncode, done.stderr) == (1, "CAMPAIGN_DB_PASSWORD is not set\n")


def test_each_role_opens_its_own_database_only(server: PostgresServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORDS["LEAD_DB_PASSWORD"])
    given = {**PASSWORDS, "LEAD_DB_PASSWORD": "", "LEAD_DB_PASSWORD_FILE": str(secret)}
    done = initialise(server, given)
    assert (done.returncode, done.stderr) == (0, "")
    opened = {
        (role, database)
        for role in SERVICES
        for database in (*SERVICES, "postgres", "template1")
        if may_connect(server, role, database)
    }
    assert opened == {(service, service) for service in SERVICES}
