"""What becomes of a submission: events, answers, consent, and what nobody confirmed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from chassis import clock
from chassis.audit import audit_entries
from chassis.audit_words import HIDDEN
from chassis.database import Database
from chassis.ids import new_id
from contracts.outreach import AnswerReceived, FormConsent, SideScore, SubmissionConfirmed
from services.outreach.forms import taking
from services.outreach.forms.model import FormVersion
from services.outreach.links.model import Answer
from tests.services.outreach.builders import DatabaseOf, published
from tests.services.outreach.forms.builders import (
    SATISFIED,
    VISITOR,
    a_form,
    a_letter,
    mails,
    questionnaire,
    recommending,
    send,
    submissions,
    survey,
)

OPT_IN = questionnaire(confirmed_opt_in=True)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def confirm(database: Database) -> None:
    """Press the button behind every link."""
    for one in submissions(database):
        with database.transaction() as session:
            taking.confirm(session, one.id, client="192.0.2.2")


def test_a_visitor_is_published_with_the_words_they_agreed_to(database: Database) -> None:
    campaign_id = new_id()
    form = a_form(database, campaign_id=campaign_id, wants_lead=True)
    send(database, form, **VISITOR, news="yes")
    [event] = published(database, SubmissionConfirmed)
    assert (event.form_id, event.campaign_id, event.department) == (form.id, campaign_id, "north")
    assert (event.email, event.confirmed_at, event.wants_lead) == ("lin@example.com", None, True)
    assert event.consents == [
        FormConsent(channel="email", wording="Yes, send me news by e-mail.", form_version=1)
    ]
    assert published(database, AnswerReceived) == []


def test_with_opt_in_nothing_is_published_before_it_is_confirmed_and_then_once(database: Database) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    assert published(database, SubmissionConfirmed) == []
    clock.travel(seconds=60)
    confirm(database)
    confirm(database)
    [event] = published(database, SubmissionConfirmed)
    assert event.confirmed_at is not None and event.confirmed_at > event.submitted_at


def test_what_nobody_confirms_is_forgotten(database: Database) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR, news="yes")
    clock.travel(seconds=8 * 86400)
    with database.transaction() as session:
        assert taking.expire(session, days=7) == 1
    [submission] = submissions(database)
    assert (submission.state, submission.email, submission.answers) == ("expired", None, {})
    confirm(database)
    assert published(database, SubmissionConfirmed) == []


def test_a_survey_by_personal_link_is_an_answer_with_score_and_sides(database: Database) -> None:
    form, letter = a_form(database, kind="survey", design=survey()), a_letter(database)
    send(database, form, letter=letter, **SATISFIED, **recommending(9))
    [answer] = published(database, AnswerReceived)
    assert (answer.kind, answer.form_id, answer.interested) == ("survey", form.id, None)
    assert f"{answer.score}" == "7.00"
    assert answer.sides == [
        SideScore(side="quality", expectation=6, experience=9),  # type: ignore[arg-type]
        SideScore(side="price", expectation=8, experience=3),  # type: ignore[arg-type]
    ]
    assert (answer.target_id, answer.contact_id) == (letter.delivery.target_id, letter.delivery.contact_id)
    with database.reading() as session:
        assert session.get_one(Answer, answer.answer_id).kind == "survey"


def test_a_landing_form_by_personal_link_says_interested_and_needs_no_mail(database: Database) -> None:
    form, letter = a_form(database, design=OPT_IN, wants_lead=True), a_letter(database)
    send(database, form, letter=letter, news="yes")
    [answer] = published(database, AnswerReceived)
    assert (answer.kind, answer.interested, answer.note) == ("form", True, "news: yes")
    [event] = published(database, SubmissionConfirmed)
    assert (event.contact_id, event.target_id) == (letter.delivery.contact_id, letter.delivery.target_id)
    assert (event.campaign_id, event.wants_lead, event.confirmed_at) == (
        letter.mailing.campaign_id,
        False,
        None,
    )
    assert mails(database) == []


def test_a_field_named_interested_says_it_itself(database: Database) -> None:
    choices = [{"value": one, "label": {"en": one}} for one in ("yes", "no")]
    field = {"name": "interested", "type": "choice", "label": {"en": "Interested?"}, "choices": choices}
    form = a_form(database, design=questionnaire(fields=[field]), kind="feedback")
    send(database, form, letter=a_letter(database), interested="no")
    assert [one.interested for one in published(database, AnswerReceived)] == [False]


def test_whoever_answers_a_mail_twice_has_answered_once(database: Database) -> None:
    form, letter = a_form(database), a_letter(database)
    first, second = (send(database, form, letter=letter, news="yes") for _ in range(2))
    assert first.id == second.id
    assert len(published(database, AnswerReceived)) == 1


def test_one_page_sent_by_many_at_once_is_one_submission(database: Database) -> None:
    form, nonce = a_form(database), new_id()
    with ThreadPoolExecutor(8) as pool:
        ids = {one.id for one in pool.map(lambda _: send(database, form, nonce=nonce, **VISITOR), range(8))}
    assert len(ids) == len(published(database, SubmissionConfirmed)) == 1


def test_the_audit_trail_does_not_know_who_it_was(database: Database) -> None:
    send(database, a_form(database), **VISITOR)
    with database.reading() as session:
        rows = session.execute(
            audit_entries.select().where(audit_entries.c.entity == "form_submissions")
        ).all()
    assert {row.after["email"] for row in rows if "email" in row.after} == {HIDDEN}
    assert "lin@example.com" not in repr(rows)


def test_a_published_version_never_changes(database: Database) -> None:
    a_form(database)
    with pytest.raises(DBAPIError, match="never changed"), database.transaction() as session:
        session.execute(update(FormVersion).values(published_by="eve"))
