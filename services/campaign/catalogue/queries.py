"""Reads of the lists of codes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, select

from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.catalogue.model import METRICS, Term
from services.campaign.catalogue.usage import Codes, Use, unknown_codes


def terms(*, list: str | None = None, active: bool | None = None, code: str | None = None) -> Select[Term]:
    """The terms of all lists, narrowed by what is given."""
    given = {"list": list, "active": active, "code": code}
    return select(Term).filter_by(**{name: value for name, value in given.items() if value is not None})


def find_term(session: Session, term_id: UUID) -> Term:
    """The term, locked until the transaction ends. Raises NotFound."""
    term = session.get(Term, term_id, with_for_update=True)
    if term is None:
        raise NotFound("term", term_id)
    return term


def active_codes(session: Session) -> Codes:
    """The codes that may be newly used, by their list."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in session.execute(select(Term.list, Term.code).where(Term.active)):
        found[name].add(code)
    return found


def roll_ups(session: Session) -> Mapping[str, str]:
    """How the goals of each metric add up, by its code."""
    found = session.execute(select(Term.code, Term.roll_up).where(Term.list == METRICS))
    return {code: roll_up for code, roll_up in found}


def code_problems(session: Session, uses: Iterable[Use], *, kept: Iterable[Use] = ()) -> dict[str, list[str]]:
    """Why codes may not be used, by field; ``kept`` are those that the plan has already."""
    return unknown_codes(uses, active=active_codes(session), kept=kept)
