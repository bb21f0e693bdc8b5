"""What every act on a lead leaves behind: an entry of its timeline, an event, a count, a line of the log."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Forbidden
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import Event
from services.lead.clocks.leads import follow_lead
from services.lead.leads.model import Lead, LeadAction
from services.lead.roles import JUDGES

log = get_logger(__name__)

KINDS = (
    *("assigned", "accepted", "worked", "returned", "pooled", "nurtured", "woken"),
    *("converted", "qualified", "undone", "changed"),
)

acts_total = counter(
    "lead_acts_total",
    "What was done with leads, by kind.",
    ("kind",),
    starts=((kind,) for kind in KINDS),
)


def jot(
    session: Session, actor: Actor, lead: Lead, *, kind: str, note: str, at: datetime, on_behalf_of: str = ""
) -> None:
    """Put an entry into the lead's timeline."""
    about = {"kind": kind, "actor": actor.subject, "note": note}
    session.add(LeadAction.of(lead, **about, at=at, on_behalf_of=on_behalf_of))
    lead.entries += 1


def tell(
    session: Session,
    actor: Actor,
    lead: Lead,
    event: Event,
    *,
    kind: str,
    note: str,
    at: datetime,
    on_behalf_of: str = "",
) -> Lead:
    """Keep, publish, count and log that ``actor`` did something with the lead. Returns the lead."""
    jot(session, actor, lead, kind=kind, note=note, at=at, on_behalf_of=on_behalf_of)
    publish(session, lead, event)
    follow_lead(session, lead, at=at)
    acts_total.labels(kind=kind).inc()
    log.info("lead_act", kind=kind, lead_id=str(lead.id), state=lead.state, actor=actor.subject)
    return lead


def require_holder(actor: Actor, lead: Lead, *, on_behalf_of: str = "") -> None:
    """Raises Forbidden unless the actor has the lead, stands in for its owner, or leads the work on leads."""
    mine = lead.assignee is not None and lead.assignee in (actor.subject, on_behalf_of)
    if not (mine or actor.has(*JUDGES) or actor.administers):
        raise Forbidden("Only who has the lead may do this")
