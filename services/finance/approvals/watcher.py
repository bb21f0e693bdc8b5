"""The worker that reminds people of what waits for them, and asks others when it has waited too long.

The lock on the approval during the step is all the lease it needs: whoever comes second finds nothing due.
"""

import time
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.logs import get_logger
from chassis.metrics import counter, gauge
from chassis.outbox import publish
from services.finance.approvals import events, queries
from services.finance.approvals.flows import REQUEST_KINDS
from services.finance.approvals.model import Approval
from services.finance.approvals.steps import ApprovalStep, StepSubstitute

log = get_logger(__name__)

LOOK_SECONDS = 30.0

nudges_total = counter(
    "finance_approvals_nudged_total",
    "Steps of approvals that waited too long, by what was done: reminded, escalated.",
    ("action",),
    starts=(("reminded",), ("escalated",)),
)
oldest_seconds = gauge(
    "finance_oldest_approval_seconds",
    "Age of the oldest open approval, by kind; 0 where none is open.",
    ("kind",),
    starts=((kind,) for kind in REQUEST_KINDS),
)


class DeskWatcher:
    """Takes the step that is due longest, one at a time, and looks at the oldest approvals now and then."""

    name = "desk-watcher"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = Actor.system("finance")
        self._next_look = 0.0

    def step(self) -> bool:
        """Remind or escalate for one approval. True when one was due."""
        if time.monotonic() >= self._next_look:
            self.look()
        with self.database.reading(self.actor) as session:
            approval_id = session.scalar(queries.next_due(now()))
        if approval_id is None:
            return False
        with self.database.transaction(self.actor) as session:
            self._attend(session, approval_id)
        return True

    def look(self) -> None:
        """Measure how old the oldest open approvals are."""
        with self.database.reading(self.actor) as session:
            oldest = queries.oldest_open(session)
        at = now()
        for kind in REQUEST_KINDS:
            age = (at - oldest[kind]).total_seconds() if kind in oldest else 0.0
            oldest_seconds.labels(kind=kind).set(age)
        self._next_look = time.monotonic() + LOOK_SECONDS

    def _attend(self, session: Session, approval_id: UUID) -> None:
        at = now()
        approval = queries.locked_approval(session, approval_id)
        for step in approval.steps:
            if step.remind(at=at):
                publish(session, approval, events.reminded(approval, step=step))
                _tell("reminded", approval, step)
            if step.escalate(at=at):
                session.add_all(
                    StepSubstitute(step_id=step.id, person=person) for person in step.escalate_persons
                )
                publish(session, approval, events.escalated(approval, step=step))
                _tell("escalated", approval, step)


def _tell(action: str, approval: Approval, step: ApprovalStep) -> None:
    nudges_total.labels(action=action).inc()
    log.info(f"approval_{action}", approval_id=str(approval.id), kind=approval.kind, step=step.position)
