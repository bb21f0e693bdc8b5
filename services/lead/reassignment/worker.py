"""The worker that gives the leads of a run anew, one batch a step.

A batch, its results and how far the run is are one transaction, so a crash repeats none and leaves none out.
The lock on the run during the step is all the lease it needs: another process takes another run.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from services.lead.assignment.giving import Given, Waiting, give, give_to, lock_reps
from services.lead.assignment.model import Rotation
from services.lead.leads.model import Lead
from services.lead.reassignment.actions import finish, progressed
from services.lead.reassignment.model import TALLIES, UNDER_WAY, ReassignedLead, Reassignment
from services.lead.reassignment.queries import next_leads
from services.lead.reassignment.target import desk_of, explicit, turn_of

log = get_logger(__name__)

reassigned_total = counter(
    "leads_reassigned_total",
    "Leads that runs looked at, by what became of them.",
    ("outcome",),
    starts=((outcome,) for outcome in TALLIES),
)


class Batches(Waiting, Protocol):
    """What the worker needs of the settings: how many leads a step takes."""

    @property
    def reassignment_batch(self) -> int: ...


class Reassigner:
    """Carries out runs, oldest first."""

    name = "reassigner"

    def __init__(self, settings: Batches, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("lead")

    def step(self) -> bool:
        """Give the next leads of one run. True when there was one."""
        waiting = select(Reassignment).where(Reassignment.state.in_(UNDER_WAY)).order_by(Reassignment.id)
        with self.database.reading(self.actor) as session:
            if session.scalar(waiting.with_only_columns(Reassignment.id).limit(1)) is None:
                return False
        with self.database.transaction(self.actor) as session:
            run = session.scalar(waiting.limit(1).with_for_update(skip_locked=True))
            if run is None:
                return False
            self._advance(session, run)
        return True

    def _advance(self, session: Session, run: Reassignment) -> None:
        if run.started_at is None:
            run.begin(at=now())
        leads = next_leads(session, run, limit=self.settings.reassignment_batch)
        if leads:
            self._give(session, run, leads)
        if len(leads) == self.settings.reassignment_batch:
            publish(session, run, progressed(run))
            return
        session.flush()
        kept = (Rotation.department == run.department, Rotation.rule == turn_of(run))
        session.execute(delete(Rotation).where(*kept))
        finish(session, run, state="finished", by=self.actor.subject)
        log.info("leads_reassigned", run_id=str(run.id), leads=run.done, assigned=run.assigned)

    def _give(self, session: Session, run: Reassignment, leads: Sequence[Lead]) -> None:
        before = {lead.id: _holder(lead) for lead in leads}
        given = self._given(session, run, leads)
        for one in given:
            run.count(one.outcome)
            reassigned_total.labels(outcome=one.outcome).inc()
        rows = [
            {
                "run_id": run.id,
                "lead_id": one.lead.id,
                "outcome": one.outcome,
                "before": before[one.lead.id],
                "after": _holder(one.lead),
                "why": one.why,
            }
            for one in given
        ]
        session.execute(insert(ReassignedLead), rows)
        run.after = leads[-1].id

    def _given(self, session: Session, run: Reassignment, leads: Sequence[Lead]) -> list[Given]:
        told = f"{run.reason} ({run.requested_by}); "
        named = explicit(run)
        if named:
            lock_reps(session, run.department, named.values())
            known: dict[str, Any] = {"settings": self.settings, "way": "run", "run_id": run.id}
            why = f"{told}chosen by name"
            return [
                give_to(session, self.actor, lead=lead, assignee=named[lead.id], why=why, **known)
                for lead in leads
            ]
        desk = desk_of(session, run)
        given = give(
            self.actor, leads, desk=desk, settings=self.settings, way="run", told=told, run_id=run.id
        )
        desk.keep()
        return given


def _holder(lead: Lead) -> str:
    return lead.assignee or f"[{lead.pool}]"
