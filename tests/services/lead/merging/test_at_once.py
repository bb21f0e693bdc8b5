"""Merges at the same moment: two contacts never become part of each other, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import func, select

from chassis.database import Database
from chassis.errors import Conflict
from services.lead.customers.model import Contact
from services.lead.merging.contacts import merge_contacts
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import MIA, add_contact

ROUNDS = 4


def merged(database: Database, contact_id: UUID, loser_id: UUID) -> bool:
    try:
        with database.transaction(MIA) as session:
            merge_contacts(session, MIA, contact_id=contact_id, loser_id=loser_id)
    except Conflict:
        return False
    return True


def test_of_two_contacts_one_survives_whoever_merges_them_at_once(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", "postgresql")
    with ThreadPoolExecutor(4) as crowd:
        for number in range(ROUNDS):
            one, two = (add_contact(database, email=f"{side}{number}@shop.de").id for side in "ab")
            tries = [(one, two), (two, one)] * 2
            found = list(crowd.map(lambda pair: merged(database, *pair), tries))
            assert sorted(found) == [False, False, False, True]
            with database.reading() as session:
                gone = select(func.count()).where(
                    Contact.id.in_((one, two)), Contact.merged_into.is_not(None)
                )
                assert session.scalar(gone) == 1
