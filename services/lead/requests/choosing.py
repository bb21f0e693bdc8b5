"""Who answers a request when nobody was named: the rep who is there and has the fewest to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from services.lead.assignment.model import Rep
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.states import UNANSWERED


@dataclass(frozen=True)
class Responder:
    """Somebody, and why it is them."""

    subject: str
    why: str


def choose(reps: Sequence[str], load: Mapping[str, int], *, without: str | None = None) -> Responder | None:
    """The one with the fewest requests, by name among equals; None where there is nobody but ``without``."""
    able = [rep for rep in reps if rep != without]
    if not able:
        return None
    subject = min(able, key=lambda rep: (load.get(rep, 0), rep))
    return Responder(subject, f"the fewest requests, {load.get(subject, 0)}, of {len(able)} reps at hand")


def next_responder(session: Session, department: str, *, without: str | None = None) -> Responder | None:
    """The same, of a department."""
    active = select(Rep).where(Rep.department == department, Rep.active).order_by(Rep.subject)
    at = now()
    reps = [rep.subject for rep in session.scalars(active) if not rep.hours.absent(at)]
    counted = (
        select(PreSalesRequest.responder, func.count())
        .where(PreSalesRequest.responder.in_(reps), PreSalesRequest.state.in_(UNANSWERED))
        .group_by(PreSalesRequest.responder)
    )
    load = {str(responder): count for responder, count in session.execute(counted)}
    return choose(reps, load, without=without)
