"""One of the two services of the ``events`` benchmark, on the chassis and nothing else.

``python -m bench.events_side publish|apply DATABASE_URL BROKER_URL COUNT RATE``. The publishing side
commits 20 changes to a transaction and ships them; the applying side writes a row for each event.
Prints a JSON line with the moments it began and ended, and the latencies it saw.
"""

from chassis import green

green.patch()

import json
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import eventlet
from sqlalchemy import MetaData, Uuid, insert, orm
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import audit, collector, idempotency
from chassis.applying import Applier
from chassis.clock import now
from chassis.config import Settings
from chassis.database import NAMING, Aggregate, Database, metadata
from chassis.entering import enter
from chassis.envelope import Message
from chassis.outbox import publish
from chassis.reader import Reader
from chassis.relay import Relay
from chassis.subscribe import subscribe_all, subscriptions_of
from contracts.event import Money
from contracts.finance import ClaimSubmitted

TABLES = (audit.audit_entries, idempotency.idempotency_keys)
PER_TRANSACTION = 20
WRITERS = 4
PURPOSE = "x" * 720
"""Makes the body of an event 1 KB."""


class Base(DeclarativeBase):
    """The tables of this benchmark."""

    metadata = MetaData(naming_convention=NAMING)


class Change(Aggregate, Base):
    """What the publishing side changes."""

    __tablename__ = "changes"
    assignee: Mapped[str]


class Applied(Base):
    """What the applying side writes for each event."""

    __tablename__ = "applied"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    assignee: Mapped[str]


class Applying:
    """The applying service."""

    name = "reporting"

    def __init__(self) -> None:
        self.applied = 0
        self.latencies: list[float] = []

    @subscribe_all("reporting.facts")
    def on_assigned(self, session: orm.Session, messages: Sequence[Message]) -> None:
        rows = [{"id": message.id, "assignee": message.event.claimant} for message in messages]  # type: ignore[union-attr]
        session.connection().execute(insert(Applied), rows)
        self.applied += len(messages)

    def measure(self, _queue: str, messages: Sequence[Message]) -> None:
        """Note how long each message took to be applied."""
        self.latencies.extend((now() - message.time).total_seconds() for message in messages)


def claim_of(change: Change) -> ClaimSubmitted:
    """An event of 1 KB that only one service follows."""
    return ClaimSubmitted(
        claim_id=change.id,
        budget_id=change.id,
        campaign_id=change.id,
        line_id=change.id,
        claimant=change.assignee,
        total=Money(amount=Decimal("12.50"), currency="EUR"),
        purpose=PURPOSE,
    )


def publish_all(database: Database, settings: Settings, *, count: int, rate: float) -> dict[str, Any]:
    """Commit ``count`` changes, at most ``rate`` a second where it is not 0, and ship their events."""
    done: list[bool] = []
    relay = eventlet.spawn(Relay(database, settings, stopping=lambda: bool(done)).run)
    eventlet.sleep(0.5)
    began = time.time()
    writers = [
        eventlet.spawn(
            _write, database, range(first, count // PER_TRANSACTION, WRITERS), rate=rate, began=began
        )
        for first in range(WRITERS)
    ]
    for writer in writers:
        writer.wait()
    written = time.time()
    done.append(True)
    relay.wait()
    return {"began": began, "written": written, "ended": time.time()}


def _write(database: Database, numbers: range, *, rate: float, began: float) -> None:
    """One client: its share of the transactions, each when it is due."""
    for number in numbers:
        ahead = began + number * PER_TRANSACTION / rate - time.time() if rate else 0
        eventlet.sleep(max(0.0, ahead))
        with database.transaction() as session:
            for _ in range(PER_TRANSACTION):
                change = Change(assignee="rep")
                enter(session, change)
                publish(session, change, claim_of(change))


def apply_all(database: Database, settings: Settings, *, count: int) -> dict[str, Any]:
    """Apply ``count`` events; the latency of each is from its commit to the commit that applied it."""
    service = Applying()
    [subscription] = subscriptions_of(service)
    applier = Applier(database, settings, subscription, applied=service.measure)
    reader = Reader(applier, "reporting.facts", stopping=lambda: service.applied >= count)
    print("ready", flush=True)
    reader.run()
    latencies = sorted(service.latencies)
    return {
        "ended": time.time(),
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[int(len(latencies) * 0.99)],
    }


def main() -> None:
    """Run one side."""
    side, database_url, broker_url = sys.argv[1:4]
    count, rate = int(sys.argv[4]), float(sys.argv[5])
    name = "finance" if side == "publish" else "reporting"
    database = Database(database_url, service=name)
    metadata.create_all(database.engine)
    Base.metadata.create_all(database.engine)
    settings = Settings(service=name, broker_url=broker_url)
    collector.settle()
    if side == "publish":
        found = publish_all(database, settings, count=count, rate=rate)
    else:
        found = apply_all(database, settings, count=count)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
