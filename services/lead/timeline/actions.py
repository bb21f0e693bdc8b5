"""Entering what happened. Facts of other services come in pages, and each is entered once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from contracts.campaign import CampaignResponded
from contracts.outreach import (
    MailingFeedback,
    MailingOpened,
    MailingOutcomes,
    SubmissionConfirmed,
    SuppressionAdded,
    SuppressionRemoved,
)
from services.lead.timeline.model import (
    ANSWER,
    CONSENT,
    FORM,
    MAILING,
    TimelineEntry,
    entry_id,
    timeline_entries,
)

OUTREACH = "service:outreach"
CAMPAIGN = "service:campaign"

SENT = {
    "accepted": "sent",
    "failed": "not_sent",
    "suppressed": "held_back",
    "uncertain": "perhaps_sent",
}
"""What is entered for the outcome of a copy."""

Row = dict[str, Any]

Mailing = MailingOutcomes | MailingFeedback | MailingOpened


def note_change(
    session: Session,
    *,
    area: str,
    kind: str,
    actor: str,
    contact_id: UUID | None = None,
    customer_id: UUID | None = None,
    note: str = "",
    reference: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Enter what somebody does here and now."""
    entry = TimelineEntry(
        id=new_id(),
        contact_id=contact_id,
        customer_id=customer_id,
        area=area,
        kind=kind,
        actor=actor,
        note=note,
        reference=reference,
        at=now(),
        detail=detail,
    )
    session.add(entry)


def take_outcomes(session: Session, event: MailingOutcomes) -> None:
    """How the copies of a page ended: sent, or not, and why not."""
    told = ((one, (one.outcome,), SENT[one.outcome], one.reason) for one in event.outcomes)
    enter_facts(session, _of_copies(event, told))


def take_feedback(session: Session, event: MailingFeedback) -> None:
    """Receipts, bounces, complaints and returned letters. The words of the other side stay away."""
    told = ((one, (one.kind,), one.kind, one.reason) for one in event.feedback)
    enter_facts(session, _of_copies(event, told))


def take_openings(session: Session, event: MailingOpened) -> None:
    """First openings by persons and by machines. One that does not say whose copy it was is passed over."""
    told = (
        (one, ("opened", one.machine), "opened_by_machine" if one.machine else "opened", "")
        for one in event.openings
        if one.contact_id is not None
    )
    enter_facts(session, _of_copies(event, told))


def take_response(session: Session, event: CampaignResponded) -> None:
    """An answer to a campaign, and each new verdict on it. Its words stand with the campaign alone."""
    fact = _fact(
        event.responded_at,
        (event.response_id, event.verdict),
        contact_id=event.contact_id,
        area=ANSWER,
        kind=event.kind,
        note=event.verdict,
        actor=CAMPAIGN,
        campaign_id=event.campaign_id,
        reference=event.response_id,
    )
    enter_facts(session, [fact])


def take_submission(session: Session, event: SubmissionConfirmed, contact_id: UUID) -> None:
    """A hosted form that the contact sent."""
    fact = _fact(
        event.confirmed_at or event.submitted_at,
        (event.submission_id,),
        contact_id=contact_id,
        area=FORM,
        kind="submitted",
        note=event.form_code,
        actor=OUTREACH,
        campaign_id=event.campaign_id,
        reference=event.submission_id,
    )
    enter_facts(session, [fact])


def take_suppression(session: Session, event: SuppressionAdded) -> None:
    """That a contact must not be reached over a channel, and why not."""
    fact = _fact(
        event.added_at,
        (event.suppression_id, "suppressed"),
        contact_id=event.contact_id,
        area=CONSENT,
        kind="suppressed",
        note=f"{event.channel}: {event.reason}",
        actor=OUTREACH,
        campaign_id=event.campaign_id,
        reference=event.suppression_id,
    )
    enter_facts(session, [fact])


def take_lifting(session: Session, event: SuppressionRemoved) -> None:
    """That a contact may be reached over a channel again."""
    fact = _fact(
        event.removed_at,
        (event.suppression_id, "unsuppressed"),
        contact_id=event.contact_id,
        area=CONSENT,
        kind="unsuppressed",
        note=event.channel,
        actor=event.removed_by,
        reference=event.suppression_id,
    )
    enter_facts(session, [fact])


def enter_facts(session: Session, facts: Iterable[Row]) -> None:
    """Enter rows of the timeline, each once by its id."""
    rows = list({row["id"]: row for row in facts}.values())
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(timeline_entries).on_conflict_do_nothing(index_elements=["id"]), rows)


def forget(session: Session, contact_ids: Sequence[UUID]) -> int:
    """Take away all that the timeline says of these contacts. Returns how many entries went."""
    gone = session.execute(delete(timeline_entries).where(timeline_entries.c.contact_id.in_(contact_ids)))
    return int(getattr(gone, "rowcount", 0))


def _of_copies(mailing: Mailing, copies: Iterable[tuple[Any, tuple[object, ...], str, str]]) -> Iterator[Row]:
    """What became of copies: each with what tells the fact from others, its kind, and a note."""
    for copy, told, kind, note in copies:
        yield _fact(
            copy.at,
            (mailing.mailing_id, copy.target_id, *told),
            contact_id=copy.contact_id,
            area=MAILING,
            kind=kind,
            note=note,
            actor=OUTREACH,
            campaign_id=mailing.campaign_id,
            reference=mailing.mailing_id,
        )


def _fact(at: datetime, told: tuple[object, ...], **values: Any) -> Row:
    blank = {"customer_id": None, "note": "", "campaign_id": None, "reference": None, "detail": None}
    return {**blank, **values, "id": entry_id(at, values["contact_id"], *told), "at": at}
