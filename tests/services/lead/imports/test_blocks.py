"""Of contacts with about the same name PostgreSQL leaves out only those that cannot be the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Table, insert, select, text

from chassis.database import Database
from services.lead.customers.model import Contact
from services.lead.imports.blocks import BLOCK, MOST_IN_A_BLOCK, look_ahead, same_block
from services.lead.imports.bulk import one_of
from services.lead.imports.duplicates import LIKELY, SAME, compare
from services.lead.imports.matching import Group, find_known
from services.lead.imports.rows import Draft
from tests.harness.databases import POSTGRESQL, DatabaseFactory
from tests.services.lead.builders import MIA, add_contact, contact_row

EMAIL, PHONE = "ann.lee@acme.example", "+8613812345678"


def draft(number: int, *, email: str | None = EMAIL, phone: str | None = PHONE) -> Draft:
    texts: dict[str, Any] = dict.fromkeys(("kind", "region", "language", "source", "owner"), "")
    names: dict[str, Any] = {"given_name": "Ann", "family_name": "Lee", "company": f"C{number:02} Works"}
    one = Draft("", email=email, phone=phone, consents={}, **names, **texts)
    one.identify()
    return one


def slips(text: str, *, letters: str) -> Iterator[str]:
    """Every slip of the pen once: a letter lost, added, changed, or swapped with the next."""
    for at, letter in enumerate(text):
        other = letters[0] if letter != letters[0] else letters[1]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + other + text[at:]
        yield text[:at] + other + text[at + 1 :]
        yield text[:at] + text[at + 1 : at + 2] + letter + text[at + 2 :]


def fill(database: Database, drafts: list[Draft]) -> None:
    names = ("email", "phone", "given_name", "family_name", "company", "name_key")
    rows = [
        contact_row(number, {name: getattr(one, name) for name in names}) for number, one in enumerate(drafts)
    ]
    with database.transaction(MIA) as session:
        session.execute(insert(Contact), rows)


def test_whoever_could_be_the_same_is_among_those_that_are_compared(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", POSTGRESQL)
    phones = list(slips(PHONE, letters="90"))
    variants: list[dict[str, Any]] = [
        *({"email": email, "phone": None} for email in dict.fromkeys(slips(EMAIL, letters="xy"))),
        *({"email": f"{at}@other.example", "phone": phone} for at, phone in enumerate(phones)),
        {"email": None, "phone": None},
        {"email": "nobody@else.test", "phone": None},
        {"email": "somebody@else.test", "phone": "+498912345678"},
        {"email": "änn.lee@acme.example", "phone": None},
    ]
    asked = [draft(number // 9) for number in range(len(variants))]
    stored = [replace(one, **variant) for one, variant in zip(asked, variants, strict=True)]
    for one in stored:
        one.identify()
    fill(database, stored)
    with database.reading() as session:
        near = same_block(session, "north", asked[::9], least=SAME)
        likely = same_block(session, "north", asked[::9], least=LIKELY)
    found = {(row.email, row.phone) for rows in near.values() for row in rows}
    pairs = zip(asked, stored, strict=True)
    wanted = {(one.email, one.phone) for asks, one in pairs if compare(asks, one).score >= SAME}
    assert len(wanted) > 70
    assert wanted <= found
    assert not {email for email, _ in found if email and email.endswith("@else.test")}
    assert sum(map(len, likely.values())) == len(stored), "where a person is asked, names are enough"
    assert max(map(len, likely.values())) <= MOST_IN_A_BLOCK


def test_rows_of_contacts_that_cannot_be_the_same_are_not_read(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", POSTGRESQL)
    fill(database, [draft(number, email=f"{number}@acme.example") for number in range(50)])
    values = {"wanted": "[]", "department": "north", "everybody": False}
    with database.transaction(MIA) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("ANALYZE contacts"))
        explained = session.execute(text(f"EXPLAIN {BLOCK}"), values).scalars()
        steps = [line.strip() for line in explained if " on contacts " in line]
    assert [step.partition(" using ")[2].split()[0] for step in steps] == [
        "ix_contacts_department_name_key",
        "pk_contacts",
    ]
    assert "Index Only Scan" in steps[0]


def test_what_is_written_after_a_look_ahead_is_looked_up_again(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", POSTGRESQL)
    there, later = draft(1), draft(2, email="lee.ann@acme.example")
    slipped = [(there, "ann.le@acme.example"), (later, "le.ann@acme.example"), (draft(3), "c@acme.example")]
    asked = [replace(one, email=email, phone=None) for one, email in slipped]
    for one in asked:
        one.identify()
    fill(database, [there])
    with database.reading() as session:
        near = look_ahead(session, "north", asked, least=SAME)
    fill(database, [later])
    assert later.name_key is not None
    with database.reading() as session:
        for touched, known in ((set(), [True, False, False]), ({later.name_key}, [True, True, False])):
            groups = [Group(one) for one in asked]
            find_known(session, "north", groups, near=near.without(touched))
            assert [group.contact_id is not None for group in groups] == known


def test_whom_the_department_knows_by_key_is_not_looked_for_by_name(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", POSTGRESQL)
    add_contact(database, given_name="Ann", family_name="Lee", company="C01 Works", email=EMAIL)
    with database.reading() as session:
        near = look_ahead(session, "north", [draft(1), draft(2, email="b@acme.example")], least=SAME)
    assert near.sought == {draft(2).name_key} and not near.found


def test_values_are_found_whatever_signs_are_in_them(fresh_database: DatabaseFactory) -> None:
    odd = ["plain", 'with "quotes"', "back\\slash", "{braces, comma}", "O'Hara", "NULL", "%s :x", "Zoë 李"]
    for backend in ("sqlite", POSTGRESQL):
        database = fresh_database("lead", backend)
        rows = [contact_row(number, {"company": name}) for number, name in enumerate(odd)]
        with database.transaction(MIA) as session:
            session.execute(insert(Contact), rows)
            company = cast(Table, Contact.__table__).c.company
            wanted = select(company).where(one_of(session, company, [*odd[1:], "absent"]))
            assert sorted(session.scalars(wanted)) == sorted(odd[1:])
