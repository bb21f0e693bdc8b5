"""The copy of the contact points."""

from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from services.outreach.contacts.model import ContactPoint
from tests.services.outreach.builders import DatabaseOf, a_card, consents, know


def known(database: Database, contact_id: UUID) -> ContactPoint:
    with database.reading() as session:
        return session.get_one(ContactPoint, contact_id)


def test_a_card_brings_address_and_consent(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    card = a_card(email=" lin@example.org ", consents=consents(email=True, sms=False))
    know(database, card)
    point = known(database, card.contact_id)
    assert (point.email, point.consents) == ("lin@example.org", {"email": True, "sms": False})


def test_a_newer_card_replaces_an_older_one(database_of: DatabaseOf) -> None:
    database, contact_id = database_of("outreach"), new_id()
    know(database, a_card(contact_id=contact_id, version=1))
    know(database, a_card(contact_id=contact_id, version=2, consents=consents(email=False)))
    assert known(database, contact_id).consents == {"email": False}


def test_an_older_card_that_comes_late_changes_nothing(database_of: DatabaseOf) -> None:
    database, contact_id = database_of("outreach"), new_id()
    know(database, a_card(contact_id=contact_id, version=3, given_name="New"))
    know(database, a_card(contact_id=contact_id, version=2, given_name="Old"))
    know(database, a_card(contact_id=contact_id, version=3, given_name="Again"))
    assert known(database, contact_id).given_name == "New"


def test_a_page_with_a_contact_twice_keeps_the_newer_card(database_of: DatabaseOf) -> None:
    database, contact_id = database_of("outreach"), new_id()
    others = [a_card() for _ in range(498)]
    twice = [a_card(contact_id=contact_id, version=version) for version in (7, 5)]
    know(database, twice[0], *others, twice[1])
    assert known(database, contact_id).version == 7
