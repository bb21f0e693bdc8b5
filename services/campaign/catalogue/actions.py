"""What administrators do with the lists: add a code, rename it, retire it, bring it back."""

from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from contracts.campaign import TermSaved
from services.campaign.catalogue.model import METRICS, NOT, Term


def add_term(
    session: Session,
    actor: Actor,
    *,
    list: str,
    code: str,
    label: str,
    label_zh: str = "",
    roll_up: str = NOT,
) -> Term:
    """Add a code to a list. Raises Conflict where the list has it, Invalid for a roll-up of no metric."""
    _check_roll_up(list, roll_up)
    term = Term(list=list, code=code, label=label, label_zh=label_zh, active=True, roll_up=roll_up)
    session.add(term)
    publish(session, term, _saved(term, actor))
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"The list {list} has the code {code} already") from error
    return term


def change_term(
    session: Session,
    actor: Actor,
    *,
    term: Term,
    label: str | None = None,
    label_zh: str | None = None,
    active: bool | None = None,
    roll_up: str | None = None,
) -> Term:
    """Rename, retire or bring back a term. What uses its code goes on using it. Raises Invalid."""
    _check_roll_up(term.list, roll_up or NOT)
    given = {"label": label, "label_zh": label_zh, "active": active, "roll_up": roll_up}
    for name, value in given.items():
        if value is not None:
            setattr(term, name, value)
    publish(session, term, _saved(term, actor))
    return term


def _check_roll_up(list: str, roll_up: str) -> None:
    if roll_up != NOT and list != METRICS:
        raise Invalid({"roll_up": [f"only goes with the list {METRICS}"]})


def _saved(term: Term, actor: Actor) -> TermSaved:
    return TermSaved(
        term_id=term.id,
        list=term.list,
        code=term.code,
        label=term.label,
        label_zh=term.label_zh,
        active=term.active,
        by=actor.subject,
        at=now(),
    )
