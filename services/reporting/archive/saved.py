"""The archive as files of CloudEvents batches: what came since the last time, and taking it in again.

Together with a dump of the database they bring the archive back to the last file, positions included.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import func, orm, select

from chassis.applying import Applier
from chassis.config import Settings
from chassis.database import Database, Session
from chassis.envelope import Message, read
from chassis.subscribe import Subscription
from contracts.topology import QUEUES
from services.reporting.archive.cloudevents import encode
from services.reporting.archive.holding import hold_archive
from services.reporting.archive.model import ArchivedEvent
from services.reporting.projections.reactions import take_in

EVENTS_A_FILE = 10_000
EVENTS_AT_ONCE = 200
SKIPPED = 1_000_000
"""Positions left out behind what was loaded: readers may have seen some that are in no file."""

_NAME = re.compile(r"events-(\d{20})-(\d{20})\.json")


class SavedEvent(msgspec.Struct):
    """A CloudEvent as the feed gives it. Its body stays as it is."""

    id: str
    type: str
    source: str
    subject: str
    time: str
    sequence: str
    position: str
    data: msgspec.Raw
    traceparent: str | None = None

    def message(self) -> Message:
        """The message that it came with. Raises OffSchema where it cannot have been one."""
        headers = {
            "ce-id": self.id,
            "ce-type": self.type,
            "ce-source": self.source,
            "ce-subject": self.subject,
            "ce-sequence": self.sequence,
            "ce-time": self.time,
        }
        if self.traceparent:
            headers["traceparent"] = self.traceparent
        return read(headers, bytes(self.data))


_decoder = msgspec.json.Decoder(list[SavedEvent])


def save(database: Database, folder: Path) -> int:
    """Write the events that ``folder`` has not yet, ``EVENTS_A_FILE`` a file. Returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    saved = 0
    after = max((int(found[2]) for found in map(_NAME.fullmatch, _names(folder)) if found), default=0)
    with database.reading() as session:
        while events := _read(session, after=after):
            after = events[-1].position
            name = f"events-{events[0].position:020}-{after:020}.json"
            part = folder / f"{name}.part"
            part.write_bytes(encode(events))
            part.rename(folder / name)
            saved += len(events)
    return saved


class Loader:
    """Takes saved events in, as if they arrived, but under their old positions. The service must not run."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._positions: dict[str, int] = {}
        subscription = Subscription(QUEUES["reporting.facts"], whole=self._react)
        self._applier = Applier(database, settings, subscription, applied=lambda queue, messages: None)

    def load(self, folder: Path) -> int:
        """Take in all files of ``folder`` in their order. Returns how many events were new."""
        before = self._count()
        for name in sorted(_names(folder)):
            for events in _pieces(_decoder.decode((folder / name).read_bytes())):
                self._positions = {event.id: int(event.position) for event in events}
                self._applier.apply([event.message() for event in events])
        with self._database.transaction() as session:
            hold_archive(session, positions=SKIPPED)
        return self._count() - before

    def _react(self, session: orm.Session, messages: Sequence[Message]) -> None:
        take_in(cast(Session, session), messages, positions=self._positions)

    def _count(self) -> int:
        with self._database.reading() as session:
            return session.scalars(select(func.count()).select_from(ArchivedEvent)).one()


def _names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir() if _NAME.fullmatch(one.name)]


def _read(session: Session, *, after: int) -> Sequence[ArchivedEvent]:
    query = select(ArchivedEvent).where(ArchivedEvent.position > after)
    return session.scalars(query.order_by(ArchivedEvent.position).limit(EVENTS_A_FILE)).all()


def _pieces(events: Sequence[SavedEvent]) -> Iterator[Sequence[SavedEvent]]:
    for start in range(0, len(events), EVENTS_AT_ONCE):
        yield events[start : start + EVENTS_AT_ONCE]
