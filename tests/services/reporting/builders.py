"""Builders of events as the other services publish them, and of facts and messages around them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from chassis.envelope import Message
from chassis.ids import new_id
from contracts import campaign, finance, lead, outreach
from contracts.event import Event, Money, declaration_of
from services.reporting.archive.facts import Fact, campaign_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Outcome = Literal["accepted", "failed", "suppressed", "uncertain"]


def designed(campaign_id: UUID, **changes: Any) -> campaign.CampaignDesigned:
    """A planned campaign of the north that aims at 10 valid leads with a budget of 1000 EUR."""
    plan: dict[str, Any] = {
        "campaign_id": campaign_id,
        "code": "SPRING",
        "name": "Spring launch",
        "kind": "bulk_mail",
        "purposes": ["new_customers"],
        "owner": "ann",
        "department": "north",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 31),
        "currency": "EUR",
        "goals": [campaign.Goal(metric="valid_leads", target=Decimal(10))],
        "budget": [campaign.BudgetLine(line_id=new_id(), name="Mail", amount=Decimal(1000))],
    }
    return campaign.CampaignDesigned(**plan | changes)


def changed(campaign_id: UUID, **changes: Any) -> campaign.CampaignChanged:
    """The plan that ``designed`` tells of, changed while the campaign runs."""
    plan = msgspec.structs.asdict(designed(campaign_id, **changes))
    change = campaign.FieldChange(field="name", after='"new"')
    return campaign.CampaignChanged(**plan, plan_version=1, changed=[change], by="ann", at=NOON)


def amendment_submitted(campaign_id: UUID) -> campaign.CampaignSubmitted:
    """A change beyond the approved budget, handed in for approval while the campaign goes on."""
    return campaign.CampaignSubmitted(
        campaign_id=campaign_id,
        code="SPRING",
        name="Spring launch",
        department="north",
        plan_version=2,
        plan_hash="0" * 64,
        submitted_by="ann",
        submitted_at=NOON,
        total=Money(amount=Decimal(1500), currency="EUR"),
        budget=[campaign.BudgetLine(line_id=new_id(), name="Mail", amount=Decimal(1500))],
        amendment_id=new_id(),
    )


def started(campaign_id: UUID) -> campaign.CampaignStarted:
    return campaign.CampaignStarted(
        campaign_id=campaign_id,
        code="SPRING",
        name="Spring launch",
        department="north",
        owner="ann",
        started_at=NOON,
        segment_id=new_id(),
        resolution_id=new_id(),
    )


def launched(campaign_id: UUID, targets: int) -> campaign.CampaignLaunched:
    return campaign.CampaignLaunched(campaign_id=campaign_id, targets=targets, launched_at=NOON)


def progressed(campaign_id: UUID, *steps: tuple[UUID, str]) -> campaign.TargetsProgressed:
    """A page of targets with their new status."""
    changes = [
        {"target_id": target, "contact_id": target, "status": status, "at": NOON} for target, status in steps
    ]
    return msgspec.convert({"campaign_id": campaign_id, "changes": changes}, campaign.TargetsProgressed)


def responded(campaign_id: UUID, target_id: UUID, **changes: Any) -> campaign.CampaignResponded:
    response: dict[str, Any] = {
        "campaign_id": campaign_id,
        "department": "north",
        "response_id": new_id(),
        "target_id": target_id,
        "contact_id": target_id,
        "kind": "click",
        "verdict": "interested",
        "responded_at": NOON,
    }
    return campaign.CampaignResponded(**response | changes)


def released(campaign_id: UUID, wave_id: UUID, targets: int) -> campaign.WaveReleased:
    return campaign.WaveReleased(
        wave_id=wave_id,
        campaign_id=campaign_id,
        campaign_code="SPRING",
        campaign_name="Spring launch",
        department="north",
        number=1,
        channel="email",
        template_id=new_id(),
        targets=targets,
        pages=1,
        released_at=NOON,
    )


def outcomes(
    campaign_id: UUID,
    targets: Sequence[UUID],
    outcome: Outcome = "accepted",
    *,
    mailing_id: UUID | None = None,
    wave_id: UUID | None = None,
) -> outreach.MailingOutcomes:
    """A page of deliveries that all ended the same way."""
    return outreach.MailingOutcomes(
        mailing_id=mailing_id or new_id(),
        wave_id=wave_id or new_id(),
        campaign_id=campaign_id,
        outcomes=[
            outreach.Outcome(target_id=target, contact_id=target, outcome=outcome, at=NOON)
            for target in targets
        ],
    )


def captured(campaign_id: UUID | None, lead_id: UUID, **changes: Any) -> lead.LeadCaptured:
    values: dict[str, Any] = {
        "lead_id": lead_id,
        "contact_id": new_id(),
        "campaign_id": campaign_id,
        "department": "north",
        "source": "campaign",
        "captured_at": NOON,
    }
    return lead.LeadCaptured(**values | changes)


def qualified(
    campaign_id: UUID | None,
    lead_id: UUID,
    outcome: Literal["near_term", "long_term", "not_a_target"] = "near_term",
) -> lead.LeadQualified:
    return lead.LeadQualified(
        lead_id=lead_id,
        contact_id=new_id(),
        campaign_id=campaign_id,
        outcome=outcome,
        grade="A",
        value=Decimal(5000),
        currency="EUR",
        qualified_by="sam",
        qualified_at=NOON,
    )


def assigned(campaign_id: UUID | None, lead_id: UUID, assignee: str = "rosa") -> lead.LeadAssigned:
    return lead.LeadAssigned(
        lead_id=lead_id,
        campaign_id=campaign_id,
        assignee=assignee,
        assigned_by="sam",
        why="round robin",
        assigned_at=NOON,
    )


def balance(
    line_id: UUID, *, budget: int = 1000, committed: int = 0, incurred: int = 0
) -> finance.LineBalance:
    return finance.LineBalance(
        line_id=line_id,
        name="Mail",
        responsible="ann",
        budget=Decimal(budget),
        committed=Decimal(committed),
        incurred=Decimal(incurred),
        available=Decimal(budget - committed - incurred),
    )


def opened(
    campaign_id: UUID, budget_id: UUID, *lines: finance.LineBalance, currency: str = "EUR"
) -> finance.BudgetOpened:
    return finance.BudgetOpened(
        budget_id=budget_id,
        campaign_id=campaign_id,
        department="north",
        plan_version=1,
        currency=currency,
        lines=list(lines),
    )


def posted(
    campaign_id: UUID, budget_id: UUID, line: finance.LineBalance, **changes: Any
) -> finance.BudgetPosted:
    values: dict[str, Any] = {
        "budget_id": budget_id,
        "campaign_id": campaign_id,
        "entry_id": new_id(),
        "kind": "incur",
        "amount": line.incurred,
        "currency": "EUR",
        "posted_at": NOON,
        "balance": line,
    }
    return finance.BudgetPosted(**{**values, **changes})


def approval_opened(approval_id: UUID, campaign_id: UUID) -> finance.ApprovalOpened:
    return finance.ApprovalOpened(
        approval_id=approval_id,
        kind="plan",
        subject_id=campaign_id,
        subject_version=1,
        department="north",
        requested_by="ann",
        total=Money(amount=Decimal(1000), currency="EUR"),
        steps=["finance_approval"],
    )


def contact_saved(department: str) -> lead.ContactSaved:
    contact_id = new_id()
    return lead.ContactSaved(
        contact=lead.ContactCard(contact_id=contact_id, version=1, department=department, consents=[])
    )


def fact(event: Event, sequence: int = 1, position: int = 1) -> Fact:
    return Fact(position, sequence, declaration_of(type(event)).type, campaign_of(event), event)


def message(event: Event, subject: UUID, sequence: int = 1) -> Message:
    """The message of ``event`` about the aggregate ``subject``, as a reader gets it from the broker."""
    declaration = declaration_of(type(event))
    return Message(
        id=str(new_id()),
        type=declaration.type,
        source=declaration.source,
        subject=f"{declaration.aggregate}/{subject}",
        sequence=sequence,
        time=NOON,
        traceparent=None,
        headers={},
        body=msgspec.json.encode(event),
    )


def story(campaign_id: UUID) -> list[Message]:
    """A campaign of the north from plan to cost, in the order it happened.

    Four targets, three of them reached, two responding, two leads of which one is valid, and 400
    of 1000 EUR spent.
    """
    first, second, third, fourth = targets = [new_id() for _ in range(4)]
    wave, mailing, budget, line = new_id(), new_id(), new_id(), new_id()
    good, bad = new_id(), new_id()
    return [
        message(designed(campaign_id), campaign_id, 1),
        message(opened(campaign_id, budget, balance(line)), budget, 1),
        message(started(campaign_id), campaign_id, 2),
        message(progressed(campaign_id, *((target, "targeted") for target in targets)), campaign_id, 3),
        message(launched(campaign_id, 4), campaign_id, 4),
        message(released(campaign_id, wave, 4), wave, 1),
        message(outcomes(campaign_id, [first, second, third], mailing_id=mailing, wave_id=wave), mailing, 1),
        message(outcomes(campaign_id, [fourth], "failed", mailing_id=mailing, wave_id=wave), mailing, 2),
        message(responded(campaign_id, first), campaign_id, 5),
        message(responded(campaign_id, first, kind="form"), campaign_id, 6),
        message(responded(campaign_id, second), campaign_id, 7),
        message(captured(campaign_id, good), good, 1),
        message(captured(campaign_id, bad), bad, 1),
        message(qualified(campaign_id, good), good, 2),
        message(qualified(campaign_id, bad, "not_a_target"), bad, 2),
        message(posted(campaign_id, budget, balance(line, committed=100, incurred=400)), budget, 2),
    ]
