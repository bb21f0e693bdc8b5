"""Whatever is done to the audit trail once it is sealed is seen."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, text

from chassis import clock, sealing
from chassis.audit import audit_entries
from chassis.audit_words import audit_words
from chassis.database import Database
from chassis.entering import enter
from chassis.forgetting import forget_words
from chassis.ids import new_id
from chassis.sealing import Sealer, audit_seals, faults, last_seal, seal, without_words
from fanfare.local.process import wait_until
from tests.chassis.toys import Deal, Letter
from tests.harness.databases import POSTGRESQL


@pytest.fixture
def database(
    toy_database: Callable[[str], Database], backend: str, monkeypatch: pytest.MonkeyPatch
) -> Database:
    monkeypatch.setattr(sealing, "_SLACK_MICROSECONDS", 0)
    return toy_database(backend)


def make(database: Database, *names: str) -> None:
    for name in names:
        with database.transaction() as session:
            session.add(Deal(assignee=name))


def sealed(database: Database, *names: str) -> None:
    make(database, *names)
    seal(database)


def tamper(database: Database, statement: str) -> None:
    """What somebody does who owns the database."""
    with database.engine.begin() as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("audit_entries", "audit_seals", "audit_words"):
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        connection.execute(text(statement))


def test_a_trail_that_nobody_touched_is_as_it_was_sealed(database: Database) -> None:
    assert list(faults(database)) == []
    sealed(database, "a", "b")
    sealed(database, "c")
    assert seal(database) == 0
    with database.reading() as session:
        assert session.scalars(select(audit_seals.c.entries).order_by(audit_seals.c.number)).all() == [2, 1]
    assert list(faults(database)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'nobody'",
        "UPDATE audit_entries SET after = NULL",
        "UPDATE audit_entries SET at = '2020-01-01 00:00:00'",
        "UPDATE audit_seals SET digest = 'x'",
    ],
)
def test_a_changed_entry_or_seal_is_seen(database: Database, statement: str) -> None:
    sealed(database, "a", "b")
    tamper(database, statement)
    assert list(faults(database)) == ["The entries of seal 1 are not those that were sealed."]


def test_forgotten_words_leave_the_seals_as_they_were_and_changed_ones_are_seen(database: Database) -> None:
    ann, bob = Letter(about="ann"), Letter(about="bob")
    with database.transaction() as session:
        session.add(ann)
        enter(session, bob)
    seal(database)
    with database.transaction() as session:
        session.get_one(Letter, ann.id).about = "nobody"
        assert forget_words(session, Letter, [ann.id]) == 1
    seal(database)
    assert list(faults(database)) == []
    assert without_words(database) == 2
    with database.reading() as session:
        kept = session.execute(select(audit_words.c.entry_id, audit_words.c.words)).one()
    assert "bob" in kept.words
    tamper(database, "UPDATE audit_words SET words = replace(words, 'bob', 'eve')")
    assert list(faults(database)) == [f"The words of entry {kept.entry_id} are not those that were entered."]


@pytest.mark.parametrize("column", ["on_behalf_of", "words_digest"])
def test_a_seal_covers_whom_it_was_done_for_and_the_digest_of_words(database: Database, column: str) -> None:
    sealed(database, "a")
    tamper(database, f"UPDATE audit_entries SET {column} = 'x'")
    assert list(faults(database))[0] == "The entries of seal 1 are not those that were sealed."


def test_a_removed_entry_is_seen(database: Database) -> None:
    sealed(database, "a", "b")
    with database.reading() as session:
        first = session.execute(text("SELECT id FROM audit_entries ORDER BY id LIMIT 1")).scalar_one()
    tamper(database, f"DELETE FROM audit_entries WHERE id = '{first}'")
    assert list(faults(database)) == ["Seal 1 holds 2 entries, and there are 1."]


def test_a_removed_seal_is_seen(database: Database) -> None:
    sealed(database, "a")
    sealed(database, "b")
    tamper(database, "DELETE FROM audit_seals WHERE number = 1")
    assert "Seals 1 to 1 are missing." in list(faults(database))


def test_an_end_that_was_taken_away_is_seen_by_who_noted_its_seal(database: Database) -> None:
    sealed(database, "a")
    sealed(database, "b")
    number, _, digest = (last_seal(database) or "").partition(":")
    noted = (int(number), digest)
    assert list(faults(database, anchor=noted)) == []
    tamper(database, "DELETE FROM audit_seals WHERE number = 2")
    assert list(faults(database)) == []
    assert list(faults(database, anchor=noted)) == ["Seal 2, which was noted, is missing."]
    assert list(faults(database, anchor=(1, "0" * 64))) == ["Seal 1 is not the one that was noted."]


def test_an_entry_slipped_in_later_is_seen(toy_database: Callable[[str], Database]) -> None:
    database = toy_database(POSTGRESQL)
    make(database, "a")
    with database.reading() as session:
        mark = session.scalars(select(audit_entries.c.entered)).one()
    assert wait_until(lambda: bool(seal(database)), seconds=30, pause=0.1)
    row = {"id": new_id(), "at": clock.now(), "actor": "eve", "roles": [], "origin": "", "entered": mark}
    row |= {"action": "update", "entity": "toys", "entity_id": new_id()}
    with database.engine.begin() as connection:
        connection.execute(insert(audit_entries).values(row))
    assert list(faults(database)) == ["Seal 1 holds 1 entries, and there are 2."]


def test_what_a_long_transaction_enters_is_waited_for(
    toy_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_SLACK_MICROSECONDS", 0)
    database = toy_database(POSTGRESQL)
    with database.transaction() as session:
        session.execute(select(1))
        make(database, "in between")
        assert seal(database) == 0
        session.add(Deal(assignee="late"))
    assert seal(database) == 2
    assert list(faults(database)) == []


def test_more_than_one_seal_holds_is_sealed_by_several(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 3)
    make(database, *"abcdefgh")
    with database.transaction() as session:
        session.add_all([Deal(assignee=name) for name in "ijklm"])
    stop = threading.Event()
    sealer = Sealer(database, seconds=0.0, stopping=lambda: stop.is_set() or not _left(database))
    sealer.run()
    with database.reading() as session:
        counts = session.scalars(select(audit_seals.c.entries)).all()
    assert sum(counts) == 13 and max(counts) <= 5
    assert list(faults(database)) == []


def test_who_has_caught_up_waits_although_others_go_on_writing(database: Database) -> None:
    looks = 0

    def stopping() -> bool:
        nonlocal looks
        looks += 1
        make(database, "a")
        return looks >= 3

    Sealer(database, seconds=60.0, stopping=stopping).run()
    with database.reading() as session:
        assert session.scalars(select(audit_seals.c.entries)).all() == [1]


def _left(database: Database) -> bool:
    with database.reading() as session:
        return bool(sum(session.scalars(select(audit_seals.c.entries))) < 13)
