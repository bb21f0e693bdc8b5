"""Two toys that talk by real events: one side changes deals and publishes, the other notes what it hears.

A deal's events are those of a lead, and the listener reads the queue ``campaign.leads``. What the
listener does with an event is told by the event's ``assignee``: see ``Listener.trouble``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import eventlet
import kombu
from sqlalchemy import MetaData, Uuid, orm, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import audit, broker, dead, idempotency
from chassis import database as chassis_database
from chassis.applying import Applier
from chassis.clock import now
from chassis.columns import PERSONAL
from chassis.config import Settings
from chassis.database import NAMING, Aggregate, Database
from chassis.dead import HeldEvent
from chassis.envelope import Message, read
from chassis.ids import new_id
from chassis.inbox import State
from chassis.outbox import publish
from chassis.reader import Reader
from chassis.relay import Relay
from chassis.retrying import Retrier
from chassis.subscribe import subscribe, subscriptions_of
from contracts.lead import LeadAssigned
from contracts.topology import QUEUES

QUEUE = QUEUES["campaign.leads"]
TYPE = "lead.assigned.v1"
TABLES = (audit.audit_entries, idempotency.idempotency_keys)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Deal(Aggregate, Base):
    """What the publishing side changes."""

    __tablename__ = "deals"
    assignee: Mapped[str]


class Letter(Aggregate, Base):
    """What is about somebody."""

    __tablename__ = "letters"
    about: Mapped[str] = mapped_column(info=PERSONAL)


class Note(Base):
    """What the listening side wrote down about one event, in the order it heard them."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(Uuid)
    assignee: Mapped[str]


class Listener:
    """Notes every assignment. ``trouble`` maps an assignee to what is called before the note is taken."""

    name = "campaign"

    def __init__(self) -> None:
        self.trouble: dict[str, Callable[[], object]] = {}
        self.calls: list[str] = []

    @subscribe("campaign.leads", LeadAssigned)
    def on_lead_assigned(self, session: orm.Session, event: LeadAssigned) -> None:
        self.calls.append(event.assignee)
        session.add(Note(deal_id=event.lead_id, assignee=event.assignee))
        session.flush()
        self.trouble.get(event.assignee, lambda: None)()


def create_tables(database: Database) -> Database:
    """Everything that the toys and the chassis need, empty."""
    for metadata in (chassis_database.metadata, Base.metadata):
        metadata.create_all(database.engine)
    return database


def furnish(url: str) -> None:
    """The same, for copies to be made of the database."""
    create_tables(Database(url, service="toys")).close()


def reassign(session: orm.Session, deal: Deal, assignee: str) -> None:
    """Change a deal and publish that."""
    deal.assignee = assignee
    publish(session, deal, assignment(deal.id, assignee))


def assignment(deal_id: UUID, assignee: str) -> LeadAssigned:
    return LeadAssigned(lead_id=deal_id, assignee=assignee, assigned_by="rule", why="next", assigned_at=now())


def headers(deal_id: UUID, sequence: int | None, **changes: Any) -> dict[str, Any]:
    """The headers of an assignment on the wire. ``changes`` replace some; None leaves one out."""
    found: dict[str, Any] = {
        "ce-specversion": "1.0",
        "ce-id": f"{deal_id}-{sequence}",
        "ce-source": "/lead",
        "ce-type": TYPE,
        "ce-subject": f"lead/{deal_id}",
        "ce-sequence": None if sequence is None else str(sequence),
        "ce-time": now().isoformat(),
    }
    found |= {f"ce-{name}": value for name, value in changes.items()}
    return {name: value for name, value in found.items() if value is not None}


def body(deal_id: UUID, assignee: str) -> bytes:
    """The body of an assignment on the wire."""
    return (
        f'{{"lead_id":"{deal_id}","assignee":"{assignee}","assigned_by":"rule","why":"next",'
        f'"assigned_at":"{now().isoformat()}"}}'
    ).encode()


def arrived(deal_id: UUID, sequence: int | None, assignee: str = "", **changes: Any) -> Message:
    """An assignment as it arrives; the assignee is ``a<sequence>`` unless told."""
    return read(headers(deal_id, sequence, **changes), body(deal_id, assignee or f"a{sequence}"))


