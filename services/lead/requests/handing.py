"""Handing all that waits for one responder to others, as when somebody leaves or is away for long."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Invalid
from services.lead.requests.actions import reassign
from services.lead.requests.choosing import choose, load_of, reps_at_hand
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.states import UNANSWERED

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class HandedOn:
    """How many requests went to whom; ``more`` says that some are left for the next time."""

    to: dict[str, int]
    more: bool


def hand_on(
    session: Session,
    actor: Actor,
    *,
    department: str,
    responder: str,
    why: str,
    to: Sequence[str] = (),
) -> HandedOn:
    """Give the unanswered requests of a responder to ``to``, or to all reps at hand, the idlest first.

    Raises Forbidden for a foreign department, Invalid where there is nobody to give them to.
    """
    actor.require_department(department)
    able = [one for one in to or reps_at_hand(session, department) if one != responder]
    if not able:
        raise Invalid({"to": ["There is nobody else to give them to."]})
    theirs = select(PreSalesRequest).where(
        PreSalesRequest.department == department,
        PreSalesRequest.responder == responder,
        PreSalesRequest.state.in_(UNANSWERED),
    )
    found = session.scalars(
        theirs.order_by(PreSalesRequest.id).limit(MOST_AT_ONCE + 1).with_for_update()
    ).all()
    load, given = Counter(load_of(session, department, able)), Counter[str]()
    for request in found[:MOST_AT_ONCE]:
        chosen = choose(able, load)
        assert chosen is not None
        reassign(session, actor, request=request, responder=chosen.subject, why=f"{why}; {chosen.why}")
        load[chosen.subject] += 1
        given[chosen.subject] += 1
    return HandedOn(dict(sorted(given.items())), more=len(found) > MOST_AT_ONCE)
