"""Answering requests of people about their own data."""

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.finance import FinanceAnswered
from contracts.lead import PrivacyRequested
from contracts.privacy import pages_of
from services.finance.privacy.model import PrivacyAnswer

log = get_logger(__name__)


def answer(session: Session, event: PrivacyRequested) -> None:
    """Say that nothing is held: no table here has the id of a contact, and amounts are of campaigns."""
    if session.get(PrivacyAnswer, event.request_id) is not None:
        return
    at = now()
    given = PrivacyAnswer(id=event.request_id, kind=event.kind, held=0, erased=0, answered_at=at)
    session.add(given)
    for page in pages_of(FinanceAnswered, request_id=event.request_id, answered_at=at):
        publish(session, given, page)
    log.info("privacy_answered", request_id=str(event.request_id), held=0)
