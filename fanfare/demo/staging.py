"""Builds what a demonstration runs on: servers, services, a mail sink, each in processes of their own."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Engine, create_engine, make_url, text

from fanfare.commands import SERVICES
from fanfare.demo import sample
from fanfare.demo.api import Api
from fanfare.demo.people import DEPARTMENT, Person
from fanfare.demo.world import World
from fanfare.local import postgres, rabbitmq
from fanfare.local.mailsink import MailSink
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import Child, StartFailed
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import Stack, sqlite_databases

POSTGRES_URL = "FANFARE_DEMO_POSTGRES_URL"
RABBITMQ_URL = "FANFARE_DEMO_RABBITMQ_URL"
SAMPLE_NAME = "contacts.csv"


class Died(RuntimeError):
    """A process of the stage ended by itself. The text ends with the tail of its log."""


@dataclass(frozen=True)
class Servers:
    """Where the databases are, by service, and the broker."""

    databases: Mapping[str, str]
    broker_url: str


@contextmanager
def embedded_servers(folder: Path) -> Iterator[Servers]:
    """SQLite files in ``folder`` and the broker inside the one process."""
    yield Servers(sqlite_databases(folder), "memory://")


@contextmanager
def real_servers(*, postgres_url: str | None, rabbitmq_url: str | None) -> Iterator[Servers]:
    """PostgreSQL and RabbitMQ: those of the URLs, or private ones. Raises StartFailed.

    ``postgres_url`` is that of somebody who may create databases; five are made and dropped again.
    ``rabbitmq_url`` should name a virtual host of its own.
    """
    _require_programs(postgres_url=postgres_url, rabbitmq_url=rabbitmq_url)
    with ExitStack() as stage, ThreadPoolExecutor(2) as starters:
        databases = starters.submit(_databases, stage, postgres_url)
        broker = rabbitmq_url or stage.enter_context(RabbitServer()).url
        yield Servers(databases.result(), broker)


@contextmanager
def staged(
    servers: Servers,
    folder: Path,
    *,
    embedded: bool,
    contacts: Path | None = None,
    people: int = sample.PEOPLE,
    say: Callable[[str], None] = print,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[World, Stack]]:
    """Run the services on ``servers`` and a sink beside them; files and logs go to ``folder``.

    ``contacts`` is a CSV file of the user's own; without it so many ``people`` of the sample are used.
    ``settings`` are further environment variables of the services.
    """
    with MailSink(folder / "mail") as sink:
        stack = Stack(
            databases=servers.databases,
            broker_url=servers.broker_url,
            folder=folder,
            settings={
                "FANFARE_OUTREACH_SMTP_URL": sink.url,
                "FANFARE_REPORTING_LINK_KEY": secrets.token_hex(32),
                **settings,
            },
            embedded=embedded,
        )
        try:
            if not embedded:
                stack.migrate()
            stack.start()
            imported = contacts or sample.write(folder / SAMPLE_NAME, people=people)
            yield _world(stack, sink, imported, own=contacts is not None, say=say), stack
        except BaseException:
            stack.kill_all()
            raise
        stack.stop()


def _world(stack: Stack, sink: MailSink, contacts: Path, *, own: bool, say: Callable[[str], None]) -> World:
    check = partial(raise_if_dead, [*stack.processes.values(), sink.process])
    return World(
        api=api_of(stack, check=check),
        mailbox=sink.folder,
        contacts=contacts,
        own_contacts=own,
        say=say,
        check=check,
    )


def api_of(stack: Stack, *, check: Callable[[], None] = lambda: None) -> Api:
    """The services of a stack, for people who are all of one department."""

    def token_of(person: Person) -> str:
        return stack.token(subject=person.subject, roles=[person.role], departments=[DEPARTMENT])

    return Api({service: stack.url(service) for service in SERVICES}, token_of=token_of, check=check)


def raise_if_dead(children: Sequence[Child]) -> None:
    """Raises Died for the first of ``children`` that has ended."""
    for child in children:
        if not child.alive:
            raise Died(
                f"{child.name} ended with exit code {child.exit_code}. Its last lines:\n{child.tail()}"
            )


def _require_programs(*, postgres_url: str | None, rabbitmq_url: str | None) -> None:
    missing = {}
    if not postgres_url and postgres.find_binaries() is None:
        missing["postgresql"] = POSTGRES_URL
    if not rabbitmq_url and not (rabbitmq.find_server() and rabbitmq.find_port_mapper()):
        missing["rabbitmq-server"] = RABBITMQ_URL
    if missing:
        raise StartFailed(
            f"The real stack needs {' and '.join(missing)}. Install them (Debian: apt-get install "
            f"{' '.join(missing)}), or name running ones in {' and '.join(missing.values())}."
        )


def _databases(stage: ExitStack, admin_url: str | None) -> dict[str, str]:
    if admin_url is None:
        server = stage.enter_context(PostgresServer())
        return {service: server.create_service_database(service) for service in SERVICES}
    engine = create_engine(make_url(admin_url), isolation_level="AUTOCOMMIT")
    stage.callback(engine.dispose)
    run = secrets.token_hex(4)
    names = {service: f"fanfare_demo_{run}_{service}" for service in SERVICES}
    for name in names.values():
        _run(engine, f'CREATE DATABASE "{name}"')
        stage.callback(_run, engine, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    return {
        service: engine.url.set(database=name).render_as_string(hide_password=False)
        for service, name in names.items()
    }


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))


def remove(folder: Path) -> None:
    """Delete what a run left."""
    shutil.rmtree(folder, ignore_errors=True)
