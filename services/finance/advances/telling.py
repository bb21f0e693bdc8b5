"""What an advance tells others: its events, and what the desk gets to see of it."""

from decimal import Decimal

from contracts.event import Money
from contracts.finance.advances import (
    AdvanceApproved,
    AdvancePaid,
    AdvanceRefused,
    AdvanceRequested,
    AdvanceSettled,
)
from services.finance.advances.model import Advance, AdvanceEntry, Refusal
from services.finance.approvals.model import Subject
from services.finance.money import in_currency


def subject_of(advance: Advance, campaign_code: str) -> Subject:
    """The advance as the desk judges it."""
    return Subject(
        kind="advance",
        id=advance.id,
        version=1,
        digest=advance.digest,
        title=advance.purpose,
        department=advance.department,
        requested_by=advance.person,
        amount=advance.amount,
        currency=advance.currency,
        content={
            "code": campaign_code,
            "line_id": str(advance.line_id),
            "needed_on": advance.needed_on.isoformat(),
        },
    )


def requested(advance: Advance) -> AdvanceRequested:
    return AdvanceRequested(
        advance_id=advance.id,
        budget_id=advance.budget_id,
        campaign_id=advance.campaign_id,
        line_id=advance.line_id,
        department=advance.department,
        person=advance.person,
        total=_money(advance, advance.amount),
        purpose=advance.purpose,
        needed_on=advance.needed_on,
        requested_at=advance.requested_at,
    )


def approved(advance: Advance, *, by: str) -> AdvanceApproved:
    assert advance.approved_at is not None
    return AdvanceApproved(advance_id=advance.id, approved_by=by, approved_at=advance.approved_at)


def refused(advance: Advance, outcome: Refusal, *, by: str) -> AdvanceRefused:
    assert advance.ended_at is not None
    return AdvanceRefused(
        advance_id=advance.id,
        outcome=outcome,
        reason=advance.reason,
        refused_by=by,
        refused_at=advance.ended_at,
    )


def paid(advance: Advance) -> AdvancePaid:
    assert advance.paid_at is not None and advance.paid_by is not None
    return AdvancePaid(
        advance_id=advance.id,
        person=advance.person,
        total=_money(advance, advance.amount),
        paid_by=advance.paid_by,
        paid_at=advance.paid_at,
    )


def settled(advance: Advance, entry: AdvanceEntry) -> AdvanceSettled:
    return AdvanceSettled(
        advance_id=advance.id,
        how=entry.kind,
        claim_id=entry.claim_id,
        total=_money(advance, entry.amount),
        left=_money(advance, advance.open),
        settled_by=entry.noted_by,
        settled_at=entry.noted_at,
    )


def _money(advance: Advance, amount: Decimal) -> Money:
    return Money(amount=in_currency(amount, advance.currency), currency=advance.currency)
