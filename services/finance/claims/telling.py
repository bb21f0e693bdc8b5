"""What a claim tells others: its events, and what the desk gets to see of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis.clock import now
from contracts.event import Money
from contracts.finance.claims import (
    ClaimApproved,
    ClaimCleared,
    ClaimDrafted,
    ClaimReturned,
    ClaimSettled,
    ClaimSubmitted,
)
from services.finance.approvals.model import Subject
from services.finance.claims.model import Claim, ClaimItem, Settlement
from services.finance.money import in_currency


def subject_of(claim: Claim, campaign_code: str) -> Subject:
    """The claim as the desk judges it, item by item."""
    items = [_item(item) for item in claim.items]
    content = {"code": campaign_code, "line_id": str(claim.line_id), "items": items}
    if claim.cleared_by is not None:
        content["cleared"] = f"{claim.cleared_by}: {claim.cleared_because}"
    return Subject(
        kind="claim",
        id=claim.id,
        version=claim.edition,
        digest=claim.digest,
        title=claim.purpose,
        department=claim.department,
        requested_by=claim.claimant,
        amount=claim.amount,
        currency=claim.currency,
        content=content,
    )


def _item(item: ClaimItem) -> dict[str, Any]:
    shown = {
        "id": str(item.id),
        "name": item.description or item.kind,
        "amount": str(in_currency(item.amount, item.currency)),
        "kind": item.kind,
        "line_id": str(item.line_id),
        "documents": item.documents,
    }
    return shown | ({"explained": item.explained} if item.explained else {})


def drafted(claim: Claim) -> ClaimDrafted:
    return ClaimDrafted(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        claimant=claim.claimant,
        total=_money(claim, claim.amount),
        purpose=claim.purpose,
    )


def submitted(claim: Claim) -> ClaimSubmitted:
    return ClaimSubmitted(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        claimant=claim.claimant,
        total=_money(claim, claim.amount),
        purpose=claim.purpose,
        edition=claim.edition,
    )


def cleared(claim: Claim, *, by: str) -> ClaimCleared:
    return ClaimCleared(claim_id=claim.id, cleared_by=by, reason=claim.cleared_because)


def returned(claim: Claim, *, at: datetime) -> ClaimReturned:
    return ClaimReturned(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        total=_money(claim, claim.amount),
        reason=claim.reason,
        returned_at=at,
    )


def approved(claim: Claim, *, by: str) -> ClaimApproved:
    return ClaimApproved(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        total=_money(claim, claim.due),
        approved_by=by,
        approved_at=now(),
        asked=_money(claim, claim.amount),
    )


def settled(claim: Claim, outcome: Settlement) -> ClaimSettled:
    assert claim.settled_at is not None
    return ClaimSettled(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        outcome=outcome,
        total=_money(claim, claim.due),
        settled_at=claim.settled_at,
        advanced=_money(claim, claim.advanced) if claim.advanced else None,
    )


def _money(claim: Claim, amount: Decimal) -> Money:
    return Money(amount=in_currency(amount, claim.currency), currency=claim.currency)
