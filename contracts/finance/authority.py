"""Events of authority: which way requests go, who may approve how much, and who stands in for whom."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.event import Code, Count, Currency, Event, Moment, Money, Subject, event
from contracts.finance.approvals import RequestKind


@event("flow.published.v1", producer="finance")
class FlowPublished(Event, kw_only=True):
    """An edition of an approval flow is in force. ``steps`` are its rules, in order, as published."""

    flow_id: UUID
    code: Code
    edition: Count
    kind: RequestKind
    department: Code | None = None
    currency: Currency | None = None
    category: Code | None = None
    above: Decimal | None = None
    up_to: Decimal | None = None
    steps: list[dict[str, Any]]
    by: Subject
    at: Moment


@event("flow.retired.v1", producer="finance")
class FlowRetired(Event, kw_only=True):
    """An edition of a flow takes no new requests. Approvals that are open under it go on."""

    flow_id: UUID
    code: Code
    edition: Count
    by: Subject
    at: Moment


@event("authority.granted.v1", producer="finance")
class AuthorityGranted(Event, kw_only=True):
    """Somebody may approve up to ``limit``. Without a kind or a department it holds for all of them."""

    authority_id: UUID
    person: Subject
    kind: RequestKind | None = None
    department: Code | None = None
    limit: Money
    valid_from: Moment
    valid_until: Moment | None = None
    granted_by: Subject


@event("authority.ended.v1", producer="finance")
class AuthorityEnded(Event, kw_only=True):
    """An authority was taken back before its time."""

    authority_id: UUID
    person: Subject
    ended_by: Subject
    at: Moment


@event("delegation.agreed.v1", producer="finance")
class DelegationAgreed(Event, kw_only=True):
    """``delegate`` stands in for ``delegator`` for a while; without a delegate he is only away.

    ``roles`` and ``departments`` are those that the delegate sits on his seat with. Without kinds it holds
    for all of them.
    """

    delegation_id: UUID
    delegator: Subject
    delegate: Subject | None = None
    roles: list[Code]
    departments: list[Code]
    kinds: list[RequestKind] = []
    valid_from: Moment
    valid_until: Moment
    agreed_by: Subject


@event("delegation.ended.v1", producer="finance")
class DelegationEnded(Event, kw_only=True):
    """A delegation was ended before its time."""

    delegation_id: UUID
    delegator: Subject
    delegate: Subject | None = None
    ended_by: Subject
    at: Moment
