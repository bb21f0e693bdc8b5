"""Events of budgets and their ledger."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Currency, Event, Moment, Part, Subject, Text, event


class LineBalance(Part, kw_only=True):
    """A budget line: available = budget - committed - incurred, always.

    It is below zero only on a line that does not stop a breach. ``kind`` says what the line pays for.
    """

    line_id: UUID
    name: Text
    responsible: Subject
    budget: Decimal
    committed: Decimal
    incurred: Decimal
    available: Decimal
    kind: Code | None = None
    on_breach: Literal["stop", "warn", "ignore"] = "stop"


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
    """A later version of the plan passed. ``lines`` are those that it added, ``closed`` those that left it.

    The others are moved to their new amounts by entries of kind ``adjust``.
    """

    budget_id: UUID
    campaign_id: UUID
    plan_version: int
    lines: list[LineBalance]
    closed: list[UUID] = []


@event("budget.line_changed.v1", producer="finance")
class BudgetLineChanged(Event, kw_only=True):
    """Finance said anew who answers for a line, and what happens when more is taken than it has."""

    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    responsible: Subject
    on_breach: Literal["stop", "warn", "ignore"]
    by: Subject
    at: Moment


@event("budget.breached.v1", producer="finance")
class BudgetBreached(Event, kw_only=True):
    """More is committed and incurred on a line than it should have; ``over`` says by how much.

    Entry ``entry_id`` took from a line that warns; or a later plan gave less to a line that stops than it had
    used already, and the line kept what it had used.
    """

    budget_id: UUID
    campaign_id: UUID
    entry_id: UUID | None = None
    over: Decimal
    currency: Currency
    balance: LineBalance
    note: Text = ""
    breached_at: Moment


@event("budget.posted.v1", producer="finance")
class BudgetPosted(Event, kw_only=True):
    """One ledger entry was appended; ``balance`` is the line right after it.

    ``source`` says what kind of thing it was posted for (``claim``, ``purchase``, ``wave``), ``source_id``
    which. ``amount`` is negative only where a transfer or an adjustment takes from the line, or an
    allocation is reversed.
    """

    budget_id: UUID
    campaign_id: UUID
    entry_id: UUID
    kind: Literal["budget", "commit", "release", "incur", "reserve", "transfer", "adjust", "allocate"]
    amount: Decimal
    currency: Currency
    claim_id: UUID | None = None
    note: Text = ""
    posted_at: Moment
    balance: LineBalance
    source: Code | None = None
    source_id: UUID | None = None


@event("budget.suspended.v1", producer="finance")
class BudgetSuspended(Event, kw_only=True):
    """Nothing more is spent on sending until it is unsuspended: the campaign pauses."""

    budget_id: UUID
    campaign_id: UUID
    by: Subject
    reason: Text
    at: Moment


@event("budget.unsuspended.v1", producer="finance")
class BudgetUnsuspended(Event, kw_only=True):
    """Money may be spent again. The campaign stays paused until its owner resumes it."""

    budget_id: UUID
    campaign_id: UUID
    by: Subject
    at: Moment
