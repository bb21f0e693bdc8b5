"""Answering requests of people about their own data."""

from sqlalchemy.orm import Session

from chassis.disclosing import disclose
from chassis.forgetting import forget_answers
from chassis.logs import get_logger
from contracts.campaign import CampaignAnswered
from contracts.lead import PrivacyClosed, PrivacyRequested
from services.campaign.privacy import holdings
from services.campaign.privacy.model import PrivacyAnswer

log = get_logger(__name__)

KEPT = ("that the contact was on target lists and how far it came, by its id, for the figures of campaigns",)


def answer(session: Session, event: PrivacyRequested) -> None:
    """Hand out what is held about the contacts, or erase it. A request is answered once."""
    if session.get(PrivacyAnswer, event.request_id) is not None:
        return
    records = holdings.records_of(session, event.contact_ids, event.address_digests)
    erasing = event.kind == "erasure"
    erased = holdings.erase(session, event.contact_ids, event.address_digests) if erasing else 0
    if erasing:
        forget_answers(session, event.contact_ids)
    disclose(
        session,
        PrivacyAnswer,
        CampaignAnswered,
        request_id=event.request_id,
        kind=event.kind,
        records=records,
        erased=erased,
        kept=KEPT,
    )


def take_closing(session: Session, event: PrivacyClosed) -> None:
    """Erase once more: what came after the request, such as an answer to a campaign."""
    if event.kind == "erasure":
        erased = holdings.erase(session, event.contact_ids, ())
        log.info("privacy_closed", request_id=str(event.request_id), erased=erased)
