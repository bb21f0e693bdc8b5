"""Telling people of their tasks: handed over to them, or overdue."""

from sqlalchemy.orm import Session

from contracts.campaign import TaskAssigned, TaskOverdue
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
