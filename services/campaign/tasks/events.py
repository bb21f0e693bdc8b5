"""What is told of tasks, and what is kept of it: every change publishes an event and leaves an entry."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.campaign import (
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
    TaskProgressed,
    TaskRescheduled,
    UnderWay,
)
from contracts.event import Event, Money
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import plain
from services.campaign.tasks.model import Task, TaskEntry
from services.campaign.tasks.schedule import Dates

MOST_TOLD = 2000
"""As many characters as a text of an event has at most."""


class Teller:
    """Tells of the tasks of one campaign on behalf of one person, and enters it into their history."""

    def __init__(self, session: Session, actor: Actor, campaign: Campaign) -> None:
        self.session, self.campaign = session, campaign
        self.by, self.at = actor.subject, now()
        self._about: dict[str, Any] = {"campaign_id": campaign.id, "at": self.at, "by": self.by}

    def planned(self, task: Task, *, changes: Mapping[str, Any] = {}, kind: str = "planned") -> None:
        """Its plan is new or has changed."""
        event = TaskPlanned(
            task_id=task.id,
            department=self.campaign.department,
            parent_id=task.parent_id,
            name=task.name,
            assignee=task.assignee,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            effort=task.effort,
            line_id=task.line_id,
            share=Money(amount=task.share, currency=self.campaign.currency),
            **self._about,
        )
        self._tell(task, event, kind, changes=changes)

    def dropped(self, task: Task) -> None:
        """It was taken out of the draft."""
        self._tell(task, TaskDropped(task_id=task.id, **self._about), "dropped")

    def assigned(self, task: Task, *, previous: str | None, note: str = "") -> None:
        """It was handed over."""
        assert task.assignee is not None
        event = TaskAssigned(
            task_id=task.id,
            department=self.campaign.department,
            name=task.name,
            assignee=task.assignee,
            previous=previous,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            **self._about,
        )
        changes = {"assignee": {"before": previous, "after": task.assignee}}
        self._tell(task, event, "handed_over", changes=changes, note=note)

    def progressed(self, task: Task, kind: str, *, changes: Mapping[str, Any], note: str = "") -> None:
        """It was begun, blocked, goes on, or came further."""
        event = TaskProgressed(
            task_id=task.id,
            department=self.campaign.department,
            assignee=task.assignee or self.campaign.owner,
            state=cast(UnderWay, task.state),
            progress=task.progress,
            reason=task.reason,
            **self._about,
        )
        self._tell(task, event, kind, changes=changes, note=note)

    def rescheduled(
        self, task: Task, old: Dates, *, cause: str, cause_id: UUID | None, beyond: str = ""
    ) -> None:
        """Its dates changed; ``beyond`` is what could not follow."""
        event = TaskRescheduled(
            task_id=task.id,
            department=self.campaign.department,
            name=task.name,
            assignee=task.assignee,
            owner=self.campaign.owner,
            beyond=beyond[:MOST_TOLD],
            old_starts_on=old.starts_on,
            old_ends_on=old.ends_on,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            cause=cause,
            cause_task_id=cause_id,
            **self._about,
        )
        new = {"starts_on": task.starts_on, "ends_on": task.ends_on}
        before = {"starts_on": old.starts_on, "ends_on": old.ends_on}
        self._tell(
            task, event, "rescheduled", changes=differences(before, new), note=cause, cause_id=cause_id
        )

    def completed(self, task: Task, *, documents: list[str]) -> None:
        """It is done."""
        event = TaskCompleted(
            task_id=task.id,
            department=self.campaign.department,
            assignee=task.assignee or self.campaign.owner,
            ends_on=task.ends_on,
            result=task.result,
            **self._about,
        )
        self._tell(task, event, "done", result=task.result, documents=documents)

    def cancelled(self, task: Task) -> None:
        """It was given up."""
        event = TaskCancelled(
            task_id=task.id, department=self.campaign.department, reason=task.reason, **self._about
        )
        self._tell(task, event, "cancelled", note=task.reason)

    def enter(self, task: Task, kind: str, **values: Any) -> TaskEntry:
        """Add to its history without telling anybody."""
        blank: dict[str, Any] = {"note": "", "result": "", "documents": [], "changes": {}}
        about = {"task_id": task.id, "campaign_id": task.campaign_id, "by": self.by, "at": self.at}
        entry = TaskEntry(kind=kind, **{**blank, **about, **values})
        self.session.add(entry)
        return entry

    def _tell(self, task: Task, event: Event, kind: str, **values: Any) -> None:
        task.changed_at = self.at
        publish(self.session, task, event)
        self.enter(task, kind, **values)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changed, as plain values by field: before and after."""
    return {
        name: {"before": _shown(value), "after": _shown(after[name])}
        for name, value in before.items()
        if value != after[name]
    }


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
