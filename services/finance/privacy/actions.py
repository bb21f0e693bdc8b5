"""Answering requests of people about their own data."""

from sqlalchemy.orm import Session

from chassis.disclosing import disclose
from contracts.finance import FinanceAnswered
from contracts.lead import PrivacyRequested
from services.finance.privacy.model import PrivacyAnswer


def answer(session: Session, event: PrivacyRequested) -> None:
    """Say that nothing is held: no table here has the id of a contact, and amounts are of campaigns."""
    if session.get(PrivacyAnswer, event.request_id) is not None:
        return
    disclose(session, PrivacyAnswer, FinanceAnswered, request_id=event.request_id, kind=event.kind)
