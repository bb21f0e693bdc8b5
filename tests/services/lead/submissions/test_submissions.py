"""What becomes of a form that a visitor sent: contact, consent with proof, and lead."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from contracts.lead import Consent, ContactSaved, LeadCaptured
from contracts.outreach import FormConsent, SubmissionConfirmed
from services.lead.customers.actions import withdraw_consent
from services.lead.customers.model import ConsentProof, Contact
from services.lead.leads.actions import take_answer
from services.lead.leads.model import Lead, LeadTouch
from services.lead.submissions.actions import take_submission
from services.lead.submissions.model import Submission
from tests.services.lead.builders import NOON, add_contact, contacts, events, responded, suppressed

Databases = Callable[[str], Database]

NEWS = FormConsent(channel="email", wording="Yes, send me news by e-mail.", form_version=2)


def sent(**changes: Any) -> SubmissionConfirmed:
    """A form of the north with everything that says who it is, confirmed by mail."""
    values: dict[str, Any] = {
        "submission_id": new_id(),
        "form_id": new_id(),
        "form_code": "spring-fair",
        "department": "north",
        "given_name": "Lin",
        "family_name": "Müller",
        "company": "Example",
        "email": "Lin@Example.com",
        "language": "de",
        "consents": [NEWS],
        "answers": {"interest": "samples"},
        "submitted_at": NOON,
        "confirmed_at": NOON + timedelta(minutes=4),
        "wants_lead": True,
    }
    return SubmissionConfirmed(**values | changes)


def take(database: Database, *events: SubmissionConfirmed) -> None:
    for event in events:
        with database.transaction() as session:
            take_submission(session, event, phone_region="US")


def rows(database: Database, kind: type[Any]) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.__table__.primary_key.columns.values()[0])))


def test_a_visitor_becomes_a_contact_with_consent(database_of: Databases) -> None:
    database = database_of("lead")
    take(database, sent())
    [contact] = contacts(database)
    assert (contact.given_name, contact.email, contact.source) == ("Lin", "Lin@example.com", "form")
    card = events(database, ContactSaved)[-1].contact
    assert card.consents == [Consent(channel="email", granted=True)]
    assert [one.outcome for one in rows(database, Submission)] == ["created"]


def test_the_proof_names_the_words_the_form_its_version_the_address_and_the_confirmation(
    database_of: Databases,
) -> None:
    database = database_of("lead")
    event = sent()
    take(database, event)
    [proof] = rows(database, ConsentProof)
    assert (proof.channel, proof.granted, proof.wording) == ("email", True, NEWS.wording)
    assert (proof.source, proof.recorded_by, proof.recorded_at) == (
        "form",
        "service:outreach",
        event.confirmed_at,
    )
    assert proof.evidence == {
        "submission_id": str(event.submission_id),
        "form_id": str(event.form_id),
        "form_code": "spring-fair",
        "form_version": 2,
        "address": "Lin@Example.com",
        "submitted_at": "2026-11-21T12:00:00+00:00",
        "confirmed_at": "2026-11-21T12:04:00+00:00",
        "personal_link": False,
    }


def test_a_known_address_is_found_and_keeps_what_is_known_of_it(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, given_name="Linda", email="lin@example.com", phone=None)
    take(database, sent(phone="+1 650 253 0000"))
    [contact] = contacts(database)
    assert (contact.id, contact.given_name, contact.family_name) == (known.id, "Linda", "Müller")
    assert contact.phone == "+16502530000"


def test_the_same_address_in_another_department_is_another_contact(database_of: Databases) -> None:
    database = database_of("lead")
    take(database, sent(), sent(department="south"))
    assert sorted(contact.department for contact in contacts(database)) == ["north", "south"]


def test_without_an_email_address_the_phone_number_finds_the_contact(database_of: Databases) -> None:
    database = database_of("lead")
    for number in ("+1 650 253 0000", "650-253-0000"):
        take(database, sent(email=None, phone=number, consents=[]))
    assert len(contacts(database)) == 1
    assert [one.outcome for one in rows(database, Submission)] == ["created", "found"]


def test_a_personal_link_names_its_contact(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database, email="ann@example.com")
    take(database, sent(contact_id=contact.id, email=None, wants_lead=False, confirmed_at=None))
    assert len(contacts(database)) == 1
    [proof] = rows(database, ConsentProof)
    assert (proof.contact_id, proof.evidence["personal_link"]) == (contact.id, True)


def test_a_contact_that_is_not_known_yet_is_waited_for(fresh_database: Databases) -> None:
    with fresh_database("lead").transaction() as session, pytest.raises(NotYet):
        take_submission(session, sent(contact_id=new_id()), phone_region="US")


def test_nobody_who_says_not_who_they_are_becomes_a_contact(database_of: Databases) -> None:
    database = database_of("lead")
    take(database, sent(email=None), sent(email="lin@localhost", phone="12345"))
    assert contacts(database) == []
    assert [one.outcome for one in rows(database, Submission)] == ["anonymous", "unreachable"]
    assert rows(database, Lead) == []


def test_a_form_that_wants_one_captures_a_lead_of_its_campaign(database_of: Databases) -> None:
    database = database_of("lead")
    event = sent(campaign_id=new_id())
    take(database, event)
    [captured] = events(database, LeadCaptured)
    assert (captured.campaign_id, captured.source) == (event.campaign_id, "form")
    [touch] = rows(database, LeadTouch)
    assert (touch.response_id, touch.note) == (event.submission_id, "spring-fair\ninterest: samples")


def test_a_form_that_wants_none_captures_no_lead(database_of: Databases) -> None:
    database = database_of("lead")
    take(database, sent(wants_lead=False))
    assert rows(database, Lead) == []


@pytest.mark.parametrize("campaign", [True, False])
def test_a_second_form_is_a_touch_of_the_same_lead(database_of: Databases, campaign: bool) -> None:
    database = database_of("lead")
    campaign_id = new_id() if campaign else None
    take(database, sent(campaign_id=campaign_id), sent(campaign_id=campaign_id))
    [lead] = rows(database, Lead)
    assert lead.entries == 2
    assert len(events(database, LeadCaptured)) == 1


def test_the_same_submission_twice_counts_once(database_of: Databases) -> None:
    database = database_of("lead")
    event = sent()
    take(database, event, event)
    assert len(rows(database, ConsentProof)) == 1
    assert [lead.entries for lead in rows(database, Lead)] == [1]


def test_consent_ends_alike_in_whatever_order_words_come(fresh_database: Databases) -> None:
    ends = set()
    for order in permutations(range(3)):
        database = fresh_database("lead")
        contact = add_contact(database, email="lin@example.com")

        def submission(database: Database, minutes: int) -> None:
            take(database, sent(confirmed_at=NOON + timedelta(minutes=minutes), wants_lead=False))

        def suppression(database: Database, contact: Contact = contact) -> None:
            with database.transaction() as session:
                withdraw_consent(session, suppressed(contact.id, added_at=NOON + timedelta(minutes=2)))

        words: list[Callable[[Database], None]] = [
            lambda database: submission(database, 1),
            suppression,
            lambda database: submission(database, 3),
        ]
        for place in order:
            words[place](database)
        with database.reading() as session:
            held = session.get_one(Contact, contact.id, options=(selectinload(Contact.consents),))
            ends.add(tuple((one.channel, one.granted, one.changed_at) for one in held.consents))
    assert ends == {(("email", True, NOON + timedelta(minutes=3)),)}


def test_a_form_and_an_answer_of_one_contact_make_one_lead_in_either_order(database_of: Databases) -> None:
    ends = []
    for form_first in (True, False):
        database = database_of("lead")
        contact, campaign_id = add_contact(database, email="lin@example.com"), new_id()
        event, answer = sent(campaign_id=campaign_id), responded(contact.id, campaign_id)
        if form_first:
            take(database, event)
        with database.transaction() as session:
            take_answer(session, answer)
        if not form_first:
            take(database, event)
        [lead] = rows(database, Lead)
        ends.append((lead.entries, sorted(touch.kind for touch in rows(database, LeadTouch))))
    assert ends[0] == ends[1] == (2, ["click", "form"])
