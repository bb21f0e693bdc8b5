"""What other services' events bring to the desk."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from chassis.errors import Conflict, Invalid, NotYet
from chassis.subscribe import subscribe
from contracts.campaign import BudgetLine, CampaignCancelled, CampaignSubmitted
from services.finance.approvals import actions
from services.finance.approvals.model import Subject
from services.finance.facts.actions import note_cancelled
from services.finance.money import check_money


class DeskReactions:
    """Plans reach the desk, and leave it when their campaign is given up, by event."""

    @subscribe("finance.plans", CampaignSubmitted)
    def on_campaign_submitted(self, session: Session, event: CampaignSubmitted) -> None:
        check_plan(event)
        try:
            actions.resubmit(session, subject=subject_of(event))
        except Conflict as error:
            raise NotYet(error.detail) from error

    @subscribe("finance.plans", CampaignCancelled)
    def on_campaign_cancelled(self, session: Session, event: CampaignCancelled) -> None:
        actions.abandon_plan(session, campaign_id=event.campaign_id)
        note_cancelled(session, event)


def check_plan(event: CampaignSubmitted) -> None:
    """Raises Invalid for a plan that no budget can be opened from.

    Its lines may not add up to more than the total that the approvers are chosen by.
    """
    check_money(event.total.amount, event.total.currency, field="total", or_nothing=True)
    for line in event.budget:
        check_money(line.amount, event.total.currency, field="budget", or_nothing=True)
        if line.starts_on and line.ends_on and line.ends_on < line.starts_on:
            raise Invalid({"budget": [f"{line.name} ends before it starts."]})
    if len({line.line_id for line in event.budget}) < len(event.budget):
        raise Invalid({"budget": ["A line comes twice."]})
    if sum((line.amount for line in event.budget), Decimal(0)) > event.total.amount:
        raise Invalid({"budget": ["The lines add up to more than the total."]})


def subject_of(event: CampaignSubmitted) -> Subject:
    """The plan as the desk judges it. Amounts are kept as text, so that no decimal is lost in JSON."""
    return Subject(
        kind="plan",
        id=event.campaign_id,
        version=event.plan_version,
        digest=event.plan_hash,
        title=event.name,
        department=event.department,
        requested_by=event.submitted_by,
        amount=event.total.amount,
        currency=event.total.currency,
        content={
            "code": event.code,
            "starts_on": starts_on(event).isoformat(),
            "lines": [_line(line) for line in event.budget],
            **_beside_the_budget(event),
        },
    )


def _beside_the_budget(event: CampaignSubmitted) -> dict[str, Any]:
    """What is only there for approvers to see; what the plan does not have is left out."""
    shown = {
        "ends_on": event.ends_on,
        "purchases": event.purchases,
        "tasks": event.tasks,
        "amendment_id": event.amendment_id,
        "reason": event.reason,
    }
    return {name: msgspec.to_builtins(value) for name, value in shown.items() if value}


def starts_on(event: CampaignSubmitted) -> date:
    """When the plan's money begins to be needed: its start, else its first line's, else its submission."""
    days = [line.starts_on for line in event.budget if line.starts_on is not None]
    return event.starts_on or min(days, default=event.submitted_at.date())


def _line(line: BudgetLine) -> dict[str, Any]:
    return {
        "line_id": str(line.line_id),
        "name": line.name,
        "amount": str(line.amount),
        "kind": line.kind,
        "responsible": line.responsible,
        "starts_on": line.starts_on and line.starts_on.isoformat(),
        "ends_on": line.ends_on and line.ends_on.isoformat(),
        "on_breach": line.on_breach,
    }
