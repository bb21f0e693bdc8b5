"""Keeping a mail: the one thing that must have happened before anybody is told that we have it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from chassis.metrics import counter
from services.outreach.hearing.model import IMAP, MAILDIR, SOURCES, WAITING, inbound_bodies, inbound_mails
from services.outreach.hearing.wording import sound

arrived = counter(
    "outreach_inbound_mails_total",
    "Mails that came in and were kept, by the way they came.",
    ("source",),
    starts=[(source,) for source in SOURCES],
)

reading_failures = counter(
    "outreach_inbound_failures_total",
    "Times that a mailbox could not be read, by the way mails come.",
    ("source",),
    starts=[(MAILDIR,), (IMAP,)],
)


@dataclass(frozen=True)
class Arrival:
    """A mail at the door. ``sender`` and ``recipients`` are those of the envelope, where there is one."""

    source: str
    raw: bytes
    sender: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same bytes to the same recipients, whenever they come again."""
        envelope = "\0".join(sorted(self.recipients))
        return hashlib.sha256(envelope.encode("utf-8", "replace") + b"\0\0" + self.raw).hexdigest()


def keep(session: Session, arrivals: Iterable[Arrival]) -> int:
    """Keep mails until they are sorted. Returns how many were new: what is here already is left alone."""
    return sum(_keep(session, one) is not None for one in arrivals)


def _keep(session: Session, arrival: Arrival) -> UUID | None:
    mail_id, moment = new_id(), now()
    row = {
        "id": mail_id,
        "version": 0,
        "department": "",
        "source": arrival.source,
        "sender": sound(arrival.sender),
        "recipients": [sound(one) for one in arrival.recipients],
        "digest": arrival.digest,
        "size": len(arrival.raw),
        "received_at": moment,
        "state": WAITING,
        "tries": 0,
        "candidates": [],
        **dict.fromkeys(("written_by", "subject", "reason", "rule", "status", "answer", "address"), ""),
    }
    try:
        with session.begin_nested():
            session.execute(insert(inbound_mails), [row])
    except IntegrityError:
        return None
    body = {"mail_id": mail_id, "raw": arrival.raw, "received_at": moment}
    session.execute(insert(inbound_bodies), [body])
    arrived.labels(source=arrival.source).inc()
    return mail_id
