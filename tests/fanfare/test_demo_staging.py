"""The real stage takes servers that it is told of, and says what is missing where it is told of none."""

import pytest
from sqlalchemy import create_engine

from fanfare.demo import staging
from fanfare.local import postgres as local_postgres
from fanfare.local import rabbitmq
from fanfare.local.process import StartFailed
from tests.harness.databases import PostgresDatabases

BROKER = "amqp://guest:guest@broker.example/demo"


def test_a_server_given_by_url_gets_five_databases_that_go_again(postgres: PostgresDatabases) -> None:
    with staging.real_servers(postgres_url=postgres.url("postgres"), rabbitmq_url=BROKER) as servers:
        assert servers.broker_url == BROKER
        assert sorted(servers.databases) == ["campaign", "finance", "lead", "outreach", "reporting"]
        names = {url.rpartition("/")[2] for url in servers.databases.values()}
        assert names <= databases_of(postgres)
    assert not names & databases_of(postgres)


def test_programs_that_are_missing_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_postgres, "find_binaries", lambda: None)
    monkeypatch.setattr(rabbitmq, "find_server", lambda: None)
    expected = (
        "The real stack needs postgresql and rabbitmq-server. Install them (Debian: apt-get install "
        "postgresql rabbitmq-server), or name running ones in FANFARE_DEMO_POSTGRES_URL and "
        "FANFARE_DEMO_RABBITMQ_URL."
    )
    with (
        pytest.raises(StartFailed) as failure,
        staging.real_servers(postgres_url=None, rabbitmq_url=None),
    ):
        pytest.fail("there is nothing to run on")
    assert str(failure.value) == expected


def databases_of(postgres: PostgresDatabases) -> set[str]:
    engine = create_engine(postgres.admin_url)
    with engine.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())
    engine.dispose()
    return names
