"""Taking a lead out of a pool. Whoever picks it has it and has accepted it; nobody else gets it.

The lead's row is locked, so that of all who pick it one gets it; who only wants the next one passes over what
somebody else is just taking. Then the picker's row is, so that his limits hold however fast he is.
"""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden
from chassis.ids import new_id
from chassis.metrics import counter
from services.lead.assignment.desk import note_taken, open_leads
from services.lead.assignment.giving import assigned_total, rep_of
from services.lead.assignment.model import Rep
from services.lead.leads.actions import accept_lead, assign_lead
from services.lead.leads.model import Lead
from services.lead.pools.model import LeadPool, Pick
from services.lead.pools.queries import waiting_leads

picks_total = counter(
    "lead_picks_total",
    "Attempts to pick a lead from a pool, by how they ended: picked, none was there, somebody else was first,"
    " or a limit was reached.",
    ("outcome",),
    starts=(("picked",), ("empty",), ("late",), ("limit",)),
)


def pick_lead(session: Session, actor: Actor, *, pool: LeadPool, lead_id: UUID | None = None) -> Lead:
    """Take ``lead_id`` out of the pool, or whichever has waited longest.

    Raises Forbidden for one who may not, and Conflict where a limit is reached or there is nothing to pick.
    """
    _require_admitted(session, actor, pool)
    lead = _free_lead(session, pool, lead_id)
    rep = _locked_rep(session, actor, pool)
    at = now()
    _check_limits(session, pool, rep, at=at)
    why = f"picked from the pool {pool.code}"
    assign_lead(session, actor, lead=lead, assignee=rep.subject, why=why)
    accept_lead(session, actor, lead=lead)
    session.add(Pick(id=new_id(), pool_id=pool.id, lead_id=lead.id, subject=rep.subject, at=at))
    note_taken(session, [(rep, 1)], at=at)
    picks_total.labels(outcome="picked").inc()
    assigned_total.labels(way="pick").inc()
    return lead


def _require_admitted(session: Session, actor: Actor, pool: LeadPool) -> None:
    rep = rep_of(session, pool.department, actor.subject)
    if rep is None or not pool.admits(subject=rep.subject, team=rep.team):
        raise Forbidden(f"You do not pick from the pool {pool.code}")


def _locked_rep(session: Session, actor: Actor, pool: LeadPool) -> Rep:
    rep = rep_of(session, pool.department, actor.subject, locked=True)
    if rep is None:
        raise Forbidden(f"You do not pick from the pool {pool.code} any more")
    return rep


def _check_limits(session: Session, pool: LeadPool, rep: Rep, *, at: datetime) -> None:
    if pool.picks_a_day is not None:
        day = datetime.combine(rep.hours.day(at), time(), ZoneInfo(rep.time_zone)).astimezone(UTC)
        today = select(func.count()).where(
            Pick.pool_id == pool.id, Pick.subject == rep.subject, Pick.at >= day
        )
        if (session.scalar(today) or 0) >= pool.picks_a_day:
            picks_total.labels(outcome="limit").inc()
            raise Conflict(f"You picked {pool.picks_a_day} leads from {pool.code} today, which is the limit")
    if pool.most_open is not None:
        held = open_leads(session, pool.department, [rep.subject])[rep.subject]
        if held >= pool.most_open:
            picks_total.labels(outcome="limit").inc()
            limit = f"{pool.code} is for those with fewer than {pool.most_open}"
            raise Conflict(f"You have {held} open leads; {limit}")


def _free_lead(session: Session, pool: LeadPool, lead_id: UUID | None) -> Lead:
    waiting = waiting_leads(pool)
    if lead_id is None:
        lead = session.scalar(waiting.order_by(Lead.id).limit(1).with_for_update(skip_locked=True))
        outcome, reason = "empty", f"Nothing waits in the pool {pool.code}"
    else:
        lead = session.scalar(waiting.where(Lead.id == lead_id).with_for_update())
        outcome, reason = "late", f"The lead is not in the pool {pool.code}, or not any more"
    if lead is None:
        picks_total.labels(outcome=outcome).inc()
        raise Conflict(reason)
    return lead
