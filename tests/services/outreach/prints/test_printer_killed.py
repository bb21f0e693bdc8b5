"""Printers that are killed at any moment: every letter ends up in exactly one batch."""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from chassis.database import Database
from fanfare.local.process import Child, wait_until
from services.outreach.channels.dm.codes import Codes
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import LINK_KEY, deliveries_of, mailing_of
from tests.services.outreach.prints.builders import (
    SENDER,
    a_letter_card,
    a_letter_mailing,
    batches_of,
    manifest_of,
)

SOURCE = Path(__file__).parents[4]
LETTERS = 120
KILLS = 2


@pytest.fixture
def children(tmp_path: Path) -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        child.kill()


def start_printer(database: Database, folder: Path) -> Child:
    """A printer as a process of its own, whose lease soon runs out."""
    values = {
        "database_url": database.url.render_as_string(hide_password=False),
        "link_key": LINK_KEY,
        "workers": "printer",
        "print_sender": SENDER,
        "print_country": "DE",
        "print_batch": 2,
        "print_seconds": 5,
        "lease_seconds": 1,
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE")}
    environment |= {f"FANFARE_OUTREACH_{name.upper()}": str(value) for name, value in values.items()}
    command = [sys.executable, "-m", "fanfare", "work", "outreach", "--probe-port", "0"]
    log = folder / "printer.log"
    return Child("printer", command, log=log, environment=environment, folder=SOURCE).start()


def pieces(database: Database, mailing_id: UUID) -> int:
    return sum(batch.pieces for batch in batches_of(database, mailing_id))


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_no_letter_is_lost_or_printed_twice_by_printers_that_are_killed(
    fresh_database: DatabaseFactory, tmp_path: Path, children: list[Child]
) -> None:
    database = fresh_database("outreach", "postgresql")
    mailing_id = a_letter_mailing(database, [a_letter_card() for _ in range(LETTERS)])
    chance = random.Random(11)
    for _ in range(KILLS):
        before = pieces(database, mailing_id)
        printers = [start_printer(database, tmp_path) for _ in range(2)]
        children += printers
        wait_until(lambda before=before: pieces(database, mailing_id) > before, seconds=30)  # type: ignore[misc]
        moment = time.monotonic() + chance.uniform(0.0, 0.05)
        wait_until(lambda moment=moment: time.monotonic() > moment, seconds=2)  # type: ignore[misc]
        for printer in printers:
            printer.kill()
    assert mailing_of(database, mailing_id).finished_at is None
    children.append(start_printer(database, tmp_path))
    assert wait_until(lambda: mailing_of(database, mailing_id).finished_at is not None, seconds=60)

    codes = Codes(LINK_KEY)
    batches = batches_of(database, mailing_id)
    printed = Counter(
        codes.delivery_of(entry.token) for batch in batches for entry in manifest_of(database, batch.id)
    )
    deliveries = deliveries_of(database, mailing_id).values()
    assert {one.state for one in deliveries} == {"accepted"}
    assert printed == Counter(one.id for one in deliveries)
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
