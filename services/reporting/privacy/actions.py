"""Answering requests of people about their own data, out of the archive of events."""

from collections.abc import Sequence

from chassis.database import Session
from chassis.disclosing import disclose
from contracts.lead import PrivacyClosed, PrivacyRequested
from contracts.reporting import ReportingAnswered
from services.reporting.archive.facts import Fact
from services.reporting.privacy import archived
from services.reporting.privacy.model import PrivacyAnswer

KEPT = ("events with their ids, times and figures, without what says who somebody was",)


def answer_requests(session: Session, facts: Sequence[Fact]) -> None:
    """Answer those of the events just archived that are requests.

    When an erasure is closed the archive is gone through once more: what the person did meanwhile may
    have come after the request, for events of different things have no order.
    """
    for fact in facts:
        if isinstance(fact.event, PrivacyRequested):
            answer(session, fact.event)
        elif isinstance(fact.event, PrivacyClosed) and fact.event.kind == "erasure":
            archived.erase(session, _ids_of(fact.event), ())


def answer(session: Session, event: PrivacyRequested) -> None:
    """Hand out what the archive says about a person, or make them anonymous in it. Once for a request."""
    if session.get(PrivacyAnswer, event.request_id) is not None:
        return
    ids = _ids_of(event)
    digests = set(event.address_digests)
    records = archived.records_of(session, ids, digests)
    erasing = event.kind == "erasure"
    erased = archived.erase(session, ids, digests) if erasing else 0
    disclose(
        session,
        PrivacyAnswer,
        ReportingAnswered,
        request_id=event.request_id,
        kind=event.kind,
        records=records,
        erased=erased,
        kept=KEPT,
    )


def _ids_of(event: PrivacyRequested | PrivacyClosed) -> set[str]:
    """Of the contacts that the person is, and of their forms, leads and requests."""
    known = (*event.contact_ids, *event.submission_ids, *event.lead_ids, *event.pre_sales_ids)
    return {str(one) for one in known}
