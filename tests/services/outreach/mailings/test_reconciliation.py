"""A mailing is finished only when its counts are those of its ledger."""

from uuid import UUID

import pytest
from sqlalchemy import update

from chassis.database import Database
from contracts.outreach import MailingFinished
from services.outreach.mailings import leases, steward
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import deliveries, mailings
from services.outreach.mailings.outcomes import record
from services.outreach.mailings.steward import Steward
from tests.services.outreach.builders import (
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
    settings,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def accept_all(database: Database, mailing_id: UUID) -> None:
    with database.transaction() as session:
        lease = leases.take(session, mailing_id, size=500, seconds=60)
    assert lease is not None
    held = [one.id for one in deliveries_of(database, mailing_id).values() if one.lease == lease]
    with database.transaction() as session:
        record(session, mailing_id, [Ending(one, "accepted") for one in held], lease=lease)


def found_wrong(database: Database) -> float:
    """What the steward's gauge says after a round."""
    Steward(settings(), database).step()
    return float(steward.mismatched._value.get())


def test_counts_that_differ_from_the_ledger_keep_a_mailing_open_and_are_shown(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(3)])
    with database.transaction() as session:
        session.execute(update(mailings).where(mailings.c.id == mailing_id).values(recipients=4, failed=1))
    accept_all(database, mailing_id)
    assert mailing_of(database, mailing_id).finished_at is None
    assert found_wrong(database) == 1
    with database.transaction() as session:
        session.execute(update(mailings).where(mailings.c.id == mailing_id).values(recipients=3, failed=0))
    assert found_wrong(database) == 0
    assert mailing_of(database, mailing_id).state == "finished"
    assert [one.accepted for one in published(database, MailingFinished)] == [3]


def test_a_lost_row_of_the_ledger_is_noticed(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(2)])
    (gone, _) = deliveries_of(database, mailing_id).values()
    with database.transaction() as session:
        session.execute(deliveries.delete().where(deliveries.c.id == gone.id))
    accept_all(database, mailing_id)
    assert found_wrong(database) == 1


def test_a_mailing_under_way_is_no_mismatch(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(2)])
    assert found_wrong(database) == 0
    with database.transaction() as session:
        leases.take(session, mailing_id, size=2, seconds=60)
    assert found_wrong(database) == 0
