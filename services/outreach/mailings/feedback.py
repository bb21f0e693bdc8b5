"""What is heard of copies after they were handed over: receipts, bounces, complaints, returned letters.

Whoever hears something, from a mail, a webhook, an SMS centre or a scanner, calls ``record_feedback``.
It may hear the same again, and in any order: the same set of news always leaves the same state.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Uuid, any_, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import PAGE_LIMIT
from contracts.outreach import Feedback, MailingFeedback
from services.outreach.mailings import tallies
from services.outreach.mailings.model import Mailing, deliveries, mailings
from services.outreach.suppressions.actions import Grounds, suppress

log = get_logger(__name__)

Kind = Literal["delivered", "bounced_hard", "bounced_soft", "complained", "returned"]

SUPPRESSED_FOR: Final[Mapping[str, Literal["bounced", "complained", "returned"]]] = {
    "bounced_hard": "bounced",
    "complained": "complained",
    "returned": "returned",
}
"""Why a contact is suppressed on the channel of the mailing, by what was heard."""

KINDS: Final = ("delivered", "bounced_soft", "bounced_hard", "returned", "complained")

_RANKS = {"delivered": 0, "bounced_soft": 0, "bounced_hard": 1, "returned": 1, "complained": 2}
_LONGEST = 2000
_ACTOR = Actor.system("outreach")
_SEEN: Final[Sequence[Any]] = (
    deliveries.c.id,
    deliveries.c.mailing_id,
    deliveries.c.target_id,
    deliveries.c.contact_id,
    deliveries.c.ended_at,
    deliveries.c.feedback,
    deliveries.c.feedback_at,
)
_MANY = text(
    """
    UPDATE deliveries AS d
    SET feedback = g.item ->> 1, feedback_reason = g.item ->> 2,
        feedback_at = CAST(g.item ->> 3 AS timestamptz)
    FROM json_array_elements(CAST(:news AS json)) AS g (item)
    WHERE d.id = CAST(g.item ->> 0 AS uuid)
    """
)
"""On PostgreSQL a page travels as one JSON document, which costs a tenth of as many rows of parameters."""

heard = counter(
    "outreach_feedback_total",
    "What was heard of copies after they were handed over, by kind.",
    ("kind",),
    starts=[(kind,) for kind in KINDS],
)


@dataclass(frozen=True)
class Heard:
    """News of one copy. ``reason`` is a short code, ``answer`` the words of the other side.

    ``at`` is when it happened, as far as the other side tells.
    """

    delivery_id: UUID
    kind: Kind
    reason: str = ""
    answer: str = ""
    at: datetime = field(default_factory=now)

    @property
    def weight(self) -> tuple[int, datetime, str]:
        """What weighs more is kept: a complaint, then a bounce for good, then the latest news."""
        return _RANKS[self.kind], self.at, self.kind


Change = tuple[Row[Any], Heard]
"""A delivery as it was, and what was heard of it."""


def record_feedback(session: Session, items: Sequence[Heard]) -> int:
    """Keep what was heard with its deliveries, publish it, and suppress whom the rules say.

    Returns of how many deliveries it was news: what is known already, weighs less than what is known,
    or is of no delivery of ours, changes nothing. A hard bounce, a complaint and a returned letter
    suppress the contact on the channel of the mailing.
    """
    heaviest: dict[UUID, Heard] = {}
    for one in items:
        known = heaviest.get(one.delivery_id)
        if known is None or known.weight < one.weight:
            heaviest[one.delivery_id] = one
    changed = 0
    ids = sorted(heaviest)
    for start in range(0, len(ids), PAGE_LIMIT):
        page = [heaviest[delivery_id] for delivery_id in ids[start : start + PAGE_LIMIT]]
        changed += _record_page(session, page)
    return changed


def _record_page(session: Session, page: Sequence[Heard]) -> int:
    ids = [one.delivery_id for one in page]
    meant = _among(session, ids)
    touched = select(deliveries.c.mailing_id).where(meant)
    of = {
        mailing.id: mailing
        for mailing in session.scalars(
            select(Mailing)
            .where(mailings.c.id.in_(touched))
            .order_by(mailings.c.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    rows = {row.id: row for row in session.execute(select(*_SEEN).where(meant))}
    news = [(rows[one.delivery_id], one) for one in page if _is_news(rows.get(one.delivery_id), one)]
    if news:
        _keep(session, [one for _, one in news])
    by_mailing: dict[UUID, list[Change]] = defaultdict(list)
    for row, one in news:
        if row.feedback != one.kind:
            by_mailing[row.mailing_id].append((row, one))
    for mailing_id, changes in sorted(by_mailing.items()):
        _tally(session, mailing_id, changes)
        _publish(session, of[mailing_id], changes)
        for row, one in changes:
            _suppress(session, of[mailing_id], row, one)
    return sum(len(changes) for changes in by_mailing.values())


def _among(session: Session, ids: list[UUID]) -> ColumnElement[bool]:
    """Whether a delivery is one of these. PostgreSQL takes them as one array, which costs far less."""
    if session.get_bind().dialect.name == "postgresql":
        return deliveries.c.id == any_(literal(ids, ARRAY(Uuid)))
    return deliveries.c.id.in_(ids)


def _is_news(row: Row[Any] | None, one: Heard) -> bool:
    if row is None:
        log.info("feedback_of_nothing", kind=one.kind)
        return False
    if row.feedback is None:
        return True
    return Heard(row.id, row.feedback, at=row.feedback_at).weight < one.weight


def _keep(session: Session, news: Sequence[Heard]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        given = [(str(one.delivery_id), one.kind, one.reason[:_LONGEST], one.at.isoformat()) for one in news]
        session.execute(_MANY, {"news": msgspec.json.encode(given).decode()})
        return
    for one in news:
        session.execute(
            update(deliveries)
            .where(deliveries.c.id == one.delivery_id)
            .values(feedback=one.kind, feedback_reason=one.reason[:_LONGEST], feedback_at=one.at)
        )


def _tally(session: Session, mailing_id: UUID, changes: Sequence[Change]) -> None:
    minutes: dict[datetime, Counter[str]] = defaultdict(Counter)
    for kind, number in Counter(one.kind for _, one in changes).items():
        heard.labels(kind=kind).inc(number)
    for row, one in changes:
        if row.ended_at is None:
            continue
        if one.kind in ("bounced_hard", "returned") and row.feedback not in SUPPRESSED_FOR:
            minutes[row.ended_at]["bounced"] += 1
        elif one.kind == "complained":
            minutes[row.ended_at]["complained"] += 1
    tallies.add(session, mailing_id, minutes)


def _publish(session: Session, mailing: Mailing, changes: Sequence[Change]) -> None:
    publish(
        session,
        mailing,
        MailingFeedback(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            feedback=[
                Feedback(
                    target_id=row.target_id,
                    contact_id=row.contact_id,
                    kind=one.kind,
                    reason=one.reason[:_LONGEST],
                    answer=one.answer[:_LONGEST],
                    at=one.at,
                )
                for row, one in changes
            ],
        ),
    )


def _suppress(session: Session, mailing: Mailing, row: Row[Any], one: Heard) -> None:
    reason = SUPPRESSED_FOR.get(one.kind)
    if reason is None:
        return
    grounds = Grounds(
        reason=reason,
        department=mailing.department,
        note=" ".join(part for part in (one.reason, one.answer) if part)[:_LONGEST],
        campaign_id=mailing.campaign_id,
        target_id=row.target_id,
    )
    suppress(session, _ACTOR, contact_id=row.contact_id, channel=mailing.channel, grounds=grounds)
