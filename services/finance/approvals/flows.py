"""Approval flows: which steps a request must pass. They are data, so that an operator changes them.

A flow is chosen by kind of request, department, category, currency and amount band. Each change is a new
edition; an approval copies the steps of the edition that it was opened under and keeps them to its end.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from contracts.finance.approvals import RequestKind
from services.finance.base import Base

StepMode = Literal["any_of", "all_of"]
IfNobody = Literal["role", "skip", "administrator"]

REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
STEP_MODES: tuple[StepMode, ...] = get_args(StepMode)
IF_NOBODY: tuple[IfNobody, ...] = get_args(IfNobody)


@dataclass(frozen=True)
class Substitutes:
    """Who decides as well once a step has waited too long: these people, and the holders of the role."""

    role: str | None = None
    persons: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepRule:
    """One step of a flow.

    ``any_of``: ``required`` of the people who may decide must approve. ``all_of`` is a joint review: every
    person named must approve, and at least ``required`` of them; with nobody named, ``required`` different
    holders of ``role``. Named persons decide instead of the holders of the role.

    ``if_nobody`` says what happens when too few of the named are left without the requester and those who are
    away: holders of the role take their place, the step is skipped, or administrators do it.
    ``needs_authority``: approving takes an authority limit that covers the amount.
    """

    name: str
    role: str
    mode: StepMode = "any_of"
    required: int = 1
    persons: tuple[str, ...] = ()
    if_nobody: IfNobody = "role"
    needs_authority: bool = False
    remind_after_hours: int | None = None
    escalate_after_hours: int | None = None
    escalate_to: Substitutes = Substitutes()

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "StepRule":
        to = document.get("escalate_to") or {}
        substitutes = Substitutes(to.get("role"), tuple(to.get("persons", ())))
        persons = tuple(document.get("persons", ()))
        return cls(**{**document, "persons": persons, "escalate_to": substitutes})

    def as_document(self) -> dict[str, Any]:
        to = {"role": self.escalate_to.role, "persons": list(self.escalate_to.persons)}
        return {**asdict(self), "persons": list(self.persons), "escalate_to": to}

    def reviewers(self, *, requester: str, absent: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The persons named, without the requester, who never decides on his own request, and the absent.

        When too few of them remain, nobody is named any more, and ``if_nobody`` says who takes their place.
        """
        remaining = tuple(person for person in self.persons if person != requester and person not in absent)
        return remaining if len(remaining) >= self.required else ()

    def is_deserted(self, *, requester: str, absent: frozenset[str] = frozenset()) -> bool:
        """Whether people are named and too few of them are left."""
        return bool(self.persons) and not self.reviewers(requester=requester, absent=absent)

    def approvals_needed(self, *, requester: str, absent: frozenset[str] = frozenset()) -> int:
        """How many different people must approve."""
        if self.mode == "any_of":
            return self.required
        return max(self.required, len(self.reviewers(requester=requester, absent=absent)))


class ApprovalFlow(Aggregate, Base):
    """One edition of a flow. ``above`` is exclusive, ``up_to`` inclusive, in the request's own currency."""

    __tablename__ = "approval_flows"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        Index("ix_approval_flows_kind_retired_at", "kind", "retired_at"),
    )

    code: Mapped[str] = mapped_column(String(64))
    edition: Mapped[int]
    kind: Mapped[RequestKind] = mapped_column(String(16))
    department: Mapped[str | None] = mapped_column(String(64))
    currency: Mapped[str | None] = mapped_column(String(3))
    category: Mapped[str | None] = mapped_column(String(64))
    above: Mapped[Decimal | None] = mapped_column(Amount)
    up_to: Mapped[Decimal | None] = mapped_column(Amount)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    published_by: Mapped[str] = mapped_column(String(255))
    published_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def rules(self) -> list[StepRule]:
        return [StepRule.from_document(step) for step in self.steps]

    def covers(
        self, *, kind: str, department: str, currency: str, amount: Decimal, category: str | None = None
    ) -> bool:
        """Whether a request of this kind, department, category and amount goes this way."""
        return (
            self.retired_at is None
            and self.kind == kind
            and self.department in {None, department}
            and self.currency in {None, currency}
            and self.category in {None, category}
            and (self.above is None or amount > self.above)
            and (self.up_to is None or amount <= self.up_to)
        )

    @property
    def precedence(self) -> tuple[bool, bool, bool, Decimal, str, int]:
        """Flows for one department go first, then for one category, for one currency, the higher band."""
        above = Decimal(-1) if self.above is None else self.above
        narrow = self.department is not None, self.category is not None, self.currency is not None
        return *narrow, above, self.code, self.edition


def choose_flow(
    flows: Iterable[ApprovalFlow],
    *,
    kind: str,
    department: str,
    currency: str,
    amount: Decimal,
    category: str | None = None,
) -> ApprovalFlow | None:
    """The flow that a request goes by, or None where none covers it."""
    asked: dict[str, Any] = {"kind": kind, "department": department, "category": category}
    covering = [flow for flow in flows if flow.covers(**asked, currency=currency, amount=amount)]
    return max(covering, key=lambda flow: flow.precedence, default=None)
