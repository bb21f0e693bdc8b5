"""Files are read a batch ahead of what is saved."""

from collections.abc import Callable

import pytest

from chassis.database import Database
from services.lead.imports.files import OpenFile
from services.lead.imports.importer import Importer
from services.lead.imports.records import Record
from services.lead.imports.sniffing import UnreadableFile
from tests.services.lead.builders import SETTINGS, exhaust, find_import, upload

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
