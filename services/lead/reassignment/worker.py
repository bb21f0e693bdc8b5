"""The worker that gives the leads of a run anew, one batch a step.

A batch, its results and how far the run is are one transaction, so a crash repeats none and leaves none out.
The lock on the run during the step is all the lease it needs: another process takes another run.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

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

COUNTED_SECONDS = 5.0
"""What others give to reps while a run goes on is seen so much later at the most."""

reassigned_total = counter(
    "leads_reassigned_total",
    "Leads that runs looked at, by what became of them.",
    ("outcome",),
    starts=((outcome,) for outcome in TALLIES),
)


@dataclass(frozen=True)
class Counted:
    """The open leads of each rep, kept up by the run itself; to be counted anew after ``until``.

    To count them for each batch would make a lead of a long run cost more than one of a short run.
    """

    run_id: UUID
    until: float
    open: Counter[str]


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
        self._counted: Counted | None = None

    def step(self) -> bool:
        """Give the next leads of one run. True when there was one."""
        waiting = select(Reassignment).where(Reassignment.state.in_(UNDER_WAY)).order_by(Reassignment.id)
        with self.database.reading(self.actor) as session:
            if session.scalar(waiting.with_only_columns(Reassignment.id).limit(1)) is None:
                return False
        # What was counted before a step that failed is not relied on.
        counted, self._counted = self._counted, None
        with self.database.transaction(self.actor) as session:
            run = session.scalar(waiting.limit(1).with_for_update(skip_locked=True))
            if run is None:
                return False
            counted = self._advance(session, run, counted=counted)
        self._counted = counted
        return True

    def _advance(self, session: Session, run: Reassignment, *, counted: Counted | None) -> Counted | None:
        if run.started_at is None:
            run.begin(at=now())
        leads = next_leads(session, run, limit=self.settings.reassignment_batch)
        if leads:
            counted = self._give(session, run, leads=leads, counted=counted)
        if len(leads) == self.settings.reassignment_batch:
            publish(session, run, progressed(run))
            return counted
        session.flush()
        kept = (Rotation.department == run.department, Rotation.rule == turn_of(run))
        session.execute(delete(Rotation).where(*kept))
        finish(session, run, state="finished", by=self.actor.subject)
        log.info("leads_reassigned", run_id=str(run.id), leads=run.done, assigned=run.assigned)
        return None

    def _give(
        self, session: Session, run: Reassignment, *, leads: Sequence[Lead], counted: Counted | None
    ) -> Counted | None:
        before = {lead.id: _holder(lead) for lead in leads}
        named = explicit(run)
        if named:
            given = self._by_name(session, run, leads=leads, named=named)
        else:
            given, counted = self._chosen(session, run, leads=leads, counted=counted)
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
        return counted

    def _by_name(
        self, session: Session, run: Reassignment, *, leads: Sequence[Lead], named: Mapping[UUID, str]
    ) -> list[Given]:
        lock_reps(session, run.department, named.values())
        known: dict[str, Any] = {"settings": self.settings, "way": "run", "run_id": run.id}
        why = f"{_told(run)}chosen by name"
        return [
            give_to(session, self.actor, lead=lead, assignee=named[lead.id], why=why, **known)
            for lead in leads
        ]

    def _chosen(
        self, session: Session, run: Reassignment, *, leads: Sequence[Lead], counted: Counted | None
    ) -> tuple[list[Given], Counted]:
        if counted is None or counted.run_id != run.id or time.monotonic() > counted.until:
            desk = desk_of(session, run)
            counted = Counted(run.id, time.monotonic() + COUNTED_SECONDS, desk.state.open)
        else:
            desk = desk_of(session, run, opened=counted.open)
        known: dict[str, Any] = {"settings": self.settings, "way": "run", "run_id": run.id}
        given = give(self.actor, leads, desk=desk, told=_told(run), **known)
        desk.keep()
        return given, counted


def _told(run: Reassignment) -> str:
    return f"{run.reason} ({run.requested_by}); "


def _holder(lead: Lead) -> str:
    return lead.assignee or f"[{lead.pool}]"
