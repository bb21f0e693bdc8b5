"""The importer at work, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis import clock
from chassis.audit import audit_entries
from chassis.database import Database
from chassis.errors import Forbidden, TooLarge
from contracts.event import PAGE_LIMIT
from contracts.lead import ImportContactsSaved, ImportFinished
from contracts.roles import LEAD_ADMINISTRATOR
from services.lead.customers import actions as customers
from services.lead.customers.model import ConsentProof, Contact
from services.lead.imports.actions import upload_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import TRIES, Import, ImportChange, ImportPiece
from services.lead.imports.queries import error_file
from services.lead.settings import LeadSettings
from tests.harness.people import person
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
    rejections,
    sequences,
    suppressed,
    upload,
)

Databases = Callable[[str], Database]

PEOPLE = "Email,Name,Phone\nann@example.com,Ann Lee,415-555-0000\nbroken,Bob,\nzoe@example.com,Zoë Li,\n"


def people(count: int, *, start: int = 0) -> str:
    rows = ((f"person{number}@example.com", "Ann Lee") for number in range(start, start + count))
    return "Email,Name\n" + csv_of(rows)


def test_good_rows_go_in_and_a_bad_one_is_kept_with_line_and_reason(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, PEOPLE)
    assert (import_.state, import_.rows, import_.created, import_.rejected) == ("finished", 3, 2, 1)
    assert import_.mapping == {"Email": "email", "Name": "full_name", "Phone": "phone"}
    assert [(one.email, one.given_name, one.family_name, one.phone) for one in contacts(database)] == [
        ("ann@example.com", "Ann", "Lee", "+14155550000"),
        ("zoe@example.com", "Zoë", "Li", None),
    ]
    [(line, reason)] = rejections(database, import_.id)
    assert line == 3
    assert reason.startswith("email: ")


def test_the_error_file_has_the_original_row(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, "Email,Notes\nbroken,=1+1\n")
    with database.reading() as session:
        header, row = "".join(error_file(session, import_)).splitlines()
    assert header.removeprefix("\ufeff") == "line,reason,Email,Notes"
    assert row.startswith("2,")
    assert row.endswith(",broken,'=1+1")


def test_a_corrected_error_file_can_be_sent_again(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, "Email,Mobile\nbroken,+14155550000\n")
    with database.reading() as session:
        corrected = "".join(error_file(session, import_)).replace(",broken,", ",ann@example.com,")
    assert imported(database, corrected).created == 1
    assert contacts(database)[0].phone == "+14155550000"


def test_pages_tell_of_every_saved_contact_and_then_comes_the_end(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, people(250))
    pages = events(database, ImportContactsSaved)
    assert [len(page.contacts) for page in pages] == [100, 100, 50]
    cards = {card.email: card for page in pages for card in page.contacts}
    assert len(cards) == 250
    assert {card.version for card in cards.values()} == {1}
    [finished] = events(database, ImportFinished)
    assert (finished.rows, finished.created, finished.updated, finished.rejected) == (250, 250, 0, 0)
    assert sequences(database) == {f"import/{import_.id}": [1, 2, 3, 4]}


def test_no_page_is_larger_than_the_contract_allows(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    upload(database, people(PAGE_LIMIT + 100))
    exhaust(Importer(LeadSettings(service="lead", import_batch=2 * PAGE_LIMIT), database))
    assert [len(page.contacts) for page in events(database, ImportContactsSaved)] == [PAGE_LIMIT, 100]


def test_the_same_file_again_doubles_nobody_and_changes_nothing(database_of: Databases) -> None:
    database = database_of("lead")
    imported(database, people(150))
    again = imported(database, people(150))
    assert (again.created, again.updated) == (0, 150)
    assert {contact.revision for contact in contacts(database)} == {1}
    assert len(events(database, ImportContactsSaved)) == 2
    with database.reading() as session:
        changes = select(func.count()).select_from(ImportChange).where(ImportChange.import_id == again.id)
        assert session.scalar(changes) == 0


def test_only_those_are_changed_and_told_of_whom_the_file_says_something_new_about(
    database_of: Databases,
) -> None:
    database = database_of("lead")
    imported(database, "Email,Company\nann@example.com,Old\nbob@example.com,Old\nzoe@example.com,Old\n")
    text = "Email,Company,Opt in\nann@example.com,Old,\nbob@example.com,New,\nzoe@example.com,Old,yes\n"
    again = imported(database, text)
    assert (again.created, again.updated) == (0, 3)
    assert {one.email: one.revision for one in contacts(database)} == {
        "ann@example.com": 1,
        "bob@example.com": 2,
        "zoe@example.com": 2,
    }
    _, page = events(database, ImportContactsSaved)
    told = {card.email: (card.version, card.company, len(card.consents)) for card in page.contacts}
    assert told == {"bob@example.com": (2, "New", 0), "zoe@example.com": (2, "Old", 1)}


def test_a_contact_twice_in_a_file_is_one_contact_with_what_both_rows_say(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(database, "Email,Name,Company\nann@example.com,Ann Lee,\nANN@example.com,,ACME\n")
    assert (import_.created, import_.updated) == (1, 1)
    [contact] = contacts(database)
    assert (contact.given_name, contact.company) == ("Ann", "ACME")


def test_a_blank_in_the_file_does_not_wipe_what_is_known(database_of: Databases) -> None:
    database = database_of("lead")
    known = add_contact(
        database, email="ann@example.com", company="ACME", phone="415-555-0000", region="north"
    )
    imported(database, "Email,Company,Phone,Region\nann@example.com,,,south\n")
    [contact] = contacts(database)
    assert (contact.id, contact.company, contact.phone) == (known.id, "ACME", "+14155550000")
    assert (contact.region, contact.revision, contact.version) == ("south", 2, 1)


def test_contacts_of_other_departments_are_left_alone(database_of: Databases) -> None:
    database = database_of("lead")
    imported(database, "Email,Name\nperson0@example.com,Ann Lee\n")
    max_ = person("max", LEAD_ADMINISTRATOR, departments=("south",))
    add_contact(database, max_, department="south", email="person0@example.com")
    again = imported(database, "Email,Name\nperson0@example.com,Ann Young\n")
    assert again.updated == 1
    assert sorted(contact.revision for contact in contacts(database)) == [1, 2]


def test_a_company_that_is_a_customer_is_recognised(database_of: Databases) -> None:
    database = database_of("lead")
    with database.transaction(MIA) as session:
        customer = customers.add_customer(session, MIA, name="Acme Ltd", department="north")
    imported(database, "Email,Company\nann@example.com,ACME LTD\nbob@example.com,Other\n")
    assert [contact.customer_id for contact in contacts(database)] == [customer.id, None]


def test_consent_from_a_file_keeps_its_proof(database_of: Databases) -> None:
    database = database_of("lead")
    import_ = imported(
        database,
        "Email,SMS consent\nann@example.com,yes\nbob@example.com,\n",
        consents=["email"],
        wording="News by email",
    )
    with database.reading() as session:
        proofs = session.scalars(select(ConsentProof)).all()
    given = sorted(
        (proof.channel, proof.granted, proof.source, proof.wording, proof.recorded_by) for proof in proofs
    )
    assert given == [
        ("email", True, "import", "News by email", "mia"),
        ("email", True, "import", "News by email", "mia"),
        ("sms", True, "import", "News by email", "mia"),
    ]
    [page] = events(database, ImportContactsSaved)
    assert page.import_id == import_.id
    assert {
        card.email: [(consent.channel, consent.granted) for consent in card.consents]
        for card in page.contacts
    } == {"ann@example.com": [("email", True), ("sms", True)], "bob@example.com": [("email", True)]}


def test_no_file_undoes_a_withdrawal(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database, email="ann@example.com")
    with database.transaction(MIA) as session:
        customers.withdraw_consent(session, suppressed(contact.id))
    imported(database, "Email,Company\nann@example.com,Acme\n", consents=["email"])
    [page] = events(database, ImportContactsSaved)
    assert [(one.channel, one.granted) for one in page.contacts[0].consents] == [("email", False)]


def test_importing_consent_again_adds_no_proof(database_of: Databases) -> None:
    database = database_of("lead")
    for _ in range(2):
        imported(database, people(5), consents=["email"])
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentProof)) == 5


class PowerCut(RuntimeError):
    """Stands for a process that is gone in the middle of a batch."""


def test_an_import_that_crashes_in_a_batch_goes_on_behind_the_last_one(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    import_id = upload(database, people(350))
    dying = Importer(SETTINGS, database)
    assert dying.step()
    with monkeypatch.context() as broken:
        advance = Import.advance

        def cut(import_: Import, **counts: int) -> None:
            advance(import_, **counts)
            raise PowerCut

        broken.setattr(Import, "advance", cut)
        with pytest.raises(PowerCut):
            dying.step()
    assert find_import(database, import_id).position == 100

    successor = Importer(SETTINGS, database)
    assert not successor.step()
    clock.travel(seconds=SETTINGS.lease_seconds + 1)
    exhaust(successor)
    import_ = find_import(database, import_id)
    assert (import_.state, import_.rows, import_.created, import_.updated) == ("finished", 350, 350, 0)
    assert len(contacts(database)) == 350
    told = [card.contact_id for page in events(database, ImportContactsSaved) for card in page.contacts]
    assert len(told) == len(set(told)) == 350
    assert sequences(database) == {f"import/{import_id}": [1, 2, 3, 4, 5]}


def test_a_worker_that_was_overtaken_does_nothing_more(database_of: Databases) -> None:
    database = database_of("lead")
    import_id = upload(database, people(250))
    slow, quick = Importer(SETTINGS, database), Importer(SETTINGS, database)
    assert slow.step()
    clock.travel(seconds=SETTINGS.lease_seconds + 1)
    exhaust(quick)
    exhaust(slow)
    import_ = find_import(database, import_id)
    assert (import_.rows, import_.created) == (250, 250)


def test_two_files_about_the_same_people_at_once_double_nobody(database_of: Databases) -> None:
    database = database_of("lead")
    ids = [upload(database, people(300)), upload(database, people(300, start=100))]
    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(exhaust, [Importer(SETTINGS, database) for _ in ids]))
    done = [find_import(database, import_id) for import_id in ids]
    assert [import_.state for import_ in done] == ["finished", "finished"]
    assert sum(import_.created for import_ in done) == len(contacts(database)) == 400
    assert sum(import_.updated for import_ in done) == 200


def test_a_file_that_takes_long_to_open_stays_with_its_worker(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    monkeypatch.setattr("services.lead.imports.actions.PIECE_BYTES", 1000)
    import_id = upload(database, people(250))
    elapsed = 0.0

    def slowly(*_: object) -> None:
        nonlocal elapsed
        elapsed += SETTINGS.lease_seconds / 2
        clock.travel(seconds=elapsed)
        assert not Importer(SETTINGS, database).step()

    slow = Importer(SETTINGS, database)
    renew = slow._renew

    def renew_and_wait(import_id: UUID) -> None:
        renew(import_id)
        if slow._renew_at is not None:
            slowly()

    monkeypatch.setattr(slow, "_renew", renew_and_wait)
    exhaust(slow)
    assert find_import(database, import_id).created == 250
    assert elapsed > 2 * SETTINGS.lease_seconds


def test_an_import_that_never_gets_anywhere_fails_at_last(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    import_id = upload(database, people(3))
    importer = Importer(SETTINGS, database)
    monkeypatch.setattr("services.lead.imports.saving.save_groups", lambda *_, **__: 1 / 0)
    for _ in range(TRIES):
        with pytest.raises(ZeroDivisionError):
            importer.step()
    assert not importer.step()
    import_ = find_import(database, import_id)
    assert import_.state == "failed"
    assert "times in a row" in import_.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"a,b,c\n1,2,3\n", "no column tells who a contact is"),
        (b"PK\x03\x04", "the workbook is damaged"),
        (b"\n\n\n", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_reason(
    fresh_database: Databases, content: bytes, reason: str
) -> None:
    import_ = imported(fresh_database("lead"), content)
    assert import_.state == "failed"
    assert reason in import_.reason


def test_the_file_is_let_go_of_at_the_end(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    imported(database, people(3))
    imported(database, "a,b\n1,2\n")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportPiece)) == 0


def test_no_contact_of_an_import_is_audited_by_itself(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    imported(database, people(50))
    with database.reading() as session:
        audited = set(session.scalars(select(audit_entries.c.entity)))
    assert audited == {"imports"}


def test_files_are_only_taken_into_ones_own_department_and_up_to_the_limit(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    options: dict[str, Any] = {"filename": "x.csv", "phone_region": "US"}
    with database.transaction(MIA) as session:
        with pytest.raises(Forbidden):
            upload_import(session, MIA, file=BytesIO(b"x"), limit=9, department="south", **options)
        with pytest.raises(TooLarge):
            upload_import(session, MIA, file=BytesIO(b"x" * 10), limit=9, department="north", **options)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_export_arrives_whole(fresh_database: Databases, encoding: str, delimiter: str) -> None:
    rows = [
        ("姓名", "邮箱", "公司"),
        ("王小明", "wang@example.cn", '"第一\n公司"'),
        ("李娜", "li@example.cn", "二"),
    ]
    database = fresh_database("lead")
    imported(database, "\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    found = {(one.family_name, one.given_name, one.email, one.company) for one in contacts(database)}
    assert found == {
        ("王", "小明", "wang@example.cn", "第一 公司"),
        ("李", "娜", "li@example.cn", "二"),
    }


def test_hand_made_changes_and_imports_share_one_count_of_revisions(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database, email="ann@example.com")
    imported(database, "Email,Company\nann@example.com,ACME\n")
    with database.transaction(MIA) as session:
        held = session.get_one(Contact, contact.id, options=())
        assert (held.revision, held.version) == (2, 1)
    assert sequences(database)[f"contact/{contact.id}"] == [1]
