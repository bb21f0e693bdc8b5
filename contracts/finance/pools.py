"""Events of indirect-cost pools and their allocation to campaigns."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Event, Moment, Money, Part, Subject, Text, event

Driver = Literal["direct_cost", "leads", "targets", "duration", "equal"]
"""What the costs of a pool follow."""


class PoolShare(Part, kw_only=True):
    """What a campaign bears of a pool. ``value`` is what the driver measured for it.

    ``amount`` is in the currency of the pool, ``cost`` what its budget is charged where that is in another.
    """

    campaign_id: UUID
    budget_id: UUID
    value: Decimal
    amount: Decimal
    cost: Money | None = None


@event("pool.opened.v1", producer="finance")
class PoolOpened(Event, kw_only=True):
    """The indirect costs of a department in a period were gathered, to be allocated to its campaigns."""

    pool_id: UUID
    name: Text
    department: Code
    starts_on: date
    ends_on: date
    driver: Driver
    total: Money


@event("pool.changed.v1", producer="finance")
class PoolChanged(Event, kw_only=True):
    """A pool that is not allocated was changed: all of it as it now stands."""

    pool_id: UUID
    name: Text
    department: Code
    starts_on: date
    ends_on: date
    driver: Driver
    total: Money


@event("pool.allocated.v1", producer="finance")
class PoolAllocated(Event, kw_only=True):
    """A pool was allocated: the shares add up to its total. ``run`` counts its allocations."""

    pool_id: UUID
    department: Code
    run: Count
    driver: Driver
    total: Money
    shares: list[PoolShare]
    allocated_by: Subject
    allocated_at: Moment


@event("pool.reversed.v1", producer="finance")
class PoolReversed(Event, kw_only=True):
    """The last allocation of a pool was taken back; it may be allocated again."""

    pool_id: UUID
    department: Code
    run: Count
    total: Money
    reason: Text
    reversed_by: Subject
    reversed_at: Moment
