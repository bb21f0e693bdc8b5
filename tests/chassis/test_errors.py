"""The closed set of errors, and what each becomes on the wire."""

import inspect
import logging

import pytest
from sqlalchemy import exc

from chassis import errors, problems
from chassis.errors import Conflict, Internal, Invalid, MethodNotAllowed, NotFound, Problem, Unauthenticated

SHIPPED = {
    "conflict": 409,
    "forbidden": 403,
    "internal": 500,
    "invalid": 422,
    "malformed": 400,
    "method_not_allowed": 405,
    "not_found": 404,
    "not_yet": 409,
    "off_schema": 422,
    "precondition_required": 428,
    "stale_version": 412,
    "too_large": 413,
    "too_many_requests": 429,
    "unauthenticated": 401,
    "unavailable": 503,
    "unsupported_media_type": 415,
}


def test_codes_and_statuses_never_change_once_shipped() -> None:
    found = {
        kind.code: kind.status
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, Problem)
    }
    assert found == SHIPPED


def test_nested_reasons_are_named_by_their_path() -> None:
    problem = Invalid({"lines": {0: {"amount": ["too small", "odd"]}}, "_schema": ["no"]})
    assert problem.fields == [
        {"field": "lines.0.amount", "reason": "too small"},
        {"field": "lines.0.amount", "reason": "odd"},
        {"field": "", "reason": "no"},
    ]


def test_a_problem_document_has_the_members_of_rfc_9457() -> None:
    assert problems.document(NotFound("parcel", 7), "/parcels/7") == {
        "type": "/problems/not_found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no parcel 7",
        "instance": "/parcels/7",
    }


def test_the_headers_of_an_error_go_with_it() -> None:
    assert MethodNotAllowed(["GET"]).headers == {"Allow": "GET"}
    assert 'error="invalid_token"' in Unauthenticated("It is old").headers["WWW-Authenticate"]


def test_what_nobody_foresaw_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        problem = problems.problem_of(ZeroDivisionError("secret"))
    assert isinstance(problem, Internal)
    assert problem.reference in problem.detail and "secret" not in problem.detail


def test_a_clash_and_a_deadlock_are_told_apart() -> None:
    class Deadlock(Exception):
        pgcode = "40P01"

    clash = problems.problem_of(exc.IntegrityError("", None, Exception()))
    deadlock = problems.problem_of(exc.OperationalError("", None, Deadlock()))
    assert isinstance(clash, Conflict)
    assert (deadlock.status, deadlock.headers["Retry-After"]) == (503, "2")


def test_a_statement_that_is_simply_wrong_is_ours() -> None:
    class NoTable(Exception):
        pgcode = "42P01"

    assert problems.problem_of(exc.ProgrammingError("", None, NoTable())).status == 500
