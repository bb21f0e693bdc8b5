"""Whether the counts of a mailing are what its ledger says: every recipient in one row, counted once."""

from uuid import UUID

from sqlalchemy import func, select

from chassis.database import Session
from chassis.logs import get_logger
from services.outreach.mailings.model import ENDED, Mailing, deliveries

log = get_logger(__name__)


def ledger(session: Session, mailing_id: UUID) -> dict[str, int]:
    """How many deliveries of a mailing are in each state, counted row by row."""
    rows = session.execute(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.mailing_id == mailing_id)
        .group_by(deliveries.c.state)
    )
    return {state: count for state, count in rows}


def agrees(session: Session, mailing: Mailing) -> bool:
    """Whether all of a mailing has ended in the ledger as it was counted. What differs is logged."""
    found = ledger(session, mailing.id)
    counted = {state: getattr(mailing, state) for state in ENDED}
    if {state: count for state, count in counted.items() if count} == found:
        return True
    log.error("mailing_mismatch", mailing_id=str(mailing.id), counted=counted, ledger=found)
    return False


def ledger_by_variant(session: Session, mailing_id: UUID) -> dict[int, dict[str, int]]:
    """How many deliveries of each variant of a mailing are in each state."""
    rows = session.execute(
        select(deliveries.c.variant, deliveries.c.state, func.count())
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.variant.is_not(None))
        .group_by(deliveries.c.variant, deliveries.c.state)
    )
    found: dict[int, dict[str, int]] = {}
    for variant, state, count in rows:
        found.setdefault(variant, {})[state] = count
    return found
