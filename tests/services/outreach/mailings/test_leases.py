"""Who holds which deliveries, and what is taken over from whom."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import Database
from chassis.ids import new_id
from contracts.outreach import MailingOutcomes
from services.outreach.mailings import leases
from services.outreach.mailings.audience import recipients
from services.outreach.mailings.model import Mailing, lease_notes
from services.outreach.mailings.outcomes import Ending, record
from services.outreach.mailings.verdicts import Again, Verdict
from services.outreach.suppressions.actions import Grounds, suppress
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    MIA,
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
)

SECONDS = 60.0


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


@pytest.fixture
def mailing_id(database: Database) -> UUID:
    return a_mailing(database, [a_card() for _ in range(10)])


def take(database: Database, mailing_id: UUID, *, size: int = 10) -> UUID:
    with database.transaction() as session:
        lease = leases.take(session, mailing_id, size=size, seconds=SECONDS)
    assert lease is not None
    return lease


def hand_over(database: Database, mailing_id: UUID, lease: UUID) -> set[UUID]:
    ids = [one.id for one in deliveries_of(database, mailing_id).values()]
    with database.transaction() as session:
        return leases.hand_over(session, lease, ids)


def recover(database: Database) -> bool:
    with database.transaction() as session:
        return leases.recover(session)


def states(database: Database, mailing_id: UUID) -> list[str]:
    return sorted(one.state for one in deliveries_of(database, mailing_id).values())


def test_two_leases_never_hold_the_same_delivery(database: Database, mailing_id: UUID) -> None:
    first, second = take(database, mailing_id, size=6), take(database, mailing_id, size=6)
    held = [one.lease for one in deliveries_of(database, mailing_id).values()]
    assert (held.count(first), held.count(second)) == (6, 4)


def test_a_mailing_with_nothing_due_is_not_offered(database: Database, mailing_id: UUID) -> None:
    with database.reading() as session:
        assert leases.due_mailing(session, ["email"]) == mailing_id
        assert leases.due_mailing(session, ["sms"]) is None
    take(database, mailing_id)
    with database.reading() as session:
        assert leases.due_mailing(session, ["email"]) is None


def test_a_lease_that_ran_out_before_the_hand_over_is_queued_again(
    database: Database, mailing_id: UUID
) -> None:
    lease = take(database, mailing_id)
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    assert states(database, mailing_id) == ["queued"] * 10
    assert hand_over(database, mailing_id, lease) == set()


def test_what_was_handed_over_without_an_answer_is_uncertain_and_never_leased_again(
    database: Database, mailing_id: UUID
) -> None:
    hand_over(database, mailing_id, take(database, mailing_id, size=4))
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    assert states(database, mailing_id) == ["queued"] * 6 + ["uncertain"] * 4
    take(database, mailing_id)
    assert states(database, mailing_id) == ["leased"] * 6 + ["uncertain"] * 4
    assert mailing_of(database, mailing_id).uncertain == 4
    assert [len(page.outcomes) for page in published(database, MailingOutcomes)] == [4]


def test_a_lease_that_is_renewed_is_not_taken_over(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    hand_over(database, mailing_id, lease)
    clock.travel(seconds=SECONDS - 1)
    with database.transaction() as session:
        assert leases.renew(session, lease, seconds=SECONDS) == "sending"
    clock.travel(seconds=SECONDS + 1)
    assert not recover(database)


def noted(database: Database, lease: UUID) -> list[tuple[int, list[str], str]]:
    with database.reading() as session:
        rows = session.execute(select(lease_notes).where(lease_notes.c.lease_id == lease)).all()
    return [(row.number, json.loads(row.leaving), row.verdicts) for row in rows]


def test_a_lease_is_renewed_with_a_note_that_is_kept_once(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    going, heard = new_id(), new_id()
    for _ in range(2):
        said = [Ending(heard, "accepted", answer="250 ok")]
        state = leases.renew_and_note(database, lease, 7, seconds=SECONDS, leaving=[going], heard=said)
        assert state == "sending"
    [(number, leaving, verdicts)] = noted(database, lease)
    assert (number, leaving) == (7, [str(going)])
    assert str(heard) in verdicts
    clock.travel(seconds=SECONDS - 1)
    assert leases.renew_and_note(database, lease, 8, seconds=SECONDS, leaving=[], heard=[]) == "sending"
    clock.travel(seconds=2 * SECONDS - 2)
    assert not recover(database)


def test_nobody_leaves_with_a_note_once_the_mailing_is_paused(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    with database.transaction() as session:
        session.get_one(Mailing, mailing_id).state = "paused"
    state = leases.renew_and_note(database, lease, 1, seconds=SECONDS, leaving=[new_id()], heard=[])
    assert state == "paused"
    assert [leaving for _, leaving, _ in noted(database, lease)] == [[]]


def test_whoever_lost_a_lease_can_note_nothing(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    state = leases.renew_and_note(database, lease, 1, seconds=SECONDS, leaving=[new_id()], heard=[])
    assert state is None
    assert noted(database, lease) == []


def test_an_answer_that_comes_after_the_take_over_changes_nothing(
    database: Database, mailing_id: UUID
) -> None:
    lease = take(database, mailing_id)
    ids = hand_over(database, mailing_id, lease)
    clock.travel(seconds=SECONDS + 1)
    recover(database)
    with database.transaction() as session:
        record(session, mailing_id, [Ending(one, "accepted") for one in ids], lease=lease)
    assert states(database, mailing_id) == ["uncertain"] * 10
    assert mailing_of(database, mailing_id).accepted == 0
    assert len(published(database, MailingOutcomes)) == 1


def test_more_outcomes_than_a_page_holds_are_reported_in_pages(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    mailing_id = a_mailing(database, [a_card() for _ in range(501)])
    lease = take(database, mailing_id, size=501)
    ids = [one.id for one in deliveries_of(database, mailing_id).values()]
    with database.transaction() as session:
        record(session, mailing_id, [Ending(one, "failed", "x") for one in ids], lease=lease)
    assert [len(page.outcomes) for page in published(database, MailingOutcomes)] == [500, 1]
    assert mailing_of(database, mailing_id).state == "finished"


def test_whoever_lost_a_lease_cannot_end_what_another_holds_now(database: Database, mailing_id: UUID) -> None:
    lost = take(database, mailing_id)
    clock.travel(seconds=SECONDS + 1)
    recover(database)
    hand_over(database, mailing_id, take(database, mailing_id))
    ids = [one.id for one in deliveries_of(database, mailing_id).values()]
    with database.transaction() as session:
        assert leases.renew(session, lost, seconds=SECONDS) is None
        record(session, mailing_id, [Ending(one, "suppressed", "no_consent") for one in ids], lease=lost)
        leases.put_back(session, lost, ids, due_at=clock.now(), tried=True)
    assert states(database, mailing_id) == ["leased"] * 10
    assert published(database, MailingOutcomes) == []


def test_what_is_settled_beside_the_turns_leaves_the_notes_of_later_ones_alone(
    database: Database, mailing_id: UUID
) -> None:
    lease = take(database, mailing_id)
    ids = sorted(hand_over(database, mailing_id, lease))
    early: list[Verdict] = [Ending(one, "accepted", answer="250 ok") for one in ids[:3]]
    with database.transaction() as session:
        leases.note(session, lease, 2, heard=early)
        leases.note(session, lease, 3, heard=[Ending(ids[3], "failed", "550 no", "550 no")])
    with database.transaction() as session:
        assert leases.secure(session, lease)
        leases.settle(session, mailing_id, lease, early, upto=2)
        leases.note(session, lease, 2, leaving=ids[3:])
    assert sorted(number for number, _, _ in noted(database, lease)) == [2, 3]
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    assert states(database, mailing_id) == ["accepted"] * 3 + ["failed"] + ["uncertain"] * 6
    assert [len(page.outcomes) for page in published(database, MailingOutcomes)] == [3, 1, 6]


def test_a_lease_is_renewed_while_somebody_settles_under_it(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    mailing_id = a_mailing(database, [a_card()])
    lease = take(database, mailing_id)
    with database.transaction() as session:
        assert leases.secure(session, lease)
        assert leases.renew_and_note(database, lease, 1, seconds=SECONDS, leaving=[], heard=[]) == "sending"
        clock.travel(seconds=SECONDS + 1)
        assert not recover(database)


def test_nothing_is_settled_under_a_lease_that_others_took_over(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    with database.transaction() as session:
        assert not leases.secure(session, lease)


def test_what_a_dead_sender_had_noted_is_recorded_and_only_the_rest_is_uncertain(
    database: Database, mailing_id: UUID
) -> None:
    lease = take(database, mailing_id)
    ids = sorted(hand_over(database, mailing_id, lease))
    later = clock.now() + timedelta(seconds=3 * SECONDS)
    heard: list[Verdict] = [Ending(one, "accepted", answer="250 ok") for one in ids[:3]]
    heard += [Ending(ids[3], "failed", "550 no", "550 no", "p-7", Decimal("0.0012"), "EUR")]
    heard += [Again(ids[4], later, tried=True, answer="450 later")]
    with database.transaction() as session:
        leases.note(session, lease, 2, heard=heard)
        leases.note(session, lease, 2, heard=heard)
    clock.travel(seconds=SECONDS + 1)
    assert recover(database)
    assert states(database, mailing_id) == ["accepted"] * 3 + ["failed", "queued"] + ["uncertain"] * 5
    rows = {one.id: one for one in deliveries_of(database, mailing_id).values()}
    failed, again = rows[ids[3]], rows[ids[4]]
    assert (failed.provider_id, failed.price, failed.currency) == ("p-7", Decimal("0.0012"), "EUR")
    assert (again.attempts, again.due_at, again.answer) == (1, later, "450 later")
    assert not recover(database)


def test_what_was_settled_is_forgotten_by_the_notes(database: Database, mailing_id: UUID) -> None:
    lease = take(database, mailing_id)
    first, *others = sorted(hand_over(database, mailing_id, lease))
    with database.transaction() as session:
        leases.settle(session, mailing_id, lease, [Ending(first, "accepted")])
        leases.note(session, lease, 2, leaving=others[:2])
        leases.close_lease(session, lease)
    assert states(database, mailing_id) == ["accepted"] + ["queued"] * 9


def test_a_lease_that_is_closed_gives_back_what_was_not_handed_over(
    database: Database, mailing_id: UUID
) -> None:
    lease = take(database, mailing_id, size=4)
    with database.transaction() as session:
        leases.close_lease(session, lease)
    assert states(database, mailing_id) == ["queued"] * 10
    clock.travel(seconds=SECONDS + 1)
    assert not recover(database)


def test_whoever_said_stop_since_the_leasing_is_found(database: Database, mailing_id: UUID) -> None:
    take(database, mailing_id)
    rows = deliveries_of(database, mailing_id)
    contact_id, delivery = next(iter(rows.items()))
    ids = [one.id for one in rows.values()]
    grounds = Grounds(reason="unsubscribed", department="north")
    with database.transaction(MIA) as session:
        suppress(session, MIA, contact_id=contact_id, channel="email", grounds=grounds)
    with database.reading() as session:
        assert leases.stopped(session, ids, channel="email") == {delivery.id}
        assert leases.stopped(session, ids, channel="sms") == set()


def test_two_senders_that_look_at_once_lease_nobody_twice(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    mailing_id = a_mailing(database, [a_card() for _ in range(60)])

    def lease_all() -> int:
        leased = 0
        while True:
            with database.transaction() as session:
                lease = leases.take(session, mailing_id, size=7, seconds=SECONDS)
            if lease is None:
                return leased
            with database.reading() as session:
                leased += len(recipients(session, lease, channel="email"))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: lease_all(), range(4))) == 60
