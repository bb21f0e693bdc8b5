"""Two contacts become one, and are taken apart again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from contracts.campaign import ContactsListed, ListedContact
from contracts.lead import ContactMerged, ContactSaved, ContactUnmerged, LeadMoved
from contracts.roles import LEAD_ADMINISTRATOR
from services.lead.customers.actions import add_contact as record_contact
from services.lead.customers.actions import change_contact, record_consent, withdraw_consent
from services.lead.customers.model import Contact
from services.lead.customers.queries import consent_proofs, find_contact, take_contact
from services.lead.leads.model import Lead
from services.lead.merging.contacts import merge_contacts, unmerge_contacts
from services.lead.merging.queries import find_merge
from services.lead.requests.model import PreSalesRequest
from services.lead.segments.queries import named_contacts
from tests.harness.people import person
from tests.services.lead.builders import (
    MIA,
    add_contact,
    events,
    hear_response,
    open_request,
    record,
    sequences,
    suppressed,
)

Databases = Callable[[str], Database]


def agree(database: Database, contact_id: UUID, *, granted: bool, channel: Any = "email") -> None:
    with database.transaction(MIA) as session:
        contact = take_contact(session, MIA, contact_id)
        told: dict[str, Any] = {"wording": "yes", "source": "fair"}
        record_consent(session, MIA, contact=contact, channel=channel, granted=granted, **told)


def merge(database: Database, contact_id: UUID, loser_id: UUID, **options: Any) -> UUID:
    with database.transaction(MIA) as session:
        return merge_contacts(session, MIA, contact_id=contact_id, loser_id=loser_id, **options).id


def undo(database: Database, merge_id: UUID) -> None:
    with database.transaction(MIA) as session:
        found = find_merge(session, MIA, merge_id, lock=True)
        unmerge_contacts(session, MIA, merge=found, reason="father and son")


def shown(database: Database, contact_id: UUID) -> Contact:
    with database.reading() as session:
        return find_contact(session, MIA, contact_id)


def granted_of(contact: Contact) -> dict[str, bool]:
    return {one.channel: one.granted for one in contact.consents}


def test_the_survivor_speaks_for_both(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de", company="ACME").id
    double = add_contact(database, email="ann@home.de", phone="+14155550000", company="Acme Inc").id
    lead_id = record(database, contact_id=double)
    request_id = open_request(database, contact_id=double)
    agree(database, double, granted=True, channel="sms")
    merge(database, ann, double, take=["company"], reason="one person")
    survivor, loser = shown(database, ann), shown(database, double)
    assert (survivor.company, survivor.phone, survivor.email) == ("Acme Inc", "+14155550000", "ann@shop.de")
    assert (loser.merged_into, loser.match_key, loser.former_key) == (ann, None, "email:ann@home.de")
    assert granted_of(survivor) == {"sms": True}
    with database.reading() as session:
        assert session.get_one(Lead, lead_id).contact_id == ann
        assert session.get_one(PreSalesRequest, request_id).contact_id == ann
        assert {one.source for one in session.scalars(consent_proofs(ann))} == {"fair", "merge"}
    (merged,) = events(database, ContactMerged)
    assert (merged.survivor_id, merged.loser_id, merged.taken) == (ann, double, ["company", "phone"])
    (moved,) = events(database, LeadMoved)
    assert (moved.contact_id, moved.previous_contact_id) == (ann, double)
    card = next(
        one.contact for one in reversed(events(database, ContactSaved)) if one.contact.contact_id == double
    )
    assert (card.email, card.phone, card.consents) == (None, None, [])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences(database).values())


def test_an_undo_restores_both_to_the_letter(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de", region="north").id
    double = add_contact(database, email="ann@home.de", phone="+14155550000").id
    agree(database, ann, granted=True)
    agree(database, double, granted=False)
    agree(database, double, granted=True, channel="sms")
    lead_id = record(database, contact_id=double)
    before = [state_of(shown(database, one)) for one in (ann, double)]
    merge_id = merge(database, ann, double, take=["email", "given_name"])
    assert granted_of(shown(database, ann)) == {"email": False, "sms": True}
    undo(database, merge_id)
    assert [state_of(shown(database, one)) for one in (ann, double)] == before
    with database.reading() as session:
        assert session.get_one(Lead, lead_id).contact_id == double
    assert [one.loser_id for one in events(database, ContactUnmerged)] == [double]
    with pytest.raises(Conflict, match="undone already"):
        undo(database, merge_id)


def state_of(contact: Contact) -> dict[str, Any]:
    moving = ("version", "revision", "changed_at")
    columns = {column.name: getattr(contact, column.name) for column in Contact.__table__.columns}
    kept = {name: value for name, value in columns.items() if name not in moving}
    return kept | {"consents": [(one.channel, one.granted, one.source) for one in contact.consents]}


def test_what_was_changed_and_withdrawn_meanwhile_stays(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    double = add_contact(database, email="ann@home.de", company="ACME").id
    agree(database, double, granted=True)
    merge_id = merge(database, ann, double)
    with database.transaction(MIA) as session:
        contact = take_contact(session, MIA, ann)
        change_contact(session, MIA, contact=contact, phone_region="US", company="Beta")
        withdraw_consent(session, suppressed(double, added_at=now()))
    assert granted_of(shown(database, ann)) == {"email": False}
    undo(database, merge_id)
    assert shown(database, ann).company == "Beta"
    assert granted_of(shown(database, double)) == {"email": False}


def test_who_is_merged_is_reached_through_the_survivor(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    double = add_contact(database, email="ann@home.de").id
    merge(database, ann, double)
    hear_response(database, double)
    with database.reading() as session:
        assert [one.contact_id for one in session.scalars(select(Lead))] == [ann]
    with pytest.raises(Conflict, match="merged"), database.transaction(MIA) as session:
        contact = take_contact(session, MIA, double)
        change_contact(session, MIA, contact=contact, phone_region="US", company="x")


def test_both_with_a_lead_of_the_same_door_keep_both_leads(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    double = add_contact(database, email="ann@home.de").id
    campaign_id = new_id()
    for one in (ann, double):
        hear_response(database, one, campaign_id=campaign_id)
    merge_id = merge(database, ann, double)
    with database.reading() as session:
        leads = session.scalars(select(Lead).order_by(Lead.id)).all()
        assert [one.contact_id for one in leads] == [ann, ann]
        assert [one.door is None for one in leads] == [False, True]
    undo(database, merge_id)
    with database.reading() as session:
        leads = session.scalars(select(Lead).order_by(Lead.id)).all()
        assert [(one.contact_id, one.door is None) for one in leads] == [(ann, False), (double, False)]


def test_merges_are_undone_in_the_reverse_order(database_of: Databases) -> None:
    database = database_of("lead")
    first, second, third = (add_contact(database, email=f"p{one}@shop.de").id for one in range(3))
    inner = merge(database, second, third)
    outer = merge(database, first, second)
    with pytest.raises(Conflict, match="later merge"):
        undo(database, inner)
    with database.transaction(MIA) as session:
        withdraw_consent(session, suppressed(third))
    assert granted_of(shown(database, first)) == {"email": False}
    undo(database, outer)
    undo(database, inner)
    assert [shown(database, one).merged_into for one in (first, second, third)] == [None, None, None]


def test_an_undo_waits_until_the_losers_address_is_free(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    double = add_contact(database, email="ann@home.de").id
    merge_id = merge(database, ann, double)
    with database.transaction(MIA) as session:
        record_contact(session, MIA, department="north", phone_region="US", email="ann@home.de")
    with pytest.raises(Conflict, match="already"):
        undo(database, merge_id)
    assert shown(database, double).merged_into == ann


def test_only_two_of_a_department_become_one(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    everywhere = person("root", LEAD_ADMINISTRATOR, departments=("north", "south"))
    stranger = add_contact(database, everywhere, email="ann@shop.de", department="south").id
    for loser_id in (stranger, new_id(), ann):
        with pytest.raises(Invalid, match="loser_id"):
            merge(database, ann, loser_id)
    with pytest.raises(NotFound):
        merge(database, stranger, ann)


def test_a_list_that_names_who_was_merged_means_the_survivor(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de").id
    double, third = (add_contact(database, email=f"ann@{name}.de").id for name in ("home", "work"))
    for one in (double, third):
        merge(database, ann, one)
    lines = [ListedContact(place=2, email="Ann@home.de"), ListedContact(place=3, email="no@body.de")]
    page = ContactsListed(
        campaign_id=new_id(),
        department="north",
        list_id=new_id(),
        resolution_id=new_id(),
        page=1,
        pages=1,
        contacts=lines,
    )
    with database.reading() as session:
        assert {place: row.id for place, row in named_contacts(session, page).items()} == {2: ann}
        by_id = msgspec.structs.replace(page, contacts=[ListedContact(place=5, contact_id=third)])
        assert {place: row.id for place, row in named_contacts(session, by_id).items()} == {5: ann}
