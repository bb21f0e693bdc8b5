"""A campaign, its planned goals and budget lines, and the plan versions that were approved."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from chassis.ids import new_id
from contracts.campaign import BudgetLine, Goal
from services.campaign.base import Base
from services.campaign.planning.design import Design, DraftLine
from services.campaign.planning.lifecycle import State, Step, state_after
from services.campaign.planning.plan import in_currency, line_row, plain


class Campaign(Aggregate, Base):
    """One marketing action. While it is a draft its design may change; from submission on it may not.

    ``plan_version`` counts submissions, ``plan_hash`` fixes what was submitted last. ``targets`` is the
    size of the target list, known once it is complete. ``parent_id`` is the campaign that this is a part of.
    An amendment counts as a submission too, and ``plan_hash`` follows it when it is approved. A campaign that
    ``is_template`` is only copied.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("department", "code"),
        Index(None, "department", "state", "id"),
        Index(None, "parent_id"),
        Index(None, "department", "starts_on"),
    )

    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(64))
    purposes: Mapped[list[str]] = mapped_column(Document)
    owner: Mapped[str] = mapped_column(String(255))
    department: Mapped[str] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    message: Mapped[str] = mapped_column(Text)
    products: Mapped[list[str]] = mapped_column(Document)
    click_means: Mapped[str] = mapped_column(String(16))
    segment_id: Mapped[UUID | None]
    goal_rows: Mapped[list[dict[str, Any]]] = mapped_column("goals", Document)
    budget_rows: Mapped[list[dict[str, Any]]] = mapped_column("budget", Document)

    state: Mapped[str] = mapped_column(String(16))
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    plan_version: Mapped[int]
    plan_hash: Mapped[str | None] = mapped_column(String(64))
    submitted_by: Mapped[str | None] = mapped_column(String(255))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    review_outcome: Mapped[str | None] = mapped_column(String(16))
    review_comment: Mapped[str] = mapped_column(Text)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolution_id: Mapped[UUID | None]
    start_problem: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    launched_at: Mapped[datetime | None] = mapped_column(Moment)
    targets: Mapped[int | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaigns.id"))
    interested_from: Mapped[Decimal | None] = mapped_column(Amount)
    leads_from: Mapped[str] = mapped_column(String(16))
    regions: Mapped[list[str]] = mapped_column(Document)
    is_template: Mapped[bool]
    suspension: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def begin(cls, design: Design, *, planner: str, at: datetime) -> "Campaign":
        """A new draft with the content of ``design``."""
        campaign = cls(
            state=State.DRAFT,
            created_by=planner,
            created_at=at,
            plan_version=0,
            review_comment="",
            start_problem="",
            budget_rows=[],
        )
        campaign.take_design(design, planner=planner)
        return campaign

    @property
    def goals(self) -> list[Goal]:
        """The numeric goals, one per metric."""
        return msgspec.convert(self.goal_rows, list[Goal])

    @property
    def budget(self) -> list[BudgetLine]:
        """The planned budget lines, in the campaign's currency."""
        return msgspec.convert(self.budget_rows, list[BudgetLine])

    @property
    def total(self) -> Decimal:
        """The sum of the budget lines."""
        return sum((line.amount for line in self.budget), Decimal(0))

    @property
    def makes_leads_at_once(self) -> bool:
        """Whether an interested answer is a lead by itself; if not, follow-ups choose who becomes one."""
        return self.leads_from == "answers"

    def move(self, step: Step) -> None:
        """Take ``step``. Raises Conflict when the present state does not allow it."""
        self.state = state_after(State(self.state), step)

    def take_design(self, design: Design, *, planner: str) -> None:
        """Make ``design`` the campaign's own. Without an owner in it, ``planner`` becomes one."""
        for name in DESIGNED:
            setattr(self, name, getattr(design, name))
        self.owner = design.owner or planner
        self.regions = design.all_regions
        self.region = self.regions[0] if self.regions else None
        self.goal_rows = [{"metric": goal.metric, "target": plain(goal.target)} for goal in design.goals]
        named = {line.line_id for line in design.budget}
        unnamed = {line.name: line.line_id for line in self.budget if line.line_id not in named}
        self.budget_rows = [
            line_row(
                line,
                line_id=line.line_id or unnamed.get(line.name) or new_id(),
                amount=in_currency(line.amount, design.currency),
            )
            for line in design.budget
        ]

    def design(self) -> Design:
        """What its planner decided, as a design of it would be handed in."""
        lines = [DraftLine(**msgspec.structs.asdict(line)) for line in self.budget]
        values = {name: getattr(self, name) for name in (*DESIGNED, "owner", "region", "regions")}
        return Design(**values, goals=self.goals, budget=lines)


DESIGNED = (
    "code",
    "name",
    "kind",
    "purposes",
    "department",
    "starts_on",
    "ends_on",
    "currency",
    "message",
    "products",
    "click_means",
    "segment_id",
    "parent_id",
    "interested_from",
    "leads_from",
    "is_template",
)
"""The fields that a campaign takes from its design as they are."""


class PlanVersion(Base):
    """The content of a plan exactly as it was approved. Never changed afterwards."""

    __tablename__ = "plan_versions"

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    approval_id: Mapped[UUID]
    approved_by: Mapped[str] = mapped_column(String(255))
    approved_at: Mapped[datetime] = mapped_column(Moment)
