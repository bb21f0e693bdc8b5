"""Events of the approval desk."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Event, Moment, Money, Part, Subject, Text, event

RequestKind = Literal["plan", "claim", "purchase", "quote", "transfer", "advance"]
"""What the desk decides about."""


class Asked(Part, kw_only=True):
    """Who is to decide now: the people named, or, where nobody is, everybody who holds the role."""

    role: Code | None = None
    persons: list[Subject] = []


class SanctionedItem(Part, kw_only=True):
    """What was granted of one item, in the currency of the request."""

    item_id: Code
    amount: Decimal


@event("approval.opened.v1", producer="finance")
class ApprovalOpened(Event, kw_only=True):
    """A request reached the approval desk; ``steps`` names the steps it must pass, in order."""

    approval_id: UUID
    kind: RequestKind
    subject_id: UUID
    subject_version: int
    department: Code
    requested_by: Subject
    total: Money
    steps: list[Code]
    title: Text = ""
    category: Code | None = None
    asked: Asked | None = None


@event("approval.advanced.v1", producer="finance")
class ApprovalAdvanced(Event, kw_only=True):
    """Somebody approved on step ``step`` of ``steps``, and the approval is still open.

    ``passed``: that was enough for the step, and the next one is open. Otherwise the step waits for more.
    ``on_behalf_of`` is whose seat ``by`` sat on, where it was not his own; ``asked`` is who is to decide now.
    """

    approval_id: UUID
    step: Count
    steps: Count
    passed: bool
    by: Subject
    at: Moment
    on_behalf_of: Subject | None = None
    asked: Asked | None = None


@event("approval.decided.v1", producer="finance")
class ApprovalDecided(Event, kw_only=True):
    """The desk came to a final decision on exactly the content that ``subject_hash`` fixes.

    ``granted`` is the total that was approved, and ``sanctioned`` how much of each item where the desk cut
    some; both are missing where nothing was cut. ``on_behalf_of`` is whose seat ``decided_by`` sat on.
    """

    approval_id: UUID
    kind: RequestKind
    subject_id: UUID
    subject_version: int
    subject_hash: str
    outcome: Literal["approved", "rejected", "sent_back"]
    decided_by: Subject
    decided_at: Moment
    comment: Text = ""
    on_behalf_of: Subject | None = None
    granted: Money | None = None
    sanctioned: list[SanctionedItem] = []


@event("approval.voided.v1", producer="finance")
class ApprovalVoided(Event, kw_only=True):
    """An open approval was closed without a decision: what it was about has changed or is gone.

    ``withdrawn_by`` is the requester who took it back; nobody, where it was voided for another reason.
    """

    approval_id: UUID
    kind: RequestKind
    subject_id: UUID
    subject_version: int
    reason: Text
    voided_at: Moment
    withdrawn_by: Subject | None = None


@event("approval.reminded.v1", producer="finance")
class ApprovalReminded(Event, kw_only=True):
    """The step ``step`` has waited so long that those who are asked are reminded. Once for each step."""

    approval_id: UUID
    step: Count
    name: Code
    asked: Asked
    opened_at: Moment
    at: Moment


@event("approval.escalated.v1", producer="finance")
class ApprovalEscalated(Event, kw_only=True):
    """The step ``step`` has waited too long: from now on ``to`` may decide too. Once for each step."""

    approval_id: UUID
    step: Count
    name: Code
    to: Asked
    opened_at: Moment
    at: Moment
