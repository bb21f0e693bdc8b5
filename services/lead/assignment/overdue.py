"""The worker that takes back leads which nobody accepted in time, and gives them to somebody else.

An index of just the leads that wait to be accepted leads to those that are due. The locks on the leads during
the step are all the lease it needs: whoever comes second skips them.
"""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.logs import get_logger
from chassis.metrics import counter
from services.lead.assignment.cooling import cool
from services.lead.assignment.desk import Desk
from services.lead.assignment.giving import Waiting, give
from services.lead.leads.actions import pool_lead
from services.lead.leads.model import Lead
from services.lead.leads.states import RETURNS, State

log = get_logger(__name__)

MOST_AT_ONCE = 50
PATIENCE = timedelta(seconds=1)
"""Clocks count whole seconds: by then that of the deadline is up, and a miss is told before a taking back."""

overdue_total = counter(
    "leads_overdue_total",
    "Leads that were taken back because nobody accepted them in time, by what became of them.",
    ("outcome",),
    starts=(("assigned",), ("pooled",), ("left",)),
)


class OverdueAccepter:
    """Takes back what is due longest, a few leads a step."""

    name = "overdue-accepter"

    def __init__(self, settings: Waiting, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("lead")

    def step(self) -> bool:
        """Take back the next leads. True when some were due."""
        due = (
            select(Lead)
            .where(Lead.accept_by <= now() - PATIENCE, Lead.state == State.ASSIGNED.value)
            .order_by(Lead.accept_by)
            .limit(MOST_AT_ONCE)
        )
        with self.database.reading(self.actor) as session:
            if session.scalar(due.with_only_columns(Lead.id).limit(1)) is None:
                return False
        with self.database.transaction(self.actor) as session:
            leads = session.scalars(due.with_for_update(skip_locked=True)).all()
            by_department = defaultdict(list)
            for lead in leads:
                by_department[lead.department].append(lead)
            for department in sorted(by_department):
                self._take_back(session, department, by_department[department])
        return bool(leads)

    def _take_back(self, session: Session, department: str, leads: list[Lead]) -> None:
        for lead in leads:
            why = f"{lead.assignee} did not accept it by {lead.accept_by:%Y-%m-%d %H:%M} UTC"
            cool(session, lead_id=lead.id, subject=str(lead.assignee), at=now())
            pool_lead(session, self.actor, lead=lead, pool=RETURNS, why=why)
        session.flush()
        desk = Desk(session, department)
        given = give(
            self.actor, leads, desk=desk, settings=self.settings, way="overdue", told="not accepted in time; "
        )
        desk.keep()
        for one in given:
            overdue_total.labels(outcome=one.outcome).inc()
            log.info("lead_overdue", lead_id=str(one.lead.id), department=department, outcome=one.outcome)
