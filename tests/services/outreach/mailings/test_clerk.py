"""A clerk keeps the ledger of a run for as long as the lease is its own, and then touches nothing of it."""

from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import Database
from services.outreach.mailings import leases
from services.outreach.mailings.admission import Terms
from services.outreach.mailings.clerk import Clerk
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.model import lease_notes
from services.outreach.mailings.outcomes import Ending
from tests.services.outreach.builders import DatabaseOf, a_card, a_mailing, deliveries_of, settings

SECONDS = 60.0


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


@pytest.fixture
def mailing_id(database: Database) -> UUID:
    return a_mailing(database, [a_card() for _ in range(4)])


@pytest.fixture
def clerk(database: Database, mailing_id: UUID) -> Clerk:
    with database.reading() as session:
        composer = Composer.of(session, mailing_id, settings(), channels={"email"})
    return Clerk(database, composer, seconds=SECONDS, terms=Terms.of(settings(), "email"))


def states(database: Database, mailing_id: UUID) -> list[str]:
    return sorted(one.state for one in deliveries_of(database, mailing_id).values())


def leaving(database: Database) -> list[str]:
    """Who left, according to the notes there are."""
    with database.reading() as session:
        return list(session.scalars(select(lease_notes.c.leaving)))


def test_whoever_left_and_was_not_heard_of_is_noted_once_more_when_the_others_are_settled(
    database: Database, mailing_id: UUID, clerk: Clerk
) -> None:
    ids = [one.delivery_id for one in clerk.take(10).people]
    answer = Ending(ids[0], "accepted", answer="250 ok")
    assert clerk.turn(1, leaving=ids, heard=[]) == set(ids)
    assert clerk.turn(2, leaving=[], heard=[answer]) == set()
    clerk.settle([answer], upto=2, unheard=ids[1:])
    assert states(database, mailing_id) == ["accepted", *["leased"] * 3]
    (noted,) = leaving(database)
    assert all((str(one) in noted) is (one != ids[0]) for one in ids)


def test_a_clerk_whose_lease_others_took_over_settles_nothing_and_lets_nobody_leave(
    database: Database, mailing_id: UUID, clerk: Clerk
) -> None:
    ids = [one.delivery_id for one in clerk.take(10).people]
    assert clerk.turn(1, leaving=ids, heard=[]) == set(ids)
    clock.travel(seconds=SECONDS + 1)
    with database.transaction() as session:
        assert leases.recover(session)
    clerk.settle([Ending(ids[0], "accepted", answer="250 ok")], upto=1, unheard=ids[1:])
    assert states(database, mailing_id) == ["uncertain"] * 4
    assert leaving(database) == []
    assert clerk.turn(2, leaving=ids, heard=[]) is None