class Desk:
    """The listening side on one database, without a broker: messages are handed to it."""

    def __init__(self, database: Database, **settings: Any) -> None:
        defaults: dict[str, Any] = {"retry_base_seconds": 10.0, "retry_cap_seconds": 40.0, "attempts": 3}
        self.database = database
        self.settings = Settings(service="campaign", **{**defaults, **settings})
        self.listener = Listener()
        [subscription] = subscriptions_of(self.listener)
        self.applier = Applier(database, self.settings, subscription)
        self.retrier = Retrier(self.applier)

    def take(self, *messages: Message) -> None:
        self.applier.apply(messages)

    def retry(self) -> None:
        """Retry whatever is due, until nothing is."""
        while self.retrier.retry_due():
            continue

    def notes(self, deal_id: UUID) -> list[str]:
        return notes(self.database, deal_id)

    def held(self) -> list[HeldEvent]:
        return held(self.database)

    def causes(self) -> list[tuple[int, str, str]]:
        """(position, state, cause) of everything held."""
        return sorted((one.position, one.state, one.cause) for one in self.held())

    def read_from(self, broker_url: str, *, lane: str = QUEUE.name) -> "Running":
        """Start a reader."""
        settings = Settings(**{**vars(self.settings), "broker_url": broker_url})
        applier = Applier(self.database, settings, self.applier.subscription)
        stop: list[bool] = []
        reader = Reader(applier, lane, stopping=lambda: bool(stop))
        return Running(reader, stop)


class Running:
    """Something with a ``run`` in a greenlet of its own."""

    def __init__(self, runs: Reader | Relay, stop: list[bool]) -> None:
        self.runs: Any = runs
        self._stop = stop
        self._greenlet = eventlet.spawn(runs.run)

    def stop(self, *, seconds: float = 10.0) -> None:
        """Ask it to end and wait for that. Raises eventlet.Timeout."""
        self._stop.append(True)
        if isinstance(self.runs, Relay):
            self.runs.database.wake_up.set()
        with eventlet.Timeout(seconds):
            self._greenlet.wait()

    def wait(self) -> None:
        """Wait for its end, which is told by nobody here."""
        self._greenlet.wait()

    def cut(self) -> None:
        """End it in the middle of whatever it does, as a crash would."""
        self._greenlet.kill()


def notes(database: Database, deal_id: UUID | None = None) -> list[str]:
    """The assignees that were noted, in order, of one deal or of all."""
    wanted = select(Note.assignee).order_by(Note.id)
    with database.reading() as session:
        return list(session.scalars(wanted if deal_id is None else wanted.where(Note.deal_id == deal_id)))


def held(database: Database) -> list[HeldEvent]:
    """Everything in the store of held events."""
    with database.reading() as session:
        return dead.held(session, states=tuple(State), limit=10_000)


def settle(database: Database, what: Callable[[orm.Session, int], HeldEvent], *positions: int) -> None:
    """Replay or discard the held events at ``positions``."""
    for one in held(database):
        if one.position in positions:
            with database.transaction() as session:
                what(session, one.id)


def drain(url: str, name: str) -> list[kombu.Message]:
    """Take everything that is in a queue of the topology now."""
    found: list[kombu.Message] = []
    with broker.connected(url) as connection:
        channel = connection.channel()
        queue = kombu.Queue(name, no_declare=True)
        left = channel.queue_declare(name, passive=True).message_count
        with kombu.Consumer(channel, [queue], on_message=found.append, no_ack=True, auto_declare=False):
            while len(found) < left:
                connection.drain_events(timeout=10)
    return found


def write_deals(database: Database, *, count: int, changes: int = 1) -> list[UUID]:
    """Make deals, each changed ``changes`` times in transactions of their own; returns their ids."""
    ids = [new_id() for _ in range(count)]
    for number in range(1, changes + 1):
        for deal_id in ids:
            with database.transaction() as session:
                deal = session.get(Deal, deal_id) or Deal(id=deal_id, assignee="")
                session.add(deal)
                reassign(session, deal, f"a{number}")
    return ids


def ship_from(database: Database, broker_url: str, **settings: Any) -> Running:
    """Start a relay of the publishing side."""
    stop: list[bool] = []
    known = Settings(service="lead", broker_url=broker_url, **settings)
    return Running(Relay(database, known, stopping=lambda: bool(stop)), stop)


@contextmanager
def running(*started: Running) -> Iterator[Sequence[Running]]:
    """Stop everything at the end of the block."""
    try:
        yield started
    finally:
        for one in reversed(started):
            one.stop()
