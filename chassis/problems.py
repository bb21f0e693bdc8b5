"""The one place where an error, whatever it is, becomes a problem document (RFC 9457)."""

from typing import Any

import msgspec
from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError

from chassis.database import is_lost
from chassis.errors import Conflict, Internal, Invalid, Problem, Unavailable
from chassis.ids import new_id
from chassis.logs import get_logger

CONTENT_TYPE = "application/problem+json"

_TRY_AGAIN = ("40", "55", "57")
"""PostgreSQL's classes of errors that pass: rollback by deadlock, lock not had, cancelled."""

log = get_logger(__name__)


def problem_of(error: Exception) -> Problem:
    """The problem that an error means to the caller.

    What nobody foresaw becomes an Internal without any detail; the log has it under the same reference.
    """
    if isinstance(error, Problem):
        return error
    foreseen = _foreseen(error)
    if foreseen is not None:
        return foreseen
    reference = str(new_id())
    log.error("unexpected_error", reference=reference, exc_info=error)
    return Internal(reference)


def document(problem: Problem, instance: str) -> dict[str, Any]:
    """The members of RFC 9457, and ``errors`` (``{"field", "reason"}`` each) where fields are to blame."""
    members: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "instance": instance,
    }
    if problem.fields:
        members["errors"] = problem.fields
    return members


def body(problem: Problem, instance: str) -> bytes:
    """The problem document as JSON."""
    return msgspec.json.encode(document(problem, instance))


def _foreseen(error: Exception) -> Problem | None:
    meaning: Problem | None = None
    match error:
        case StaleDataError():
            meaning = Conflict("Somebody else changed it at the same time")
        case exc.IntegrityError():
            meaning = Conflict("It clashes with something that is already there")
        case exc.DataError() | OverflowError() | exc.StatementError(orig=OverflowError()):
            meaning = Invalid("A value is outside of what can be kept")
        case exc.StatementError(orig=ValueError() as cause):
            meaning = Invalid(str(cause))
        case RecursionError():
            meaning = Invalid("It is nested too deep")
        case _ if is_lost(error) or _passes(error):
            log.warning("database_unavailable", reason=str(getattr(error, "orig", error)).strip())
            meaning = Unavailable("The database does not answer")
    return meaning


def _passes(error: Exception) -> bool:
    state = getattr(getattr(error, "orig", None), "pgcode", None)
    return isinstance(state, str) and state.startswith(_TRY_AGAIN)
