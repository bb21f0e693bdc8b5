"""Events of the approval desk."""

from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Event, Moment, Money, Subject, Text, event

RequestKind = Literal["plan", "claim", "purchase", "quote", "transfer", "advance"]
"""What the desk decides about."""


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
    kind: RequestKind
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
    kind: RequestKind
    subject_id: UUID
    subject_version: int
    reason: Text
    voided_at: Moment
