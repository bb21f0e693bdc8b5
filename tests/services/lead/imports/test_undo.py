"""Taking an import back, on both databases."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict
from contracts.lead import ImportContactsSaved, ImportUndone
from services.lead.customers import actions as customers
from services.lead.customers.model import Consent, ConsentProof, Contact, Customer
from services.lead.customers.queries import contact_for_change
from services.lead.imports.actions import undo_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import Import, ImportChange
from services.lead.imports.queries import take_import
from services.lead.leads.actions import record_lead
from services.lead.settings import LeadSettings
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contact,
    contacts,
    csv_of,
    events,
    exhaust,
    find_import,
    imported,
    suppressed,
    upload,
)

Databases = Callable[[str], Database]
TABLES: Mapping[str, Any] = {"contacts": Contact, "consents": Consent, "customers": Customer}


def state(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every column of every contact and consent, but for the revision."""
    found = {}
    with database.reading() as session:
        for name, kind in TABLES.items():
            rows = session.execute(select(kind.__table__).order_by(*kind.__table__.primary_key)).all()
            found[name] = [{k: v for k, v in row._mapping.items() if k != "revision"} for row in rows]
    return found


def undone(database: Database, import_id: UUID) -> Import:
    with database.transaction(MIA) as session:
        undo_import(MIA, import_=take_import(session, MIA, import_id))
    exhaust(Importer(SETTINGS, database))
    return find_import(database, import_id)


def kept(database: Database, import_id: UUID) -> dict[UUID, str]:
    left = select(ImportChange).where(ImportChange.import_id == import_id, ImportChange.kept.is_not(None))
    with database.reading() as session:
        return {one.contact_id: one.kept or "" for one in session.scalars(left)}


def test_an_undo_restores_contacts_and_consents_to_the_byte(database_of: Databases) -> None:
    database = database_of("lead")
    address = {"lines": ["1 Main St"], "country": "US"}
    add_contact(database, email="person0@example.com", phone="415-555-0000", address=address)
    withdrawn = add_contact(database, email="person1@example.com", given_name="", company="Acme")
    add_contact(database, given_name="Ann", family_name="Lee", phone="415-555-0100")
    with database.transaction(MIA) as session:
        customers.withdraw_consent(session, suppressed(withdrawn.id))
    before = state(database)
    clock.travel(seconds=60)
    rows = [(f"person{number}@example.com", "Zed Young", "Other", "north", "yes") for number in range(120)]
    text = "Email,Name,Company,Region,SMS consent\n" + csv_of(rows)
    text += "ann@example.com,Ann Lee,,,\n".replace(",,,", ",,,yes")
    import_ = imported(database, text, consents=["email"])
    done = undone(database, import_.id)
    assert state(database) == before
    assert (done.state, done.restored, done.removed, done.kept) == ("undone", 2, 119, 0)
    with database.reading() as session:
        proofs = session.scalars(select(ConsentProof.evidence)).all()
    assert {"import_id": str(import_.id)} in proofs, (
        "what was sent on account of the file can be answered for"
    )
    [told] = events(database, ImportUndone)
    assert (told.restored, told.removed, told.kept, told.undone_by) == (2, 119, 0, "mia")


def test_what_an_import_changed_in_several_batches_becomes_what_it_was_before_the_first(
    database_of: Databases,
) -> None:
    database = database_of("lead")
    for name in ("ann", "bob"):
        add_contact(database, email=f"{name}@example.com", company="Old", region="", language="de")
    before = state(database)
    clock.travel(seconds=60)
    rows = [("ann", "New", "", ""), ("bob", "", "", "fr"), ("new", "Old", "", ""), ("ann", "", "north", "")]
    rows += [("new", "", "south", "it"), ("ann", "Newer", "south", ""), ("ann", "Newer", "south", "")]
    text = "".join(f"{name}@example.com,{','.join(said)}\n" for name, *said in rows)
    import_id = upload(database, f"Email,Company,Region,Language\n{text}")
    exhaust(Importer(LeadSettings(service="lead", import_batch=1), database))
    changes = select(ImportChange.was).where(ImportChange.import_id == import_id)
    with database.reading() as session:
        kept_of = [one if one is None else set(one) for one in session.scalars(changes)]
    assert None in kept_of
    if database.engine.dialect.name == "postgresql":
        assert {"changed_at", "company", "name_key", "region"} in kept_of
        assert {"changed_at", "language"} in kept_of
    done = undone(database, import_id)
    assert (done.restored, done.removed, done.kept) == (2, 1, 0)
    assert state(database) == before


