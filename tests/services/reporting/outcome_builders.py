"""Builders of events about what became of leads, copies and people's satisfaction."""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from chassis.ids import new_id
from contracts import lead, outreach
from tests.services.reporting.builders import NOON


def mailing_started(
    campaign_id: UUID, *, mailing_id: UUID, wave_id: UUID, recipients: int
) -> outreach.MailingStarted:
    return outreach.MailingStarted(
        mailing_id=mailing_id,
        wave_id=wave_id,
        campaign_id=campaign_id,
        channel="email",
        recipients=recipients,
        started_at=NOON,
    )


def touched(campaign_id: UUID | None, lead_id: UUID, **changes: Any) -> lead.LeadTouched:
    """The lead was heard of again by a reply."""
    values: dict[str, Any] = {
        "lead_id": lead_id,
        "contact_id": new_id(),
        "campaign_id": campaign_id,
        "touch_id": new_id(),
        "department": "north",
        "kind": "reply",
        "source": "campaign",
        "verdict": "interested",
        "touched_at": NOON,
    }
    return lead.LeadTouched(**values | changes)


def source_saved(source_id: UUID, code: str, name: str, *, parent_id: UUID | None = None) -> lead.SourceSaved:
    return lead.SourceSaved(
        source_id=source_id,
        department="north",
        code=code,
        name=name,
        kind="website",
        parent_id=parent_id,
        retired=False,
        by="ann",
        at=NOON,
    )


def accepted(campaign_id: UUID | None, lead_id: UUID, assignee: str = "rosa") -> lead.LeadAccepted:
    return lead.LeadAccepted(
        lead_id=lead_id,
        campaign_id=campaign_id,
        department="north",
        assignee=assignee,
        by=assignee,
        at=NOON,
    )


def converted(campaign_id: UUID | None, lead_id: UUID, **changes: Any) -> lead.LeadConverted:
    """The lead became an opportunity over 3000 EUR."""
    values: dict[str, Any] = {
        "lead_id": lead_id,
        "contact_id": new_id(),
        "campaign_id": campaign_id,
        "department": "north",
        "assignee": "rosa",
        "opportunity_id": new_id(),
        "name": "Deal",
        "amount": Decimal(3000),
        "currency": "EUR",
        "by": "rosa",
        "at": NOON,
    }
    return lead.LeadConverted(**values | changes)


def surveyed(campaign_id: UUID, *sides: outreach.SideScore, machine: bool = False) -> outreach.AnswerReceived:
    """A survey that was filled in, with what each side was expected to be and was."""
    return outreach.AnswerReceived(
        answer_id=new_id(),
        campaign_id=campaign_id,
        wave_id=new_id(),
        mailing_id=new_id(),
        target_id=new_id(),
        contact_id=new_id(),
        kind="survey",
        received_at=NOON,
        sides=list(sides),
        machine=machine,
    )


def side(name: str, expectation: int | None, experience: int | None) -> outreach.SideScore:
    expected, was = (None if one is None else Decimal(one) for one in (expectation, experience))
    return outreach.SideScore(side=name, expectation=expected, experience=was)


def heard(campaign_id: UUID, mailing_id: UUID, *kinds: str) -> outreach.MailingFeedback:
    """A page of what was heard of copies."""
    feedback = [{"target_id": new_id(), "contact_id": new_id(), "kind": kind, "at": NOON} for kind in kinds]
    page = {"mailing_id": mailing_id, "wave_id": new_id(), "campaign_id": campaign_id, "feedback": feedback}
    return msgspec.convert(page, outreach.MailingFeedback)


def opened_copies(campaign_id: UUID, mailing_id: UUID, *machines: bool) -> outreach.MailingOpened:
    """A page of first openings, each by a machine or not."""
    return outreach.MailingOpened(
        mailing_id=mailing_id,
        wave_id=new_id(),
        campaign_id=campaign_id,
        openings=[outreach.Opening(target_id=new_id(), machine=machine, at=NOON) for machine in machines],
    )


def suppressed(
    campaign_id: UUID | None,
    suppression_id: UUID,
    reason: Literal["unsubscribed", "bounced"] = "unsubscribed",
) -> outreach.SuppressionAdded:
    return outreach.SuppressionAdded(
        suppression_id=suppression_id,
        contact_id=new_id(),
        channel="email",
        reason=reason,
        campaign_id=campaign_id,
        added_at=NOON,
    )


def lifted(suppression_id: UUID) -> outreach.SuppressionRemoved:
    return outreach.SuppressionRemoved(
        suppression_id=suppression_id,
        contact_id=new_id(),
        channel="email",
        removed_by="ann",
        removed_at=NOON,
    )
