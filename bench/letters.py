"""``letters``: a wave of 20,000 one-page letters with envelopes and manifest, against typst in a bare loop.

Ours is the whole way: PostgreSQL with fsync, contacts with consent and suppression looked up, postal
order, addresses by the customs of each country, texts filled in, a signed code on each piece, and batches
stored durably with the endings of their deliveries. The limit sets the same two pages in the same library,
from data that is made before, and throws them away. ``python -m bench.letters [--letters N]`` is one round.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import requests

from bench.mail_stage import MailStage
from bench.raw_letters import BATCH, PARAGRAPHS, SENDER
from bench.result import Result
from chassis.ids import new_id
from contracts.lead import Consent, ContactCard, PostalAddress
from contracts.roles import MARKETING_MANAGER
from fanfare.local.process import descendants

LETTERS = 20_000
ROUNDS = 3
REACH = 0.5
WAIT_SECONDS = 1800.0
WITHOUT_CONSENT = 100

SETTINGS = {
    "FANFARE_OUTREACH_PRINT_SENDER": "|".join(SENDER),
    "FANFARE_OUTREACH_PRINT_COUNTRY": "DE",
    "FANFARE_OUTREACH_PRINT_ENVELOPES": "dl",
    "FANFARE_OUTREACH_WORKERS": "printer",
}
TEXT = "\n\n".join(
    ["Dear {{ full_name }},", *PARAGRAPHS, "We look forward to you and {{ company }}.", "Fanfare"]
)


@dataclass(frozen=True)
class Found:
    """Letters a second from the start of the mailing to its end, and the most megabytes ever held."""

    rate: float
    worker: int
    press: int


def run(*, letters: int = LETTERS, rounds: int = ROUNDS) -> list[Result]:
    """Take turns between the bare loop and ours, ``rounds`` times; the medians count."""
    found, limits, alone = [], [], []
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as place:
        stage = MailStage(Path(place), senders=1, settings=SETTINGS, smtp_url="smtp://127.0.0.1:9")
        with stage:
            contacts = stage.contacts(letters, card=_card)
            template_id = _template(stage)
            stage.start_senders()
            for number in range(rounds):
                of_letters, of_envelopes = _bare(letters)
                limits.append(letters / (of_letters + of_envelopes))
                alone.append(letters / of_letters)
                found.append(_ours(stage, contacts, template_id))
                print(
                    f"round {number + 1}: bare {limits[-1]:.0f}/s, without envelopes {alone[-1]:.0f}/s; "
                    f"ours {found[-1].rate:.0f}/s",
                    flush=True,
                )
    value = statistics.median(one.rate for one in found)
    strict = value / statistics.median(alone)
    notes = (
        f"against letters without envelopes {strict:.2f}; worker's peak {found[-1].worker} MB, "
        f"press's {found[-1].press} MB"
    )
    return [Result("letters", value, "letters/s", statistics.median(limits), REACH, notes)]


def _bare(letters: int) -> tuple[float, float]:
    """Seconds for the letters and for the envelopes."""
    count = letters - letters % BATCH
    command = [sys.executable, "-m", "bench.raw_letters", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    of_letters, of_envelopes = map(float, done.stdout.split())
    return of_letters * letters / count, of_envelopes * letters / count


def _ours(stage: MailStage, contacts: list[UUID], template_id: str) -> Found:
    mailing = stage.finished(stage.release(contacts, template_id, channel="dm"), seconds=WAIT_SECONDS)
    _check(stage, mailing, len(contacts))
    seconds = (mailing["finished_at"] - mailing["started_at"]).total_seconds()
    worker = stage.senders[0].pid
    presses = [one for one in descendants(worker) if one != worker and b"pressroom" in _command(one)]
    return Found(
        rate=mailing["accepted"] / seconds,
        worker=_peak(worker),
        press=max((_peak(one) for one in presses), default=0),
    )


def _check(stage: MailStage, mailing: dict[str, Any], letters: int) -> None:
    without = letters // WITHOUT_CONSENT
    if (mailing["accepted"], mailing["suppressed"]) != (letters - without, without):
        raise RuntimeError(f"the wave did not go as it should: {mailing}")
    with stage.connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pieces), sum(pages) FROM print_batches WHERE mailing_id = %s", [mailing["id"]]
        )
        printed = cursor.fetchone()
    if printed != (letters - without, letters - without):
        raise RuntimeError(f"pieces and pages in the batches: {printed}")


def _template(stage: MailStage) -> str:
    token = stage.stack.token(subject="bench", roles=[MARKETING_MANAGER], departments=["north"])
    design = {"name": "Letter", "department": "north", "channel": "dm", "subject": "Spring seminar"}
    answer = requests.post(
        f"{stage.stack.url('outreach')}/templates",
        json={**design, "text": TEXT},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    if answer.status_code != 201:
        raise RuntimeError(f"no template: {answer.text}")
    return str(answer.json()["id"])


def _card(number: int) -> ContactCard:
    return ContactCard(
        contact_id=new_id(),
        version=1,
        given_name=f"Given{number % 997}",
        family_name=f"Family{number % 9973}",
        company=f"Example & Sons {number % 4999}",
        department="north",
        region="north",
        language="en",
        address=PostalAddress(
            lines=[f"Hauptstr. {number % 200}"],
            postal_code=str(10000 + number * 7919 % 80000),
            city="Berlin",
            country="DE",
        ),
        consents=[Consent(channel="dm", granted=number % WITHOUT_CONSENT != WITHOUT_CONSENT - 1)],
    )


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    """One round, printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS)
    print(run(letters=parser.parse_args().letters, rounds=1)[0])


if __name__ == "__main__":
    main()
