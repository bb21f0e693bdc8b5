"""What people text back: they opt out, take that back, or answer a campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, exists, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.metrics import counter
from services.outreach.channels.sms.model import DONE, WAITING, inbound_sms
from services.outreach.channels.sms.words import Wish, wish_of
from services.outreach.contacts.model import contact_points
from services.outreach.links.answers import answer_to, tell_answer
from services.outreach.links.model import Answer
from services.outreach.mailings.model import ACCEPTED, LEASED, UNCERTAIN, Delivery, Mailing, deliveries
from services.outreach.suppressions.actions import Grounds, lift_own, suppress

ACTOR = Actor.system("outreach")
SMS: Final = "sms"

REPEATED_WITHIN: Final = timedelta(minutes=10)
"""The same text to the same copy within that time is the same answer, delivered twice or sent twice."""

JOIN_WITHIN: Final = timedelta(minutes=5)
"""How long the parts of a long text wait for each other."""

_WAITS_FOR_CONTACT: Final = timedelta(minutes=10)
_PAUSE: Final = timedelta(seconds=15)
_INTERESTED: dict[Wish, bool | None] = {"yes": True, "no": False, "other": None}
OUTCOMES: Final = (
    "unsubscribed",
    "subscribed",
    "answered",
    "repeated",
    "joined",
    "unknown_number",
    "no_delivery",
)
replies = counter(
    "outreach_sms_replies_total",
    "Texts that people sent us, by what they led to.",
    ("outcome",),
    starts=[(outcome,) for outcome in OUTCOMES],
)


@dataclass(frozen=True)
class Sender:
    """Who has a number: mostly one contact. ``last`` is the latest SMS that any of them was sent."""

    contacts: Sequence[Row[Any]]
    last: tuple[Delivery, Mailing] | None


def apply_replies(session: Session, *, limit: int) -> int:
    """Do what due texts ask for, in the order they came. Returns how many were looked at."""
    moment = now()
    rows = session.execute(
        select(inbound_sms)
        .where(inbound_sms.c.state == WAITING, inbound_sms.c.due_at <= moment)
        .order_by(inbound_sms.c.received_at, inbound_sms.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    joined: set[UUID] = set()
    for row in rows:
        if row.id not in joined:
            joined |= _apply(session, row, moment)
    return len(rows)


def _apply(session: Session, row: Row[Any], moment: datetime) -> set[UUID]:
    """Deal with a text, or with all parts of one. Returns the ids of the other parts."""
    parts = _parts(session, row) if row.parts > 1 else [row]
    if len(parts) < row.parts and moment < row.received_at + JOIN_WITHIN:
        _wait(session, row, moment)
        return set()
    others = {one.id for one in parts[1:]}
    text = "".join(one.text for one in parts)
    for other in others:
        _end(session, other, "joined")
    sender = _sender(session, row.source)
    if not sender.contacts and moment < row.received_at + _WAITS_FOR_CONTACT:
        _wait(session, row, moment)
    else:
        _end(session, parts[0].id, _obey(session, sender, parts[0], text), sender=sender, text=text)
    return others


def _obey(session: Session, sender: Sender, row: Row[Any], text: str) -> str:
    if not sender.contacts:
        return "unknown_number"
    wish = wish_of(text, number=row.source, language=sender.contacts[0].language)
    if wish == "stop":
        return _unsubscribe(session, sender, text)
    if wish == "start":
        for contact in sender.contacts:
            lift_own(session, contact_id=contact.id, channel=SMS)
        return "subscribed"
    if sender.last is None:
        return "no_delivery"
    return _answer(session, *sender.last, text=text, interested=_INTERESTED[wish], at=row.received_at)


def _unsubscribe(session: Session, sender: Sender, text: str) -> str:
    for contact in sender.contacts:
        ours = sender.last is not None and sender.last[0].contact_id == contact.id
        grounds = Grounds(
            reason="unsubscribed",
            department=contact.department,
            note=f"SMS: {text[:100]}",
            campaign_id=sender.last[1].campaign_id if sender.last and ours else None,
            target_id=sender.last[0].target_id if sender.last and ours else None,
        )
        suppress(session, ACTOR, contact_id=contact.id, channel=SMS, grounds=grounds)
    return "unsubscribed"


def _answer(
    session: Session,
    delivery: Delivery,
    mailing: Mailing,
    *,
    text: str,
    interested: bool | None,
    at: datetime,
) -> str:
    again = exists().where(
        Answer.delivery_id == delivery.id,
        Answer.kind == SMS,
        Answer.note == text,
        Answer.received_at > at - REPEATED_WITHIN,
    )
    if session.scalar(select(again)):
        return "repeated"
    answer = answer_to(delivery, mailing, kind=SMS, interested=interested, note=text, received_at=at)
    session.add(answer)
    tell_answer(session, answer)
    return "answered"


def _sender(session: Session, number: str) -> Sender:
    contacts = session.execute(select(contact_points).where(contact_points.c.phone == number)).all()
    if not contacts:
        return Sender((), None)
    last = session.execute(
        select(Delivery, Mailing)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(
            deliveries.c.contact_id.in_([contact.id for contact in contacts]),
            deliveries.c.state.in_((LEASED, ACCEPTED, UNCERTAIN)),
            Mailing.channel == SMS,
        )
        .order_by(deliveries.c.ended_at.desc().nulls_first(), deliveries.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Sender(contacts, None if last is None else (last[0], last[1]))


def _parts(session: Session, row: Row[Any]) -> Sequence[Row[Any]]:
    """The parts of a long text that have come, each once, in their order."""
    column = inbound_sms.c
    found = session.execute(
        select(inbound_sms)
        .where(
            column.state == WAITING,
            column.source == row.source,
            column.destination == row.destination,
            column.reference == row.reference,
            column.parts == row.parts,
            column.received_at < row.received_at + JOIN_WITHIN,
        )
        .order_by(column.part, column.id)
        .with_for_update(skip_locked=True)
    ).all()
    return list({one.part: one for one in reversed(found)}.values())[::-1]


def _wait(session: Session, row: Row[Any], moment: datetime) -> None:
    age = moment - row.received_at
    due_at = moment + min(_PAUSE, max(timedelta(seconds=0.5), age))
    session.execute(update(inbound_sms).where(inbound_sms.c.id == row.id).values(due_at=due_at))


def _end(
    session: Session, inbound_id: UUID, outcome: str, *, sender: Sender | None = None, text: str | None = None
) -> None:
    values: dict[str, Any] = {"state": DONE, "outcome": outcome}
    if text is not None:
        values["text"] = text
    if sender is not None and sender.contacts:
        values |= {"department": sender.contacts[0].department, "contact_id": sender.contacts[0].id}
    if sender is not None and sender.last is not None:
        values |= {"delivery_id": sender.last[0].id}
    session.execute(update(inbound_sms).where(inbound_sms.c.id == inbound_id).values(**values))
    replies.labels(outcome=outcome).inc()
