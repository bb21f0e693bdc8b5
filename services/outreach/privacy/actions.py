"""Answering requests of people about their own data."""

from sqlalchemy import func, select

from chassis.database import Session
from chassis.disclosing import disclose
from chassis.errors import NotYet
from chassis.logs import get_logger
from contracts.lead import PrivacyClosed, PrivacyRequested
from contracts.outreach import OutreachAnswered
from services.outreach.contacts.model import ContactPoint
from services.outreach.privacy.erasing import erase_person
from services.outreach.privacy.holdings import records_of
from services.outreach.privacy.model import PrivacyAnswer

log = get_logger(__name__)

KEPT = (
    "digests of the addresses, so that nobody is written to again who comes back in an imported list",
    "that copies went out and how they fared, by the id of the contact, for the figures of mailings",
    "printed letters until their batch is tidied away, as set by the days that prints are kept",
)


def answer(session: Session, event: PrivacyRequested, *, key: str) -> None:
    """Hand out what is held about the contacts, or erase it. A request is answered once.

    ``key`` makes the digests of addresses; they can only be compared by who has it. Raises NotYet while
    a contact is not known, for its addresses are on their way then.
    """
    if session.get(PrivacyAnswer, event.request_id) is not None:
        return
    _require_known(session, event)
    records = records_of(session, event.contact_ids, event.submission_ids)
    erasing = event.kind == "erasure"
    erased = erase_person(session, event, key=key) if erasing else 0
    disclose(
        session,
        PrivacyAnswer,
        OutreachAnswered,
        request_id=event.request_id,
        kind=event.kind,
        records=records,
        erased=erased,
        kept=KEPT,
    )


def take_closing(session: Session, event: PrivacyClosed, *, key: str) -> None:
    """Erase once more: what came after the request, such as an answer that was written meanwhile."""
    if event.kind == "erasure":
        erased = erase_person(session, event, key=key)
        log.info("privacy_closed", request_id=str(event.request_id), erased=erased)


def _require_known(session: Session, event: PrivacyRequested) -> None:
    known = select(func.count()).where(ContactPoint.id.in_(event.contact_ids))
    if session.scalar(known) != len(set(event.contact_ids)):
        raise NotYet("a contact is not known")
