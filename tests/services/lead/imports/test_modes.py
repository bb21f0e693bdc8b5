"""Create, update, both, ask; dry runs; duplicates in the file and in the store; on both databases."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from services.lead.imports.actions import cancel_import, undo_import
from services.lead.imports.importer import Importer
from services.lead.imports.merging import SAID
from services.lead.imports.model import Import, PlannedRow, Question
from services.lead.imports.queries import take_import
from services.lead.imports.questions import answer_questions
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contact,
    contacts,
    exhaust,
    find_import,
    imported,
    rejections,
    upload,
)

Databases = Callable[[str], Database]
FILE = (
    "Email,Name,Company,Phone\n"
    "ann@example.com,Ann Lee,Acme,\nbob@example.com,Bob Ray,Acme,\nANN@example.com,,Acme Inc,\n"
)


def counts(import_: Import) -> tuple[int, int, int, int]:
    return import_.created, import_.updated, import_.rejected, import_.asked


def rows(database: Database, kind: type[Any], import_id: UUID) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(kind).where(kind.import_id == import_id).order_by(kind.line)))


def answer(database: Database, import_id: UUID, *answers: dict[str, Any]) -> Import:
    with database.transaction(MIA) as session:
        import_ = take_import(session, MIA, import_id)
        return answer_questions(session, MIA, import_=import_, answers=answers)


def test_a_contact_is_known_by_phone_and_name_and_an_address_is_filled_in(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, given_name="John", family_name="Smith", phone="415-555-0000")
    text = (
        "Email,Name,Phone\njohn@example.com,Jon Smith,(415) 555-0000\nann@example.com,Ann Lee,415-555-0000\n"
    )
    assert counts(imported(database, text)) == (1, 1, 0, 0)
    found = {one.id: (one.given_name, one.email) for one in contacts(database)}
    assert found[known.id] == ("Jon", "john@example.com")


def test_an_external_id_finds_a_contact_and_gives_it_a_new_address(database_of: Databases) -> None:
    database = database_of("lead")
    imported(database, "Customer number,Email,Name\nC-1,old@example.com,Ann Lee\n")
    assert counts(imported(database, "Customer number,Email,Name\nC-1,new@example.com,Ann Lee-Ray\n")) == (
        0,
        1,
        0,
        0,
    )
    [contact] = contacts(database)
    assert (contact.email, contact.match_key, contact.family_name) == (
        "new@example.com",
        "email:new@example.com",
        "Lee-Ray",
    )


def test_of_a_known_contact_every_column_that_a_row_has_another_value_for_is_written(
    database_of: Databases,
) -> None:
    header = "Customer number,Email,First name,Last name,Company,Kind,Phone,Fax,Region,Language,Owner"
    header = f"{header},Country,Address"
    old = "C-1,old@example.com,Ann,Lee,Acme,person,415-555-0001,415-555-0002,north,en,rita,US,1 Elm Street"
    new = "C-1,new@example.org,Bea,Ray,Apex,company,415-555-0003,415-555-0004,south,de,omar,CA,2 Oak Avenue"
    changed, fresh = database_of("lead"), database_of("lead")
    imported(changed, f"{header}\n{old}\n")
    before = values_of(changed)
    assert counts(imported(changed, f"{header}\n{new}\n")) == (0, 1, 0, 0)
    imported(fresh, f"{header}\n{new}\n")
    assert values_of(changed) == values_of(fresh)
    assert {name for name, value in before.items() if value == values_of(changed)[name]} == {"external_id"}


def values_of(database: Database) -> dict[str, Any]:
    """What rows have a say in, of the only contact; a customer has another id in each database."""
    (contact,) = contacts(database)
    return {name: getattr(contact, name) for name in SAID if name != "customer_id"}


def test_a_row_that_means_two_contacts_is_refused_with_both(database_of: Databases) -> None:
    database = database_of("lead")
    imported(database, "Customer number,Email\nC-1,ann@example.com\nC-2,bob@example.com\n")
    import_ = imported(database, "Customer number,Email\nC-1,bob@example.com\n")
    [(line, reason)] = rejections(database, import_.id)
    assert line == 2 and "external id that of contact" in reason
    assert [one.revision for one in contacts(database)] == [1, 1]


def test_slips_of_the_pen_within_a_file_make_one_contact(database_of: Databases) -> None:
    database = database_of("lead")
    text = "Name,Company,Phone\nJohn Smith,Acme Inc.,\nJohn Smiht,ACME,\nJohn Smith,Borealis,\n"
    assert counts(imported(database, text)) == (2, 1, 0, 0)


def test_an_import_that_only_creates_changes_nobody(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, email="bob@example.com")
    import_ = imported(database, FILE, mode="create")
    assert counts(import_) == (1, 0, 2, 0)
    told = dict(rejections(database, import_.id))
    assert "same contact as in line 2" in told[4] and str(known.id) in told[3]
    assert [(one.email, one.company) for one in contacts(database)] == [
        ("ann@example.com", "Acme"),
        ("bob@example.com", ""),
    ]


def test_an_import_that_only_updates_creates_nobody(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(database, email="bob@example.com")
    import_ = imported(database, FILE, mode="update")
    assert counts(import_) == (0, 1, 2, 0)
    assert {line: "no such contact" in reason for line, reason in rejections(database, import_.id)} == {
        2: True,
        4: True,
    }
    assert [(one.email, one.company) for one in contacts(database)] == [("bob@example.com", "Acme")]


def test_rows_that_may_be_known_wait_for_an_answer(database_of: Databases) -> None:
    database = database_of("lead")
    bob = add_contact(database, email="bob@example.com", given_name="Bob", family_name="Ray")
    ann = add_contact(database, given_name="Ann", family_name="Lee", company="Acme")
    import_ = imported(database, FILE + "zoe@example.com,Zoe Li,,\nbroken,,,\n", mode="ask")
    assert counts(import_) == (1, 0, 1, 3)
    first, second = rows(database, Question, import_.id)
    assert (first.line, first.repeats, second.line) == (2, [4], 3)
    [candidate] = first.candidates
    assert (candidate["contact_id"], candidate["name"]) == (str(ann.id), "Ann Lee")
    assert candidate["fields"] == {"name": 1.0, "company": 1.0}
    done = answer(
        database,
        import_.id,
        {"line": 2, "answer": "update", "contact_id": ann.id},
        {"line": 3, "answer": "refuse"},
    )
    assert counts(done) == (1, 2, 2, 0)
    found = {one.id: (one.email, one.company, one.revision) for one in contacts(database)}
    assert found[ann.id] == ("ANN@example.com", "Acme Inc", 2)
    assert found[bob.id] == ("bob@example.com", "", 1)


def test_answers_that_make_no_sense_are_refused_by_place(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(database, email="bob@example.com")
    import_ = imported(database, FILE, mode="ask")
    for faulty, field in (
        ({"line": 2, "answer": "create"}, "answers.0.line"),
        ({"line": 3, "answer": "update"}, "answers.0.contact_id"),
        ({"line": 3, "answer": "update", "contact_id": new_id()}, "answers.contact_id"),
        ({"line": 3, "answer": "create"}, "answers"),
    ):
        with pytest.raises(Invalid) as refused:
            answer(database, import_.id, faulty)
        assert [fault["field"] for fault in refused.value.fields] == [field]
    assert counts(find_import(database, import_.id)) == (1, 1, 0, 1)


def test_a_dry_run_shows_what_would_change_and_changes_nothing(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(database, email="bob@example.com", company="Old")
    import_ = imported(database, FILE + "broken,,,\n", dry_run=True)
    assert counts(import_) == (1, 2, 1, 0)
    plan = {one.line: one for one in rows(database, PlannedRow, import_.id)}
    assert plan[2].change == "create" and plan[2].fields["given_name"] == [None, "Ann"]
    assert (plan[3].change, plan[3].contact_id) == ("update", known.id)
    assert plan[3].fields["company"] == ["Old", "Acme"] and "region" not in plan[3].fields
    assert plan[4].why == "the same contact as in line 2"
    assert [(one.id, one.company, one.revision) for one in contacts(database)] == [(known.id, "Old", 1)]
    with pytest.raises(Conflict, match="dry run"):
        undo_import(MIA, import_=import_)


def test_a_dry_run_remembers_the_rows_of_earlier_batches(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    text = "Email\n" + "".join(f"person{number % 150}@example.com\n" for number in range(250))
    assert counts(imported(database, text, dry_run=True)) == (150, 100, 0, 0)


def test_a_cancelled_import_stops_where_it_is(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    import_id = upload(database, "Email\n" + "".join(f"p{number}@example.com\n" for number in range(250)))
    importer = Importer(SETTINGS, database)
    importer.step()
    with database.transaction(MIA) as session:
        cancel_import(session, import_=take_import(session, MIA, import_id))
    exhaust(importer)
    import_ = find_import(database, import_id)
    assert (import_.state, import_.rows, len(contacts(database))) == ("cancelled", 100, 100)