def test_the_other_services_hear_of_it_by_pages(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, email="ann@example.com", company="Old")
    import_ = imported(
        database, "Email,Company\nann@example.com,New\nbob@example.com,New\n", consents=["email"]
    )
    undone(database, import_.id)
    saved, taken_back = events(database, ImportContactsSaved)
    assert {card.version for card in saved.contacts} == {1, 2}
    back = {card.contact_id: card for card in taken_back.contacts}
    restored = back.pop(known.id)
    assert (restored.version, restored.company, restored.consents) == (3, "Old", [])
    [gone] = back.values()
    assert (gone.version, gone.email, gone.consents, gone.company) == (2, None, [], "")


def test_a_contact_that_was_changed_or_used_since_is_left_alone_with_the_reason(
    database_of: Databases,
) -> None:
    database = database_of("lead")
    import_ = imported(database, "Email\nann@example.com\nbob@example.com\nzoe@example.com\n")
    ann, bob, _ = contacts(database)
    with database.transaction(MIA) as session:
        contact = contact_for_change(session, ann.id)
        assert contact is not None
        customers.change_contact(session, MIA, contact=contact, phone_region="US", company="Mine")
        record_lead(session, MIA, contact_id=bob.id)
    done = undone(database, import_.id)
    assert (done.removed, done.kept) == (1, 2)
    reasons = kept(database, import_.id)
    assert reasons[ann.id] == "changed since: at revision 2, left at 1"
    assert reasons[bob.id] == "in use since: leads"
    assert [one.email for one in contacts(database)] == ["ann@example.com", "bob@example.com"]


def test_imports_are_undone_in_any_order_as_far_as_they_can_be(database_of: Databases) -> None:
    database = database_of("lead")
    first = imported(database, "Email,Company\nann@example.com,One\n")
    second = imported(database, "Email,Company\nann@example.com,Two\n")
    assert undone(database, first.id).kept == 1
    assert undone(database, second.id).restored == 1
    assert [one.company for one in contacts(database)] == ["One"]


def test_an_identity_that_somebody_else_took_meanwhile_is_not_taken_back(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, given_name="Ann", family_name="Lee", phone="415-555-0000")
    import_ = imported(database, "Email,Name,Phone\nann@example.com,Ann Lee,415-555-0000\n")
    assert import_.updated == 1
    other = add_contact(database, given_name="Ann", family_name="Lee", phone="415-555-0000")
    assert undone(database, import_.id).kept == 1
    assert kept(database, import_.id) == {known.id: f"contact {other.id} has become the same meanwhile"}


def test_an_undo_that_is_cut_off_goes_on_behind_the_last_batch(database_of: Databases) -> None:
    database = database_of("lead")
    rows = "".join(f"person{number}@example.com\n" for number in range(250))
    import_ = imported(database, f"Email\n{rows}")
    with database.transaction(MIA) as session:
        undo_import(MIA, import_=take_import(session, MIA, import_.id))
    assert Importer(SETTINGS, database).step()
    assert len(contacts(database)) == 150
    assert not Importer(SETTINGS, database).step()
    clock.travel(seconds=SETTINGS.lease_seconds + 1)
    exhaust(Importer(SETTINGS, database))
    assert (find_import(database, import_.id).removed, contacts(database)) == (250, [])


def test_only_an_import_that_has_ended_is_undone_and_only_once(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    import_ = imported(database, "Email\nann@example.com\n")
    undone(database, import_.id)
    with pytest.raises(Conflict, match="The import is undone"):
        undo_import(Actor("mia"), import_=find_import(database, import_.id))
