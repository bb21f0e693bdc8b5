"""``sms``: a wave of 100,000 personal SMS with receipts over SMPP, against a bare loop of smpplib.

Everything that a real wave needs is done and running on the same cores: PostgreSQL with fsync, RabbitMQ,
the outreach service, the SMS centre, consent and suppression looked up for each recipient, each hand-over,
each answer and each receipt durable. The clock stops when the last receipt is recorded with its copy.

``python -m bench.sms [--messages N] [--senders N]`` is one run by itself; ``--transport`` measures the
transport alone.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from bench.mail_stage import WITHOUT_CONSENT, MailStage, cpu_of
from bench.raw_smpp import TEXT
from bench.result import Result
from chassis.ids import new_id
from contracts.lead import Consent, ContactCard
from contracts.roles import MARKETING_MANAGER
from fanfare.local.process import wait_until
from fanfare.local.smsc import Smsc
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.sms.copy import Tariff
from services.outreach.channels.sms.line import Received
from services.outreach.channels.sms.session import Centre, source_address
from services.outreach.channels.sms.smpp import SmppTransport, Style

MESSAGES = 100_000
SENDERS = 1
RAW_MESSAGES = 30_000
REACH = 0.5
WAIT_SECONDS = 1800.0
ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
"""Where it is about noon now: no quiet hours shall hold the wave up."""

SOURCE_TEXT = (
    "Dear {{ given_name }} {{ family_name }}, our spring seminar opens on 12 May. "
    "Reply YES to take part, STOP to opt out."
)


@dataclass(frozen=True)
class Found:
    """One wave. ``rate`` is SMS a second until the last receipt is recorded, ``submitted`` without that."""

    rate: float
    submitted: float
    accepted: int
    memory: int
    cpu: dict[str, float]

    @property
    def notes(self) -> str:
        costs = ", ".join(f"{name} {seconds * 1e6 / self.accepted:.0f}" for name, seconds in self.cpu.items())
        return (
            f"{self.accepted} accepted, each with its receipt; without those {self.submitted:.0f}/s; "
            f"peak {self.memory} MB; µs of CPU an SMS: {costs}"
        )


def run(*, messages: int = MESSAGES, senders: int = SENDERS) -> list[Result]:
    """One wave between two measurements of the limit."""
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as place, Smsc(Path(place)) as centre:
        centre.behave(keep=False)
        before = _limit(centre)
        found = wave(Path(place), centre, messages=messages, senders=senders)
        after = _limit(centre)
    print(
        f"limit {before:.0f}/s before, {after:.0f}/s after; ours {found.rate:.0f}/s; {found.notes}",
        flush=True,
    )
    return [Result("sms", found.rate, "SMS/s", (before + after) / 2, REACH, found.notes)]


def wave(folder: Path, centre: Smsc, *, messages: int, senders: int) -> Found:
    """Send one wave through the product, and wait for its receipts."""
    settings = {"FANFARE_OUTREACH_SMPP_URL": centre.url, "FANFARE_OUTREACH_PHONE_REGION": "DE"}
    with MailStage(folder, senders=senders, settings=settings, smtp_url="smtp://127.0.0.1:9") as stage:
        template_id = _template(stage)
        contacts = stage.contacts(messages, card=_card)
        stage.start_senders()
        before = stage.cpu_seconds() | {"centre": cpu_of(centre.process.pid)}
        wave_id = stage.release(contacts, template_id, channel="sms")
        mailing = stage.finished(wave_id, seconds=WAIT_SECONDS)
        accepted = mailing["accepted"]
        if accepted != messages - messages // WITHOUT_CONSENT:
            raise RuntimeError(f"the wave did not go as it should: {mailing}")
        ended = time.time()
        if not wait_until(lambda: _heard(stage) == accepted, seconds=WAIT_SECONDS, pause=0.1):
            raise RuntimeError(f"only {_heard(stage)} receipts of {accepted} were recorded")
        sending = (mailing["finished_at"] - mailing["started_at"]).total_seconds()
        after = stage.cpu_seconds() | {"centre": cpu_of(centre.process.pid)}
        return Found(
            rate=accepted / (sending + max(0.0, time.time() - ended)),
            submitted=accepted / sending,
            accepted=accepted,
            memory=stage.peak_memory(),
            cpu={name: after[name] - before[name] for name in after},
        )


def transport_rate(centre: Smsc, count: int) -> float:
    """SMS a second of the transport alone, until all were answered; receipts are taken and thrown away."""
    transport = SmppTransport(
        Centre.at(centre.url, seconds=20),
        style=Style(source=source_address("Fanfare"), receipts=True, payload=False),
        tariff=Tariff(),
        window=50,
        quiet_seconds=30,
        inbox=_Bin(),
    )
    messages = [Message(new_id(), f"+49151{number:08}", TEXT) for number in range(count)]
    began = time.monotonic()
    left, begun = count, 0
    while left:
        if transport.in_hand < 500:
            transport.accept(messages[begun : begun + 500])
            begun += 500
        left -= len(transport.answers(patience=1.0))
    lasted = time.monotonic() - began
    transport.close()
    return count / lasted


class _Bin:
    """Keeps nothing."""

    def store(self, received: Sequence[Received]) -> None:
        return

    def store_parts(self, answers: Sequence[Answer]) -> None:
        return


def _limit(centre: Smsc) -> float:
    command = [sys.executable, "-m", "bench.raw_smpp", str(centre.port), str(RAW_MESSAGES)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _heard(stage: MailStage) -> int:
    with stage.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deliveries WHERE feedback = 'delivered'")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def _template(stage: MailStage) -> str:
    token = stage.stack.token(subject="bench", roles=[MARKETING_MANAGER], departments=["north"])
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{stage.stack.url('outreach')}/templates"
    body = {"name": "Seminar", "department": "north", "channel": "sms", "text": SOURCE_TEXT}
    answer = requests.post(url, json=body, headers=headers, timeout=30)
    if answer.status_code != 201:
        raise RuntimeError(f"no template: {answer.text}")
    return str(answer.json()["id"])


def _card(number: int) -> ContactCard:
    return ContactCard(
        contact_id=new_id(),
        version=1,
        given_name=f"Given{number % 997}",
        family_name=f"Family{number % 9973}",
        phone=f"+49151{number:08}",
        department="north",
        region="north",
        language="en",
        time_zone=ZONE,
        consents=[Consent(channel="sms", granted=number % WITHOUT_CONSENT != WITHOUT_CONSENT - 1)],
    )


def main() -> None:
    """One run, printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--senders", type=int, default=SENDERS)
    parser.add_argument("--transport", action="store_true")
    given = parser.parse_args()
    if not given.transport:
        run(messages=given.messages, senders=given.senders)
        return
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as place, Smsc(Path(place)) as centre:
        centre.behave(keep=False)
        for _ in range(3):
            print(
                f"bare loop {_limit(centre):.0f}/s, transport {transport_rate(centre, given.messages):.0f}/s"
            )


if __name__ == "__main__":
    main()
