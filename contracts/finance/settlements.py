"""Events of a budget's end: settled, and reopened where that was a mistake."""

from decimal import Decimal
from uuid import UUID

from contracts.event import Code, Currency, Event, Moment, Part, Subject, Text, event


class SettledLine(Part, kw_only=True):
    """What a line came to: actual = direct + allocated, variance = budget - actual."""

    line_id: UUID
    name: Text
    kind: Code | None = None
    planned: Decimal
    budget: Decimal
    direct: Decimal
    allocated: Decimal
    actual: Decimal
    variance: Decimal


@event("budget.settled.v1", producer="finance")
class BudgetSettled(Event, kw_only=True):
    """A budget was settled and its ledger locked. The figures are those of all lines together.

    ``planned`` is what the plan gave, ``budget`` what transfers and adjustments made of it. ``direct`` was
    spent on the campaign itself, ``allocated`` is its share of indirect costs; ``released`` had still been
    reserved.
    """

    budget_id: UUID
    campaign_id: UUID
    settlement_id: UUID
    department: Code
    currency: Currency
    planned: Decimal
    budget: Decimal
    direct: Decimal
    allocated: Decimal
    actual: Decimal
    variance: Decimal
    released: Decimal
    lines: list[SettledLine]
    settled_by: Subject
    settled_at: Moment


@event("budget.reopened.v1", producer="finance")
class BudgetReopened(Event, kw_only=True):
    """An administrator took a settlement back: the ledger takes postings again."""

    budget_id: UUID
    campaign_id: UUID
    settlement_id: UUID
    reason: Text
    reopened_by: Subject
    reopened_at: Moment
