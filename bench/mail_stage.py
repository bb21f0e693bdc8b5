"""What the ``mail`` benchmarks run on: Postfix's sink, the outreach service, and senders beside it.

Contacts are loaded straight into the table; the wave comes as events over the broker, as from campaign.
"""

import io
import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self
from uuid import UUID

import kombu
import msgspec
import psycopg2
import requests

from chassis.ids import new_id
from contracts.campaign import WaveReleased, WaveTarget, WaveTargets
from contracts.event import Event, declaration_of
from contracts.lead import Consent, ContactCard
from contracts.roles import MARKETING_MANAGER
from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import Child, StartFailed, descendants, wait_until
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import SERVICES, Stack
from services.outreach.contacts.model import contact_points, row_of

PAGE = 500
WITHOUT_CONSENT = 100
"""One contact in so many has not consented, and none of the checks may be left out."""

SENTENCE = (
    "Our engineers have put together something for {{ company }} that saves time in planning and running. "
)
ROW = (
    '<tr><td style="padding:12px 24px;font-family:Arial,Helvetica,sans-serif;font-size:15px;color:#333333">\n'
    '<h2 style="margin:0 0 8px;font-size:18px;color:#0b57d0">Offer %(number)d for {{ given_name }}</h2>\n'
    '<p style="margin:0 0 12px">%(sentences)s</p>\n<p style="margin:0">'
    '<a href="https://shop.example/offers/%(number)d?of={{ campaign_code }}" style="color:#0b57d0">'
    "See offer %(number)d</a></p></td></tr>\n"
)
HTML = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{{ campaign_name }}</title></head>\n'
    '<body style="margin:0;background:#f4f4f4">\n<table role="presentation" width="600" align="center">\n'
    "<tr><td><p>Dear {{ given_name }} {{ family_name }},</p></td></tr>\n"
    + "".join(ROW % {"number": number, "sentences": SENTENCE * 5} for number in range(1, 6))
    + '<tr><td><p><a href="{{ form_url }}">Tell us what you think</a> or '
    '<a href="{{ unsubscribe_url }}">unsubscribe</a>.</p></td></tr>\n</table></body></html>\n'
)


class Sink:
    """Postfix's ``smtp-sink``: it takes every mail and keeps none."""

    def __init__(self, folder: Path) -> None:
        program = tool("smtp-sink")
        self.port = free_port()
        user = [] if os.geteuid() else ["-u", pwd.getpwnam("nobody").pw_name]
        self.process = Child(
            "smtp-sink", [program, *user, f"{HOST}:{self.port}", "1000"], log=folder / "sink.log"
        )

    def __enter__(self) -> Self:
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port), seconds=10)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()

    def raw_rate(self, count: int) -> float:
        """Mails a second from ``smtp-source -d -s 8 -l 10000``."""
        began = time.monotonic()
        command = [
            tool("smtp-source"),
            "-d",
            "-s",
            "8",
            "-l",
            "10000",
            "-m",
            str(count),
            f"{HOST}:{self.port}",
        ]
        subprocess.run(command, check=True)
        return count / (time.monotonic() - began)


@dataclass(frozen=True)
class Servers:
    """What a stage stands on."""

    postgres: PostgresServer
    rabbit: RabbitServer


@contextmanager
def own_servers() -> Iterator[Servers]:
    """Durable servers for one stage."""
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        yield Servers(postgres, rabbit)


