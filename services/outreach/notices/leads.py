"""Telling reps of leads: one that was given to them, or many in one run."""

from sqlalchemy.orm import Session

from contracts.lead import LeadAssigned, ReassignmentFinished
from services.outreach.notices.actions import notify


def tell_assigned(session: Session, event: LeadAssigned) -> None:
    """Whoever a lead is given to hears of it, unless they took it themselves, or it came with many others."""
    if event.run_id is not None:
        return
    notify(
        session,
        kind="lead_assigned",
        entity_id=event.lead_id,
        cause=f"{event.lead_id}/{event.assigned_at:%Y%m%dT%H%M%S%f}",
        department=event.department,
        about={
            "why": event.why.rstrip("."),
            "accept_by": "-" if event.accept_by is None else f"{event.accept_by:%Y-%m-%d %H:%M} UTC",
        },
        persons=[event.assignee],
        without=[event.assigned_by],
    )


def tell_finished(session: Session, event: ReassignmentFinished) -> None:
    """Each who got leads in a run hears once how many."""
    for share in event.shares:
        notify(
            session,
            kind="reassignment_finished",
            entity_id=event.reassignment_id,
            cause=str(event.reassignment_id),
            department=event.department,
            about={"leads": str(share.leads), "department": event.department},
            persons=[share.subject],
        )
