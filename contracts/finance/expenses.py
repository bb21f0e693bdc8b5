"""Events of what expenses may cost: allowances by unit and day, and policies."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Currency, Event, Moment, Money, Subject, Text, event


@event("allowance.recorded.v1", producer="finance")
class AllowanceRecorded(Event, kw_only=True):
    """From ``valid_from`` on, one unit of a kind of expense is worth ``rate``, in a region or anywhere."""

    allowance_id: UUID
    kind: Code
    unit: Literal["km", "day"]
    region: Text
    rate: Decimal
    currency: Currency
    valid_from: date
    recorded_by: Subject
    recorded_at: Moment


@event("policy.agreed.v1", producer="finance")
class PolicyAgreed(Event, kw_only=True):
    """Claims are held to a rule. Without a department or a kind it is for all; ``days`` is for ``oldest``."""

    policy_id: UUID
    rule: Literal["line_limit", "day_limit", "receipt_above", "oldest"]
    department: Code | None = None
    kind: Code | None = None
    limit: Money | None = None
    days: Count | None = None
    on_broken: Literal["refuse", "flag"]
    valid_from: date
    valid_until: date | None = None
    agreed_by: Subject
    agreed_at: Moment


@event("policy.ended.v1", producer="finance")
class PolicyEnded(Event, kw_only=True):
    """Claims are held to a policy no longer, from the day ``valid_until`` on."""

    policy_id: UUID
    valid_until: date
    ended_by: Subject
    ended_at: Moment
