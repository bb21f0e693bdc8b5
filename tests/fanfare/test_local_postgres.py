"""The private PostgreSQL server can be broken in every way and comes back with its data."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from sqlalchemy import make_url

from fanfare.local.postgres import PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer(durable=True) as server:
        yield server


@contextmanager
def connected(url: str) -> Iterator[Any]:
    parts = make_url(url)
    connection = psycopg2.connect(
        host=parts.host, port=parts.port, user=parts.username, dbname=parts.database, connect_timeout=2
    )
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def test_what_was_committed_survives_a_kill(server: PostgresServer) -> None:
    with connected(server.url("postgres")) as cursor:
        cursor.execute("CREATE TABLE kept (word text)")
        cursor.execute("INSERT INTO kept VALUES ('here')")
    server.kill()
    assert not server.answers()
    server.start()
    with connected(server.url("postgres")) as cursor:
        cursor.execute("SELECT word FROM kept")
        assert cursor.fetchall() == [("here",)]


def test_a_frozen_server_keeps_silent_and_a_thawed_one_answers(server: PostgresServer) -> None:
    server.freeze()
    try:
        assert not server.answers()
    finally:
        server.thaw()
    assert server.answers()


def test_a_service_opens_only_its_own_database(server: PostgresServer) -> None:
    lead, finance = (server.create_service_database(name) for name in ("lead", "finance"))
    with connected(lead) as cursor:
        cursor.execute("CREATE TABLE contacts (id int)")
    foreign = server.url("finance", role="lead")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"), connected(foreign):
        pass
    with connected(finance) as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == ("finance",)


def test_a_durable_server_waits_for_the_disk(server: PostgresServer) -> None:
    with connected(server.url("postgres")) as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("on",)
