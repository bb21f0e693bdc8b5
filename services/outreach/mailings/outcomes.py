"""How deliveries end: set-based, counted on the mailing, and reported once each in pages.

The mailing's row is locked first, so that several senders of one mailing take turns here.
"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.event import PAGE_LIMIT
from contracts.outreach import MailingFinished, MailingOutcomes, Outcome
from services.outreach.mailings import ledger, reconciliation, tallies
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import (
    CANCELLED,
    FINISHED,
    QUEUED,
    SUPPRESSED,
    WAITING,
    Mailing,
    deliveries,
)

__all__ = ["Ending", "end_unsent", "finish_if_done", "record"]


def record(session: Session, mailing_id: UUID, endings: Sequence[Ending], *, lease: UUID) -> None:
    """End deliveries that are still held by ``lease``.

    What somebody else took over meanwhile is left alone, and not reported again.
    """
    mailing = session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    for start in range(0, len(endings), PAGE_LIMIT):
        outcomes = ledger.end(session, endings[start : start + PAGE_LIMIT], lease=lease)
        if outcomes:
            _report(session, mailing, outcomes)
    finish_if_done(session, mailing)


def end_unsent(session: Session, mailing_id: UUID, *, reason: str, limit: int) -> int:
    """End up to ``limit`` deliveries as suppressed that nobody holds yet. Returns how many there were."""
    mailing = session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    ended = _suppress(session, mailing, QUEUED, reason=reason, limit=limit)
    if len(ended) < limit:
        ended += _suppress(session, mailing, WAITING, reason=reason, limit=limit - len(ended))
    for start in range(0, len(ended), PAGE_LIMIT):
        _report(session, mailing, ended[start : start + PAGE_LIMIT])
    finish_if_done(session, mailing)
    return len(ended)


def finish_if_done(session: Session, mailing: Mailing) -> None:
    """Finish a mailing, whose row is locked, when every recipient is accounted for in the ledger too.

    One that was cancelled stays so.
    """
    if mailing.finished_at is not None or not mailing.complete or not mailing.all_ended:
        return
    if not reconciliation.agrees(session, mailing):
        return
    if mailing.state != CANCELLED:
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
            resend_of=mailing.resend_of,
        ),
    )


def _report(session: Session, mailing: Mailing, outcomes: list[Outcome]) -> None:
    numbers = Counter(outcome.outcome for outcome in outcomes)
    for outcome, number in numbers.items():
        mailing.count(outcome, number)
    tried: dict[str, int] = {name: numbers[name] for name in tallies.TRIED if numbers[name]}
    if tried:
        tallies.add(session, mailing.id, {outcomes[0].at: tried})
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


def _suppress(session: Session, mailing: Mailing, state: str, *, reason: str, limit: int) -> list[Outcome]:
    moment = now()
    picked = (
        select(deliveries.c.id)
        .where(deliveries.c.mailing_id == mailing.id, deliveries.c.state == state)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    ended = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(picked.c.id)), deliveries.c.state == state)
        .values(state=SUPPRESSED, reason=reason, ended_at=moment)
        .returning(deliveries.c.target_id, deliveries.c.contact_id)
    )
    return [
        Outcome(target_id=target_id, contact_id=contact_id, outcome=SUPPRESSED, reason=reason, at=moment)
        for target_id, contact_id in ended
    ]
