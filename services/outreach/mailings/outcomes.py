"""How deliveries end: set-based, counted on the mailing, and reported once each in pages.

The mailing's row is locked first, so that several senders of one mailing take turns here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, column, update, values

from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.event import PAGE_LIMIT
from contracts.outreach import MailingFinished, MailingOutcomes, Outcome
from services.outreach.mailings.model import FINISHED, SENDING, Ended, Mailing, deliveries

_GIVEN = (column("id", Uuid), column("state", Text), column("reason", Text), column("answer", Text))


@dataclass(frozen=True)
class Ending:
    """How one delivery ended. ``reason`` is for people and events, ``answer`` is the server's own words."""

    delivery_id: UUID
    outcome: Ended
    reason: str = ""
    answer: str = ""


def record(
    session: Session,
    mailing_id: UUID,
    endings: Sequence[Ending],
    *,
    lease: UUID | None = None,
    expired_at: datetime | None = None,
) -> None:
    """End deliveries that are still held by ``lease``, or whose lease ran out by ``expired_at``.

    What somebody else took over meanwhile is left alone, and not reported again.
    """
    mailing = session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    for start in range(0, len(endings), PAGE_LIMIT):
        outcomes = _end(session, endings[start : start + PAGE_LIMIT], lease=lease, expired_at=expired_at)
        if outcomes:
            _report(session, mailing, outcomes)
    finish_if_done(session, mailing)


def _report(session: Session, mailing: Mailing, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        mailing.count(outcome.outcome)
    publish(
        session,
        mailing,
        MailingOutcomes(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            outcomes=outcomes,
        ),
    )


def finish_if_done(session: Session, mailing: Mailing) -> None:
    """Finish a mailing, whose row is locked, when every recipient is accounted for."""
    if mailing.state != SENDING or not mailing.all_ended:
        return
    mailing.state = FINISHED
    mailing.finished_at = now()
    publish(
        session,
        mailing,
        MailingFinished(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            recipients=mailing.recipients,
            accepted=mailing.accepted,
            failed=mailing.failed,
            suppressed=mailing.suppressed,
            uncertain=mailing.uncertain,
            finished_at=mailing.finished_at,
        ),
    )


def _end(
    session: Session, endings: Sequence[Ending], *, lease: UUID | None, expired_at: datetime | None
) -> list[Outcome]:
    table, moment = deliveries, now()
    rows = [(one.delivery_id, one.outcome, one.reason, one.answer) for one in endings]
    held = values(*_GIVEN, name="given").data(rows).cte("held")
    ours = table.c.lease == lease if lease is not None else table.c.leased_until <= expired_at
    statement = (
        update(table)
        .where(table.c.id == held.c.id, table.c.state.in_(("leased", "handed_over")), ours)
        .values(
            state=held.c.state,
            reason=held.c.reason,
            answer=held.c.answer,
            ended_at=moment,
            lease=None,
            leased_until=None,
        )
        .returning(table.c.target_id, table.c.contact_id, table.c.state, table.c.reason)
    )
    return [
        Outcome(target_id=target_id, contact_id=contact_id, outcome=state, reason=reason, at=moment)
        for target_id, contact_id, state, reason in session.execute(statement)
    ]
