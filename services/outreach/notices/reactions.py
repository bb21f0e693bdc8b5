"""What other services' events have people told of."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import TaskAssigned, TaskOverdue, TaskRescheduled
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalEscalated,
    ApprovalOpened,
    ApprovalReminded,
    ApprovalVoided,
)
from contracts.lead import (
    ClockEscalated,
    ClockReminded,
    LeadAssigned,
    ReassignmentFinished,
    RequestAssigned,
    RequestOpened,
)
from services.outreach.notices import approvals, deadlines, leads, tasks


class NoticeReactions:
    """Approvals, tasks, leads and requests that wait for somebody, are decided, or are late."""

    @subscribe("outreach.approvals", ApprovalOpened)
    def on_approval_opened(self, session: Session, event: ApprovalOpened) -> None:
        approvals.tell_opened(session, event)

    @subscribe("outreach.approvals", ApprovalAdvanced)
    def on_approval_advanced(self, session: Session, event: ApprovalAdvanced) -> None:
        approvals.tell_advanced(session, event)

    @subscribe("outreach.approvals", ApprovalReminded)
    def on_approval_reminded(self, session: Session, event: ApprovalReminded) -> None:
        approvals.tell_reminded(session, event)

    @subscribe("outreach.approvals", ApprovalEscalated)
    def on_approval_escalated(self, session: Session, event: ApprovalEscalated) -> None:
        approvals.tell_escalated(session, event)

    @subscribe("outreach.approvals", ApprovalDecided)
    def on_approval_decided(self, session: Session, event: ApprovalDecided) -> None:
        approvals.tell_decided(session, event)

    @subscribe("outreach.approvals", ApprovalVoided)
    def on_approval_voided(self, session: Session, event: ApprovalVoided) -> None:
        approvals.forget(session, event)

    @subscribe("outreach.tasks", TaskAssigned)
    def on_task_assigned(self, session: Session, event: TaskAssigned) -> None:
        tasks.tell_assigned(session, event)

    @subscribe("outreach.tasks", TaskOverdue)
    def on_task_overdue(self, session: Session, event: TaskOverdue) -> None:
        tasks.tell_overdue(session, event)

    @subscribe("outreach.tasks", TaskRescheduled)
    def on_task_rescheduled(self, session: Session, event: TaskRescheduled) -> None:
        tasks.tell_moved(session, event)

    @subscribe("outreach.clocks", ClockReminded)
    def on_clock_reminded(self, session: Session, event: ClockReminded) -> None:
        deadlines.tell_reminded(session, event)

    @subscribe("outreach.clocks", ClockEscalated)
    def on_clock_escalated(self, session: Session, event: ClockEscalated) -> None:
        deadlines.tell_escalated(session, event)

    @subscribe("outreach.requests", RequestOpened)
    def on_request_opened(self, session: Session, event: RequestOpened) -> None:
        deadlines.tell_opened(session, event)

    @subscribe("outreach.requests", RequestAssigned)
    def on_request_assigned(self, session: Session, event: RequestAssigned) -> None:
        deadlines.tell_assigned(session, event)

    @subscribe("outreach.leads", LeadAssigned)
    def on_lead_assigned(self, session: Session, event: LeadAssigned) -> None:
        leads.tell_assigned(session, event)

    @subscribe("outreach.leads", ReassignmentFinished)
    def on_reassignment_finished(self, session: Session, event: ReassignmentFinished) -> None:
        leads.tell_finished(session, event)
