"""Consent: what holds, and the proof of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from chassis.clock import now
from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from contracts.lead import Consent, ContactSaved
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.lead.customers.actions import record_consent, withdraw_consent
from services.lead.customers.model import ConsentProof, Contact
from services.lead.customers.queries import take_contact
from services.lead.service import LeadService
from tests.services.lead.builders import MIA, NOON, add_contact, events, imported, suppressed

Databases = Callable[[str], Database]


def grant(database: Database, contact: Contact) -> None:
    with database.transaction(MIA) as session:
        held = take_contact(session, MIA, contact.id)
        record_consent(
            session, MIA, contact=held, channel="email", granted=True, wording="News, please", source="fair"
        )


def suppress(database: Database, event: SuppressionAdded) -> None:
    with database.transaction() as session:
        LeadService().on_suppression_added(session, event)


def held(database: Database, contact: Contact) -> list[tuple[str, bool]]:
    with database.reading() as session:
        found = session.get_one(Contact, contact.id, options=(selectinload(Contact.consents),))
        return [(consent.channel, consent.granted) for consent in found.consents]


def proofs(database: Database) -> list[tuple[bool, str, str]]:
    with database.reading() as session:
        found = session.scalars(select(ConsentProof).order_by(ConsentProof.id))
        return [(proof.granted, proof.source, proof.recorded_by) for proof in found]


def test_a_grant_is_told_with_the_card_and_kept_with_its_proof(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    grant(database, contact)
    card = events(database, ContactSaved)[-1].contact
    assert card.consents == [Consent(channel="email", granted=True)]
    assert card.version == 2
    assert proofs(database) == [(True, "fair", "mia")]


def test_a_suppression_withdraws_consent_and_the_grant_stays_on_record(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    grant(database, contact)
    suppress(database, suppressed(contact.id, added_at=now()))
    assert events(database, ContactSaved)[-1].contact.consents == [Consent(channel="email", granted=False)]
    assert proofs(database) == [(True, "fair", "mia"), (False, "suppression", "service:outreach")]


def lifted(contact: Contact, *, by: str) -> SuppressionRemoved:
    return SuppressionRemoved(
        suppression_id=new_id(), contact_id=contact.id, channel="email", removed_by=by, removed_at=now()
    )


def test_consent_is_renewed_by_the_contact_alone(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    suppress(database, suppressed(contact.id, added_at=now() - timedelta(minutes=1)))
    with database.transaction() as session:
        LeadService().on_suppression_removed(session, lifted(contact, by="mia"))
    assert held(database, contact) == [("email", False)]
    with database.transaction() as session:
        LeadService().on_suppression_removed(session, lifted(contact, by="contact"))
    assert held(database, contact) == [("email", True)]
    assert [granted for granted, *_ in proofs(database)] == [False, True]


def test_an_address_that_bounces_says_nothing_about_consent(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    grant(database, contact)
    suppress(database, suppressed(contact.id, added_at=now(), reason="bounced"))
    assert held(database, contact) == [("email", True)]


def test_a_suppression_of_somebody_who_never_agreed_is_told_too(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    suppress(database, suppressed(contact.id))
    assert held(database, contact) == [("email", False)]
    assert len(events(database, ContactSaved)) == 2


def test_a_second_suppression_leaves_a_proof_and_no_event(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    suppress(database, suppressed(contact.id))
    suppress(database, suppressed(contact.id, reason="complained"))
    assert len(proofs(database)) == 2
    assert len(events(database, ContactSaved)) == 2


def test_a_late_suppression_does_not_undo_a_newer_grant(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    grant(database, contact)
    suppress(database, suppressed(contact.id, added_at=now() - timedelta(days=1)))
    assert held(database, contact) == [("email", True)]


def test_a_withdrawal_counts_even_when_a_file_was_read_before_it_came(
    database_of: Databases,
) -> None:
    database = database_of("lead")
    contact = add_contact(database, email="ann@example.com")
    imported(database, "Email\nann@example.com\n", consents=["email"])
    suppress(database, suppressed(contact.id, added_at=now() - timedelta(days=1)))
    assert held(database, contact) == [("email", False)]


def test_suppressions_end_alike_in_whatever_order_they_come(database_of: Databases) -> None:
    database = database_of("lead")
    ends = []
    first, second = NOON, NOON + timedelta(minutes=1)
    for order in ((first, second), (second, first)):
        contact = add_contact(database)
        for at in order:
            suppress(database, suppressed(contact.id, added_at=at))
        card = events(database, ContactSaved)[-1].contact
        ends.append((card.version, card.consents))
    assert ends[0] == ends[1]


def test_a_suppression_of_an_unknown_contact_waits(fresh_database: Databases) -> None:
    with fresh_database("lead").transaction() as session, pytest.raises(NotYet):
        withdraw_consent(session, suppressed(new_id()))


def test_a_channel_nobody_asks_consent_for_changes_nothing(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    contact = add_contact(database)
    suppress(database, suppressed(contact.id, channel="pigeon"))
    assert held(database, contact) == []


@pytest.mark.parametrize("change", [update(ConsentProof).values(granted=True), delete(ConsentProof)])
def test_no_proof_is_ever_changed(database_of: Databases, change: object) -> None:
    database = database_of("lead")
    suppress(database, suppressed(add_contact(database).id))
    with pytest.raises(DBAPIError, match="never changed"), database.transaction() as session:
        session.execute(change)  # type: ignore[call-overload]
