"""Places: given out one after the other, waited for, given back, and taken at the door."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.database import Database
from chassis.errors import Conflict, NotFound
from contracts.outreach import AnswerReceived, SubmissionConfirmed
from services.outreach.forms import queries, registration
from services.outreach.forms.actions import change_form
from services.outreach.forms.model import Form, Submission
from services.outreach.forms.registration import CheckIn
from services.outreach.forms.sealing import Seals
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import LINK_KEY, MIA, OTTO, DatabaseOf, published
from tests.services.outreach.forms.builders import (
    HOSTS,
    VISITOR,
    a_form,
    a_letter,
    form_of,
    mails,
    questionnaire,
    send,
    submissions,
)

SEALS = Seals(LINK_KEY)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def a_registration(database: Database, **changes: Any) -> Form:
    return a_form(database, **{"kind": "registration", "capacity": 1, **changes})


def places(database: Database) -> list[str]:
    return [one.place for one in submissions(database)]


def check_in(database: Database, form: Form, code: str) -> CheckIn:
    with database.transaction(OTTO) as session:
        return registration.check_in(session, OTTO, form, code=code, seals=SEALS)


def cancel(database: Database, submission: Submission) -> None:
    with database.transaction(MIA) as session:
        form = queries.take_form(session, MIA, submission.form_id)
        registration.cancel(session, form, queries.submission(session, form.id, submission.id))


def code_of(submission: Submission) -> str:
    assert submission.ticket is not None
    return SEALS.code(submission.form_id, submission.ticket)


def test_of_eighty_at_once_exactly_twenty_get_one_of_twenty_places(
    fresh_database: DatabaseFactory,
) -> None:
    database = fresh_database("outreach", "postgresql")
    form = a_registration(database, capacity=20)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: send(database, form, email=f"p{number}@example.com"), range(80)))
    found = submissions(database)
    assert Counter(one.place for one in found) == {"seated": 20, "waiting": 60}
    assert sorted(one.ticket for one in found if one.ticket is not None) == list(range(1, 21))
    assert form_of(database, form.id).taken == 20
    assert len(published(database, SubmissionConfirmed)) == 80
    assert len(mails(database)) == 20


def test_who_comes_too_late_waits_and_is_confirmed_all_the_same(database: Database) -> None:
    form = a_registration(database)
    for name in ("ann", "ben"):
        send(database, form, email=f"{name}@example.com")
    assert places(database) == ["seated", "waiting"]
    assert len(published(database, SubmissionConfirmed)) == 2
    assert [mail.purpose for mail in mails(database)] == ["ticket"]


def test_a_place_that_is_given_back_goes_to_who_waits_longest(database: Database) -> None:
    form = a_registration(database)
    for name in ("ann", "ben", "cat"):
        send(database, form, email=f"{name}@example.com")
    cancel(database, submissions(database)[0])
    assert places(database) == ["cancelled", "seated", "waiting"]
    assert form_of(database, form.id).taken == 1
    assert [mail.address for mail in mails(database)] == ["ann@example.com", "ben@example.com"]


def test_more_places_let_those_in_who_wait(database: Database) -> None:
    form = a_registration(database)
    for name in ("ann", "ben", "cat"):
        send(database, form, email=f"{name}@example.com")
    basics = {"name": form.name, "campaign_id": None, "wants_lead": False, "opens_at": None}
    with database.transaction(MIA) as session:
        held = queries.take_form(session, MIA, form.id)
        change_form(session, held, design=questionnaire(), hosts=HOSTS, closes_at=None, capacity=2, **basics)
    assert places(database) == ["seated", "seated", "waiting"]


def test_there_cannot_be_fewer_places_than_are_taken(database: Database) -> None:
    form = a_registration(database)
    send(database, form, **VISITOR)
    with pytest.raises(Conflict, match="1 places"), database.transaction(MIA) as session:
        change_form(session, session.get_one(Form, form.id), design=questionnaire(), hosts=HOSTS, capacity=0)


def test_the_same_address_takes_one_place_only(database: Database) -> None:
    form = a_registration(database, capacity=5)
    send(database, form, email="lin@example.com")
    send(database, form, email="Lin@example.com")
    assert places(database) == ["seated", "repeated"]
    assert form_of(database, form.id).taken == 1


def test_checking_in_twice_says_since_when_the_code_is_used(database: Database) -> None:
    form = a_registration(database)
    send(database, form, **VISITOR)
    code = code_of(submissions(database)[0])
    first, second = check_in(database, form, code), check_in(database, form, code.lower().replace("-", " "))
    assert (first.outcome, second.outcome) == ("checked_in", "used")
    assert first.checked_in_at == second.checked_in_at
    assert second.submission.checked_in_by == "otto"


def test_a_code_that_is_not_of_this_form_is_unknown(database: Database) -> None:
    form, other = a_registration(database), a_registration(database, code="other")
    send(database, form, **VISITOR)
    code = code_of(submissions(database)[0])
    for wrong in (
        f"{code[:-1]}{'0' if code[-1] != '0' else '1'}",
        "",
        "X" * 64,
        "ÄÖÜ",
        SEALS.code(form.id, 9),
    ):
        with pytest.raises(NotFound):
            check_in(database, form, wrong)
    with pytest.raises(NotFound):
        check_in(database, other, code)


def test_a_cancelled_registration_does_not_get_in(database: Database) -> None:
    form = a_registration(database)
    send(database, form, **VISITOR)
    [submission] = submissions(database)
    cancel(database, submission)
    with pytest.raises(Conflict, match="cancelled"):
        check_in(database, form, code_of(submission))


def test_who_came_cannot_be_cancelled(database: Database) -> None:
    form = a_registration(database)
    send(database, form, **VISITOR)
    [submission] = submissions(database)
    check_in(database, form, code_of(submission))
    with pytest.raises(Conflict, match="checked in"):
        cancel(database, submission)


def test_registering_and_coming_are_answers_of_a_recipient(database: Database) -> None:
    form, letter = a_registration(database), a_letter(database, email="lin@example.org")
    send(database, form, letter=letter)
    for _ in range(2):
        check_in(database, form, code_of(submissions(database)[0]))
    answers = published(database, AnswerReceived)
    assert [(one.kind, one.target_id) for one in answers] == [
        ("registration", letter.delivery.target_id),
        ("check_in", letter.delivery.target_id),
    ]
    assert [mail.address for mail in mails(database)] == ["lin@example.org"]
