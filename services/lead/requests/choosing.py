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
    reps = reps_at_hand(session, department)
    return choose(reps, load_of(session, department, reps), without=without)


def reps_at_hand(session: Session, department: str) -> list[str]:
    """The active reps of a department who are not absent, by name."""
    active = select(Rep).where(Rep.department == department, Rep.active).order_by(Rep.subject)
    at = now()
    return [rep.subject for rep in session.scalars(active) if not rep.hours.absent(at)]


def load_of(session: Session, department: str, responders: Sequence[str]) -> dict[str, int]:
    """How many requests of a department wait for each of them; what they have elsewhere does not count."""
    theirs = PreSalesRequest.department == department, PreSalesRequest.responder.in_(responders)
    counted = (
        select(PreSalesRequest.responder, func.count())
        .where(*theirs, PreSalesRequest.state.in_(UNANSWERED))
        .group_by(PreSalesRequest.responder)
    )
    return {str(responder): count for responder, count in session.execute(counted)}
