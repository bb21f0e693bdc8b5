"""Events of the finance service: approvals, budgets with their ledger, claims."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Currency, Event, Moment, Money, Part, Subject, Text, event


@event("approval.opened.v1", producer="finance")
class ApprovalOpened(Event, kw_only=True):
    """A request reached the approval desk; ``steps`` names the steps it must pass, in order."""

    approval_id: UUID
    kind: Literal["plan", "claim"]
    subject_id: UUID
    subject_version: int
    department: Code
    requested_by: Subject
    total: Money
    steps: list[Code]


@event("approval.advanced.v1", producer="finance")
class ApprovalAdvanced(Event, kw_only=True):
    """Somebody approved on step ``step`` of ``steps``, and the approval is still open.

    ``passed``: that was enough for the step, and the next one is open. Otherwise the step waits for more.
    """

    approval_id: UUID
    step: Count
    steps: Count
    passed: bool
    by: Subject
    at: Moment


@event("approval.decided.v1", producer="finance")
class ApprovalDecided(Event, kw_only=True):
    """The desk came to a final decision on exactly the content that ``subject_hash`` fixes."""

    approval_id: UUID
    kind: Literal["plan", "claim"]
    subject_id: UUID
    subject_version: int
    subject_hash: str
    outcome: Literal["approved", "rejected", "sent_back"]
    decided_by: Subject
    decided_at: Moment
    comment: Text = ""


@event("approval.voided.v1", producer="finance")
class ApprovalVoided(Event, kw_only=True):
    """An open approval was closed without a decision: what it was about has changed or is gone."""

    approval_id: UUID
    kind: Literal["plan", "claim"]
    subject_id: UUID
    subject_version: int
    reason: Text
    voided_at: Moment


class LineBalance(Part, kw_only=True):
    """A budget line: available = budget - committed - incurred, always."""

    line_id: UUID
    name: Text
    responsible: Subject
    budget: Decimal
    committed: Decimal
    incurred: Decimal
    available: Decimal


@event("budget.opened.v1", producer="finance")
class BudgetOpened(Event, kw_only=True):
    """A budget stands, with its lines."""

    budget_id: UUID
    campaign_id: UUID
    department: Code
    plan_version: int
    currency: Currency
    lines: list[LineBalance]


@event("budget.replanned.v1", producer="finance")
class BudgetReplanned(Event, kw_only=True):
    """A later version of the plan passed. ``lines`` are those that it added; the others stay as they are."""

    budget_id: UUID
    campaign_id: UUID
    plan_version: int
    lines: list[LineBalance]


@event("budget.posted.v1", producer="finance")
class BudgetPosted(Event, kw_only=True):
    """One ledger entry was appended; ``balance`` is the line right after it."""

    budget_id: UUID
    campaign_id: UUID
    entry_id: UUID
    kind: Literal["budget", "commit", "release", "incur"]
    amount: Decimal
    currency: Currency
    claim_id: UUID | None = None
    note: Text = ""
    posted_at: Moment
    balance: LineBalance


@event("claim.submitted.v1", producer="finance")
class ClaimSubmitted(Event, kw_only=True):
    """An expense was claimed against a budget line, and its amount committed."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    claimant: Subject
    total: Money
    purpose: Text


@event("claim.approved.v1", producer="finance")
class ClaimApproved(Event, kw_only=True):
    """The desk agreed to a claim: a clerk may pay it. Its amount stays committed."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    total: Money
    approved_by: Subject
    approved_at: Moment


@event("claim.settled.v1", producer="finance")
class ClaimSettled(Event, kw_only=True):
    """A claim ended: paid (its commitment became cost), or rejected or withdrawn (it was released)."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    outcome: Literal["paid", "rejected", "withdrawn"]
    total: Money
    settled_at: Moment
