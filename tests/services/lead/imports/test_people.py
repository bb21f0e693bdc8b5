"""Imports and contacts that were merged, mailed or erased."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from chassis.database import Database
from chassis.files.store import FolderStore
from services.lead.imports import traces
from services.lead.imports.model import ImportChange
from services.lead.merging.contacts import merge_contacts
from services.lead.privacy.erasing import erase_person
from services.lead.privacy.person import person_of
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONTACT
from tests.services.lead.builders import MIA, add_contact, contacts, find_import, imported
from tests.services.lead.imports.test_undo import kept, undone

Databases = Callable[[str], Database]


def test_a_contact_that_was_merged_is_found_as_the_one_that_speaks_for_it(database_of: Databases) -> None:
    database = database_of("lead")
    one = add_contact(database, email="ann@example.com", phone="415-555-0000")
    other = add_contact(database, email="ann.lee@example.com", phone="415-555-0100")
    with database.transaction(MIA) as session:
        merge_contacts(session, MIA, contact_id=one.id, loser_id=other.id)
    text = "Email,Company\nann.lee@example.com,Acme\n"
    assert imported(database, text).updated == 1
    assert {found.id: found.company for found in contacts(database)} == {one.id: "Acme", other.id: ""}


def test_a_contact_that_something_happened_to_stays_when_its_import_is_undone(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, "Email\nann@example.com\n")
    [ann] = contacts(database)
    with database.transaction(MIA) as session:
        timeline.note_change(session, area=CONTACT, kind="called", actor="mia", contact_id=ann.id)
    assert (undone(database, import_.id).kept, len(contacts(database))) == (1, 1)
    assert kept(database, import_.id)[ann.id].startswith("in use since: ")


def test_of_an_erased_person_imports_keep_nothing_and_give_nothing_back(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(database, email="ann@example.com", company="Old")
    import_ = imported(database, "Customer number,Email,Company\nC-1,ann@example.com,New\n")
    [ann] = contacts(database)
    with database.reading() as session:
        [(_, change)] = traces.changes_of(session, [ann.id])
        assert change.was is not None and change.was["company"] == "Old"
    with database.transaction(MIA) as session:
        person = person_of(session, [ann.id])
        erase_person(session, person, by="mia", store=FolderStore(Path("nowhere")))
    with database.reading() as session:
        assert session.scalars(select(ImportChange.was)).all() == [{}]
    [gone] = contacts(database)
    assert (gone.external_id, gone.name_key, gone.company) == (None, None, "")
    assert imported(database, "Customer number,Email\nC-1,ann@example.com\n").created == 1
    assert undone(database, import_.id).kept == 1
    assert find_import(database, import_.id).state == "undone"
