"""Sorting mails that came in, by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.metrics import counter
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.hearing import effects
from services.outreach.hearing.bounce import Finding
from services.outreach.hearing.effects import OF_A_DELIVERY, Subject
from services.outreach.hearing.judge import FAILED
from services.outreach.hearing.model import (
    DONE,
    IGNORED,
    SET_ASIDE,
    UNMATCHED,
    UNRECOGNISED,
    WAITING,
    InboundMail,
    inbound_bodies,
    inbound_mails,
)
from services.outreach.hearing.origin import Match, Search, find
from services.outreach.hearing.parts import Mail
from services.outreach.hearing.reading import BOUNCE, KINDS, RECEIPT, Reading
from services.outreach.hearing.rules import shipped
from services.outreach.settings import OutreachSettings

LONGEST: Final = 2000

sorted_mails = counter(
    "outreach_inbound_sorted_total",
    "Mails that came in and were sorted, by what they are.",
    ("kind",),
    starts=[(kind,) for kind in (*KINDS, IGNORED, SET_ASIDE)],
)


@dataclass(frozen=True)
class Held:
    """A mail that is being sorted. ``tries`` counts this time too."""

    id: UUID
    sender: str
    recipients: Sequence[str]
    received_at: datetime
    tries: int


def hold(session: Session, *, size: int, seconds: float) -> list[Held]:
    """Up to ``size`` waiting mails that nobody sorts, the oldest first, for ``seconds``."""
    table, moment = inbound_mails, now()
    free = or_(table.c.leased_until.is_(None), table.c.leased_until <= moment)
    due = select(table.c.id).where(table.c.state == WAITING, free).order_by(table.c.id).limit(size)
    chosen = due.with_for_update(skip_locked=True).cte("due")
    rows = session.execute(
        update(table)
        .where(table.c.id.in_(select(chosen.c.id)))
        .values(tries=table.c.tries + 1, leased_until=moment + timedelta(seconds=seconds))
        .returning(table.c.id, table.c.sender, table.c.recipients, table.c.received_at, table.c.tries)
    )
    return sorted((Held(*row) for row in rows), key=lambda one: one.id)


def settle(
    session: Session, actor: Actor, held: Held, *, mail: Mail, reading: Reading, settings: OutreachSettings
) -> None:
    """Record what a mail says, find its delivery, and let it take effect there, unless another did."""
    row = session.get_one(InboundMail, held.id, with_for_update=True)
    if row.state != WAITING:
        return
    paths = ReturnPaths(key=settings.link_key, address=settings.bounce_address)
    search = Search(paths, held.recipients, held.received_at, settings.inbound_match_days)
    match = find(session, mail, reading, search)
    subject = Subject.of(session, match.delivery_id) if match.delivery_id else None
    session.execute(
        update(inbound_mails)
        .where(inbound_mails.c.id == held.id)
        .values(
            state=_state(reading, match),
            leased_until=None,
            sorted_at=now(),
            written_by=mail.header("From")[:LONGEST],
            subject=mail.header("Subject")[:LONGEST],
            kind=reading.kind,
            rules_version=shipped().version,
            **_told(reading, effects.finding_of(session, subject, reading)),
            **_about(subject, match),
        )
    )
    if subject is not None:
        effects.take_effect(session, actor, subject, reading=reading, limits=settings)
    sorted_mails.labels(kind=reading.kind).inc()


def set_aside(session: Session, mail_id: UUID, *, reason: str) -> None:
    """Take a mail that cannot be read out of the way of the others; people see it listed."""
    session.execute(
        update(inbound_mails)
        .where(inbound_mails.c.id == mail_id, inbound_mails.c.state == WAITING)
        .values(state=SET_ASIDE, reason=reason[:LONGEST], leased_until=None, sorted_at=now())
    )
    sorted_mails.labels(kind=SET_ASIDE).inc()


def forget_bodies(session: Session, *, days: float) -> int:
    """Delete the bodies of sorted mails that came more than ``days`` ago. Returns how many."""
    old, table = now() - timedelta(days=days), inbound_bodies
    waiting = select(inbound_mails.c.id).where(inbound_mails.c.state == WAITING)
    gone = session.execute(
        delete(table)
        .where(table.c.received_at < old, table.c.mail_id.not_in(waiting))
        .returning(table.c.mail_id)
    )
    return len(gone.all())


def _state(reading: Reading, match: Match) -> str:
    if reading.kind == UNRECOGNISED:
        return UNRECOGNISED
    lost = reading.kind in OF_A_DELIVERY and match.delivery_id is None
    return UNMATCHED if lost else DONE


def _told(reading: Reading, finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {"reason": reading.feedback_type[:LONGEST], "answer": reading.words[:LONGEST]}
    judged = finding.judgement
    return {
        "verdict": judged.meaning if reading.kind == BOUNCE and finding.action == FAILED else None,
        "reason": judged.reason if reading.kind != RECEIPT else "",
        "rule": judged.rule,
        "status": judged.status,
        "answer": finding.answer[:LONGEST],
        "address": finding.address[:LONGEST],
    }


def _about(subject: Subject | None, match: Match) -> dict[str, Any]:
    if subject is None:
        return {"candidates": [str(one) for one in match.candidates]}
    return {
        "delivery_id": subject.delivery.id,
        "mailing_id": subject.mailing.id,
        "contact_id": subject.delivery.contact_id,
        "department": subject.mailing.department,
        "found_by": match.found_by,
    }
