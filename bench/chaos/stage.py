"""Where the drills play: private durable servers, and fresh databases and processes for each performance."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import requests

from bench.chaos.state import Databases
from fanfare.commands import SERVICES
from fanfare.demo import sample
from fanfare.demo.api import Api
from fanfare.demo.people import DEPARTMENT, Person
from fanfare.demo.recipients import delivered
from fanfare.demo.steps import Step, play
from fanfare.demo.world import World
from fanfare.local.mailsink import MailSink
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import wait_until
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import Stack

PATIENCE_SECONDS = 240.0
QUIET_SECONDS = 60.0
UNAVAILABLE = 503
SETTINGS = {"FANFARE_RETRY_BASE_SECONDS": "0.2", "FANFARE_ATTEMPTS": "4"}
"""Retries come quickly, so that a drill need not wait minutes for what fails on purpose."""


class PatientApi(Api):
    """Asks again, like any client should, when a service says that it cannot answer at the moment."""

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        until = time.monotonic() + self.patience
        while True:
            answer = super().send(method, url, **options)
            if answer.status_code != UNAVAILABLE or time.monotonic() > until:
                return answer
            time.sleep(0.2)


@dataclass(frozen=True)
class Outcome:
    """How a performance ended: the databases in words, and the mails by recipient."""

    state: list[str]
    mails: Counter[str]


class Performance:
    """One run of the main flow on databases and processes of its own."""

    def __init__(self, *, world: World, stack: Stack, databases: Databases, broker_url: str) -> None:
        self.world = world
        self.stack = stack
        self.databases = databases
        self.broker_url = broker_url

    def play(self, *, before: Callable[[Step], None] = lambda step: None) -> None:
        """Take every step; ``before`` is called with each."""
        play(self.world, before=before)

    def misses(self) -> int:
        """How many events that were published are not in the archive."""
        archived = self.databases.archived()
        return sum(
            (subject, sequence) not in archived
            for subject, versions in self.databases.published().items()
            for sequence in range(1, versions + 1)
        )

    def repeats(self) -> int:
        """How many events the archive holds more than once."""
        return sum(times - 1 for times in self.databases.archived().values())

    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more."""
        return self.databases.waiting() == 0 and self.misses() == 0

    def settle(self) -> None:
        """Wait until nothing is on its way any more, but not for ever."""
        wait_until(self.is_quiet, seconds=QUIET_SECONDS, pause=0.3)

    def outcome(self, *, without: Collection[str] = ()) -> Outcome:
        mails = Counter(recipient for recipient, _ in delivered(self.world.mailbox))
        return Outcome(self.databases.describe(without=without), mails)


class Stage:
    """The servers of all drills. ``people`` is how many rows the file of contacts has."""

    def __init__(self, *, people: int) -> None:
        self.people = people
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-chaos-"))
        self.postgres = PostgresServer(durable=True)
        self.rabbit = RabbitServer()
        # A child dies with the thread that started it, so this one lives as long as the stage.
        self.saboteur = ThreadPoolExecutor(1)
        self._performances = 0

    def __enter__(self) -> Self:
        self.postgres.start()
        self.rabbit.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.rabbit.remove()
        self.postgres.remove()
        self.saboteur.shutdown()
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def undisturbed(self) -> Outcome:
        """How the main flow ends when nobody disturbs it."""
        with self.performance() as performance:
            performance.play()
            performance.settle()
            return performance.outcome()

    def fresh_folder(self) -> Path:
        """A new folder, whose name nothing else of this run has."""
        self._performances += 1
        folder = self.folder / f"drill{self._performances}"
        folder.mkdir()
        return folder

    @contextmanager
    def performance(
        self, *, line: Callable[[str], AbstractContextManager[str]] = nullcontext
    ) -> Iterator[Performance]:
        """Fresh databases, a fresh broker, and all processes running on them.

        ``line`` may stand between the senders and the mail server, whose URL it gets.
        """
        self._performances += 1
        folder = self.folder / str(self._performances)
        vhost = f"chaos{self._performances}"
        urls = {
            service: self.postgres.create_service_database(f"{service}{self._performances}")
            for service in SERVICES
        }
        self.rabbit.create_vhosts([vhost])
        broker_url = self.rabbit.url_of(vhost)
        databases = Databases(urls)
        with MailSink(folder / "mail") as sink, line(sink.url) as smtp_url:
            settings = SETTINGS | {"FANFARE_OUTREACH_SMTP_URL": smtp_url}
            with Stack(databases=urls, broker_url=broker_url, folder=folder, settings=settings) as stack:
                world = self._world(stack, sink, folder / "contacts.csv")
                yield Performance(world=world, stack=stack, databases=databases, broker_url=broker_url)
        databases.close()

    def _world(self, stack: Stack, sink: MailSink, contacts: Path) -> World:
        def token_of(person: Person) -> str:
            return stack.token(subject=person.subject, roles=[person.role], departments=[DEPARTMENT])

        addresses: Mapping[str, str] = {service: stack.url(service) for service in SERVICES}
        rows = sample.write(contacts).read_text(encoding="utf-8").splitlines(keepends=True)
        contacts.write_text("".join(rows[: self.people]), encoding="utf-8", newline="")
        return World(
            api=PatientApi(addresses, token_of=token_of, patience=PATIENCE_SECONDS),
            mailbox=sink.folder,
            contacts=contacts,
            say=lambda line: None,
            seconds=PATIENCE_SECONDS,
        )
