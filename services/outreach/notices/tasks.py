"""Telling people of tasks: handed over to them, overdue, moved, or late beyond what the campaign has left."""

from typing import Any

from sqlalchemy.orm import Session

from contracts.campaign import TaskAssigned, TaskOverdue, TaskRescheduled
from services.outreach.notices.actions import notify


def tell_assigned(session: Session, event: TaskAssigned) -> None:
    """Whoever a task is handed over to hears of it, unless they took it themselves."""
    notify(
        session,
        kind="task_assigned",
        entity_id=event.task_id,
        cause=f"{event.task_id}/{event.at:%Y%m%dT%H%M%S%f}",
        department=event.department,
        about={
            "title": event.name,
            "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(),
        },
        persons=[event.assignee],
        without=[event.by],
    )


def tell_overdue(session: Session, event: TaskOverdue) -> None:
    """Whoever a task is with hears that it is late."""
    notify(
        session,
        kind="task_overdue",
        entity_id=event.task_id,
        cause=str(event.task_id),
        department=event.department,
        about={"title": event.name, "ends_on": event.ends_on.isoformat()},
        persons=[event.assignee],
    )


def tell_moved(session: Session, event: TaskRescheduled) -> None:
    """Whoever a task is with hears of its new days, and the campaign's owner of what has no room any more."""
    about = {
        "title": event.name,
        "starts_on": event.starts_on.isoformat(),
        "ends_on": event.ends_on.isoformat(),
        "cause": event.cause,
        "beyond": event.beyond,
    }
    same: dict[str, Any] = {
        "entity_id": event.task_id,
        "cause": f"{event.task_id}/{event.at:%Y%m%dT%H%M%S%f}",
        "department": event.department,
        "about": about,
    }
    if event.assignee is not None:
        notify(session, kind="task_moved", persons=[event.assignee], without=[event.by], **same)
    if event.beyond and event.owner is not None:
        notify(session, kind="task_stuck", persons=[event.owner], **same)