class MailStage:
    """The outreach service and ``senders`` sending processes, on a database and broker called ``name``.

    ``settings`` are those of outreach. Without ``servers`` it brings its own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        senders: int,
        smtp_url: str,
        settings: Mapping[str, str] | None = None,
        servers: Servers | None = None,
        name: str = "mail",
    ) -> None:
        self._servers = servers
        self._name = name
        self._folder = folder
        self._count = senders
        self._settings = {
            "FANFARE_LOG_LEVEL": "warning",
            "FANFARE_OUTREACH_SMTP_URL": smtp_url,
            "FANFARE_OUTREACH_MAIL_FROM": "Example News <news@example.com>",
            "FANFARE_OUTREACH_PUBLIC_URL": "https://mail.example.com",
            **(settings or {}),
        }
        self._exits = ExitStack()
        self.senders: list[Child] = []

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            servers = self._servers or exits.enter_context(own_servers())
            self.postgres, self.rabbit = servers.postgres, servers.rabbit
            names = {service: f"{service}_{self._name}" for service in SERVICES}
            databases = {one: self.postgres.create_service_database(name) for one, name in names.items()}
            self.rabbit.create_vhosts([self._name])
            self.broker_url = self.rabbit.url_of(self._name)
            self.stack = Stack(
                databases=databases,
                broker_url=self.broker_url,
                settings=self._settings,
                folder=self._folder / "stack",
            )
            exits.callback(self.stack.kill_all)
            self.stack.migrate()
            self.stack.start(["outreach"])
            own = names["outreach"]
            self.connection = psycopg2.connect(host=HOST, port=self.postgres.port, user=own, dbname=own)
            self.connection.autocommit = True
            exits.callback(self.connection.close)
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for sender in self.senders:
            sender.kill()
        self._exits.close()

    def start_senders(self) -> None:
        """Start the sending processes and wait until they look for work.

        The first is as it comes, with all workers of outreach; the others only send.
        """
        ports = [free_port() for _ in range(self._count)]
        self.senders = [self._sender(number, port) for number, port in enumerate(ports)]
        for child, port in zip(self.senders, ports, strict=True):
            child.start()
            child.wait_ready(partial(is_open, port), seconds=60)

    def restart_senders(self) -> None:
        """Start the sending processes again after they were killed. Does not wait for them."""
        for child in self.senders:
            child.start()

    def _sender(self, number: int, port: int) -> Child:
        command = [sys.executable, "-m", "fanfare", "work", "outreach", "--probe-port", str(port)]
        only = {"FANFARE_OUTREACH_WORKERS": "email-sender"} if number else {}
        return Child(
            "sender",
            command,
            log=self._folder / f"sender-{number}.log",
            environment=self.stack.environment | only,
            folder=SOURCE,
        )

    def template(self) -> str:
        """The id of a template whose mails have 10 KB."""
        token = self.stack.token(subject="bench", roles=[MARKETING_MANAGER], departments=["north"])
        answer = requests.post(
            f"{self.stack.url('outreach')}/templates",
            json={"name": "News", "department": "north", "subject": "News for {{ company }}", "html": HTML},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        if answer.status_code != 201:
            raise RuntimeError(f"no template: {answer.text}")
        return str(answer.json()["id"])

    def contacts(self, count: int, *, card: Callable[[int], ContactCard] | None = None) -> list[UUID]:
        """Load so many contacts; ``card`` makes each from its number."""
        make = card or a_card
        ids: list[UUID] = []
        names = [column.name for column in contact_points.columns]
        with self.connection.cursor() as cursor:
            for first in range(0, count, 10_000):
                cards = [make(number) for number in range(first, min(count, first + 10_000))]
                ids += [card.contact_id for card in cards]
                rows = _copied([row_of(card) for card in cards], names)
                cursor.copy_expert(f"COPY contact_points ({','.join(names)}) FROM STDIN", rows)
            cursor.execute("VACUUM ANALYZE contact_points")
        return ids

    def release(
        self,
        contact_ids: Sequence[UUID],
        template_id: str,
        *,
        channel: Literal["email", "sms", "dm"] = "email",
    ) -> UUID:
        """Publish a wave to these contacts. Returns its id."""
        wave_id, campaign_id = new_id(), new_id()
        pages = [contact_ids[first : first + PAGE] for first in range(0, len(contact_ids), PAGE)]
        events: list[Event] = [
            WaveReleased(
                wave_id=wave_id,
                campaign_id=campaign_id,
                campaign_code="SPRING-26",
                campaign_name="Spring seminar",
                department="north",
                number=1,
                channel=channel,
                template_id=UUID(template_id),
                targets=len(contact_ids),
                pages=len(pages),
                released_at=datetime.now(UTC),
            )
        ]
        events += [
            WaveTargets(
                wave_id=wave_id,
                campaign_id=campaign_id,
                page=number,
                pages=len(pages),
                targets=[WaveTarget(target_id=new_id(), contact_id=one) for one in page],
            )
            for number, page in enumerate(pages, start=1)
        ]
        self._publish(events, wave_id)
        return wave_id

    def mailing(self, wave_id: UUID) -> dict[str, Any] | None:
        """The mailing's row, once it is there."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT * FROM mailings WHERE wave_id = %s", [str(wave_id)])
            row = cursor.fetchone()
            names = [one[0] for one in cursor.description or ()]
            return None if row is None else dict(zip(names, row, strict=True))

    def finished(self, wave_id: UUID, *, seconds: float) -> dict[str, Any]:
        """Wait for the end of a mailing. Returns its row. Raises RuntimeError when it does not come."""

        def over() -> bool:
            mailing = self.mailing(wave_id)
            return mailing is not None and mailing["finished_at"] is not None

        if not wait_until(over, seconds=seconds, pause=0.2):
            raise RuntimeError(f"the mailing did not finish: {self.mailing(wave_id)}")
        found = self.mailing(wave_id)
        assert found is not None
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """What each part has used so far."""
        parts = {
            "senders": [sender.pid for sender in self.senders],
            "service": [self.stack.processes["outreach"].pid],
            "postgres": [self.postgres.process.pid],
            "rabbitmq": [self.rabbit.process.pid],
        }
        return {name: sum(map(cpu_of, pids)) for name, pids in parts.items()}

    def peak_memory(self) -> int:
        """The most megabytes that one sender has ever held."""
        return max(_peak(pid) for sender in self.senders for pid in [sender.pid, *descendants(sender.pid)])

    def _publish(self, events: Sequence[Event], wave_id: UUID) -> None:
        with kombu.Connection(self.broker_url, transport_options={"confirm_publish": True}) as connection:
            producer = kombu.Producer(connection.channel())
            for number, event in enumerate(events, start=1):
                kind = declaration_of(type(event))
                producer.publish(
                    msgspec.json.encode(event),
                    exchange=kind.exchange,
                    routing_key=kind.type,
                    headers={
                        "ce-specversion": "1.0",
                        "ce-id": str(new_id()),
                        "ce-source": kind.source,
                        "ce-type": kind.type,
                        "ce-subject": f"wave/{wave_id}",
                        "ce-sequence": str(number),
                        "ce-time": datetime.now(UTC).isoformat(),
                    },
                    content_type="application/json",
                    content_encoding="utf-8",
                    delivery_mode=2,
                )


SOURCE = Path(__file__).resolve().parents[1]


def tool(name: str) -> str:
    """The path of one of Postfix's tools. Raises StartFailed where it is missing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise StartFailed(f"{name} is not installed (Debian: apt-get install postfix)")
    return found


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and all below it have used."""
    total = 0
    for one in [pid, *descendants(pid)]:
        try:
            stat = Path(f"/proc/{one}/stat").read_text()
        except OSError:
            continue
        total += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) // 1024


def a_card(number: int) -> ContactCard:
    """A contact like any other. One in a hundred has not consented."""
    return ContactCard(
        contact_id=new_id(),
        version=1,
        given_name=f"Given{number % 997}",
        family_name=f"Family{number % 9973}",
        company=f"Example & Sons {number % 4999}",
        email=f"person{number}@example{number % 499}.org",
        department="north",
        region="north",
        language="en",
        consents=[Consent(channel="email", granted=number % WITHOUT_CONSENT != WITHOUT_CONSENT - 1)],
    )


def _copied(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> io.StringIO:
    """Rows in the text format of COPY."""
    return io.StringIO("".join("\t".join(_cell(row[name]) for name in names) + "\n" for row in rows))


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
