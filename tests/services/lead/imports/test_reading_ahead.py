"""Files are read a batch ahead of what is saved."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import Database
from services.lead.customers.model import Contact
from services.lead.imports.ahead import Batch, ReadAhead
from services.lead.imports.files import OpenFile
from services.lead.imports.importer import Importer
from services.lead.imports.matching import Group, find_known
from services.lead.imports.records import Record
from services.lead.imports.sniffing import UnreadableFile
from services.lead.settings import LeadSettings
from tests.harness.databases import POSTGRESQL, SQLITE, DatabaseFactory
from tests.services.lead.builders import SETTINGS, add_contact, contacts, exhaust, find_import, upload

Databases = Callable[[str], Database]


def people(count: int) -> str:
    return "Email\n" + "".join(f"person{number}@example.com\n" for number in range(count))


def test_rows_as_large_as_a_book_are_imported_a_few_at_a_time(
    fresh_database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database("lead")
    monkeypatch.setattr("services.lead.imports.files.BATCH_CHARACTERS", 500)
    import_id = upload(database, people(90))
    importer = Importer(SETTINGS, database)
    assert importer.step()
    assert 0 < find_import(database, import_id).position < 50
    exhaust(importer)
    import_ = find_import(database, import_id)
    assert (import_.state, import_.created) == ("finished", 90)


def test_a_file_that_breaks_off_in_the_middle_fails_with_the_reason(
    fresh_database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database("lead")
    import_id = upload(database, people(250))
    whole = OpenFile.next_records

    def damaged(file: OpenFile, count: int) -> list[Record]:
        if file.position >= 100:
            raise UnreadableFile("the sheet ends in the middle of row 102")
        return whole(file, count)

    monkeypatch.setattr(OpenFile, "next_records", damaged)
    exhaust(Importer(SETTINGS, database))
    import_ = find_import(database, import_id)
    assert (import_.state, import_.reason) == ("failed", "the sheet ends in the middle of row 102")
    assert import_.created == 100


def test_a_row_finds_whom_the_batch_before_it_has_just_made(
    fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database("lead", POSTGRESQL)
    take = ReadAhead.take

    def take_when_the_next_is_read(ahead: ReadAhead, *, touched: set[str]) -> Batch:
        batch = take(ahead, touched=touched)
        ahead._next.exception()
        return batch

    monkeypatch.setattr(ReadAhead, "take", take_when_the_next_is_read)
    same = ("ann.lee", "ann.le")
    rows = "".join(f"Ann,Lee,Acme Works,{name}@acme.example\n" for name in same)
    import_id = upload(database, f"First name,Last name,Company,Email\n{rows}")
    exhaust(Importer(LeadSettings(service="lead", import_batch=1), database))
    import_ = find_import(database, import_id)
    assert (import_.created, import_.updated, len(contacts(database))) == (1, 1, 1)


def test_a_contact_that_is_erased_while_a_batch_is_saved_is_not_brought_back(
    fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database("lead", SQLITE)
    known = add_contact(database, email="ann.lee@acme.example")
    looks: list[int] = []

    def find_and_erase(session: Session, *arguments: Any, **options: Any) -> list[Group]:
        groups = find_known(session, *arguments, **options)
        if not looks:
            gone = update(Contact).where(Contact.id == known.id)
            session.execute(gone.values(erased_at=now(), match_key="erased", email=None))
        looks.append(len(groups))
        return groups

    monkeypatch.setattr("services.lead.imports.batch.find_known", find_and_erase)
    import_id = upload(database, "Email,Company\nann.lee@acme.example,Acme\n")
    exhaust(Importer(SETTINGS, database))
    assert (find_import(database, import_id).created, looks) == (1, [1, 1])
    assert sorted(one.company for one in contacts(database) if one.id != known.id) == ["Acme"]
