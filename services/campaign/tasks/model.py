"""A task, what was done about it, and the actions that its assignee plans."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict
from chassis.ids import new_id
from services.campaign.base import Base
from services.campaign.planning.plan import plain
from services.campaign.tasks.states import BEGUN, ENDED, HELD, State, Step, state_after
from services.campaign.tasks.tree import Node, Predecessor

COMPLETE: Final = 100
WAITS = text("overdue_at IS NULL AND state IN ('handed_over', 'in_progress', 'blocked')")


class Task(Aggregate, Base):
    """A piece of work in a campaign, by one person, from one day to another (both included).

    ``effort`` is in hours. ``share`` is what it draws on the budget line ``line_id`` itself, without its
    sub-tasks, in the campaign's currency. ``overdue_at`` is when it was found to be late. ``reason`` says why
    it is blocked or was cancelled; while it is blocked, ``blocked_by`` said so at ``blocked_at``.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "campaign_id", "id"),
        Index(None, "parent_id"),
        Index(None, "assignee", "state", "id"),
        Index("ix_tasks_due", "ends_on", "id", postgresql_where=WAITS, sqlite_where=WAITS),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    assignee: Mapped[str | None] = mapped_column(String(255))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    effort: Mapped[Decimal] = mapped_column(Amount)
    predecessor_rows: Mapped[list[dict[str, Any]]] = mapped_column("predecessors", Document)
    line_id: Mapped[UUID | None]
    share: Mapped[Decimal] = mapped_column(Amount)
    state: Mapped[str] = mapped_column(String(16))
    progress: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    handed_over_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    overdue_at: Mapped[datetime | None] = mapped_column(Moment)
    blocked_by: Mapped[str | None] = mapped_column(String(255))
    blocked_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        blank = {"description": "", "reason": "", "result": "", "position": 0, "predecessor_rows": []}
        none = {"effort": Decimal(0), "share": Decimal(0), "progress": 0, "state": State.PLANNED}
        super().__init__(**{**blank, **none, **values})

    @property
    def predecessors(self) -> tuple[Predecessor, ...]:
        """The tasks that must end before this one starts."""
        return tuple(Predecessor(UUID(row["task_id"]), row["lag_days"]) for row in self.predecessor_rows)

    @predecessors.setter
    def predecessors(self, wanted: tuple[Predecessor, ...]) -> None:
        self.predecessor_rows = [
            {"task_id": str(one.task_id), "lag_days": one.lag_days} for one in sorted(wanted)
        ]

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def offers_done(self) -> bool:
        """Whether its assignee says that nothing is left, and only has to name the result."""
        return self.state == State.IN_PROGRESS and self.progress == COMPLETE

    @property
    def overdue(self) -> bool:
        """Whether it should have ended before today (in UTC)."""
        return self.is_overdue(now().date())

    def is_overdue(self, today: date) -> bool:
        """Whether it should have ended before ``today``."""
        return self.state in HELD and self.ends_on < today

    def move(self, step: Step) -> None:
        """Take ``step``. Raises Conflict when the present state does not allow it."""
        self.state = state_after(State(self.state), step)
        self.blocked_by = self.blocked_at = None

    def block(self, reason: str, *, by: str, at: datetime) -> None:
        """It cannot go on. Raises Conflict when the present state does not allow it."""
        self.move(Step.BLOCK)
        self.reason, self.blocked_by, self.blocked_at = reason, by, at

    def require_held(self) -> None:
        """Raises Conflict unless it was handed over and has not ended."""
        if self.state not in HELD:
            raise Conflict(f"The task is {self.state}")

    def node(self) -> Node:
        """What the rules look at. What was cancelled draws on no budget line any more."""
        cancelled = self.state == State.CANCELLED
        return Node(
            id=self.id,
            name=self.name,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            parent_id=self.parent_id,
            predecessors=self.predecessors,
            line_id=None if cancelled else self.line_id,
            share=Decimal(0) if cancelled else self.share,
            begun=self.state in BEGUN,
            ended=self.has_ended,
        )

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        return {
            "task_id": str(self.id),
            "parent_id": str(self.parent_id) if self.parent_id else None,
            "position": self.position,
            "name": self.name,
            "description": self.description,
            "assignee": self.assignee,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "effort": plain(self.effort),
            "predecessors": self.predecessor_rows,
            "line_id": str(self.line_id) if self.line_id else None,
            "share": plain(self.share),
        }


class TaskEntry(Base):
    """Something that happened to a task. Rows are only ever added.

    ``changes`` has what was before and after, by field. ``cause_id`` is the task whose slippage moved it.
    """

    __tablename__ = "task_entries"
    __table_args__ = (Index(None, "task_id", "id"), Index(None, "campaign_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    hours: Mapped[Decimal | None] = mapped_column(Amount)
    documents: Mapped[list[str]] = mapped_column(Document)
    changes: Mapped[dict[str, Any]] = mapped_column(Document)
    cause_id: Mapped[UUID | None]
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Moment)


class TaskAction(Audited, Base):
    """A step that an assignee plans on the way: what, and until when."""

    __tablename__ = "task_actions"
    __table_args__ = (Index(None, "task_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    what: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_by: Mapped[str | None] = mapped_column(String(255))
    done_at: Mapped[datetime | None] = mapped_column(Moment)
