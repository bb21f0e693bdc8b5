"""What is uncertain is sent again only when somebody asks for it, and its books stay apart."""

from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from contracts.outreach import MailingFinished, MailingStarted
from services.outreach.limits.model import FrequencyCap
from services.outreach.mailings import audience, course, leases, resends
from services.outreach.mailings.admission import admit
from services.outreach.mailings.feedback import Heard, record_feedback
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import Mailing
from services.outreach.mailings.outcomes import record
from tests.services.outreach.builders import (
    MIA,
    STRANGER,
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


@pytest.fixture
def mailing_id(database: Database) -> UUID:
    """A finished mailing of five, two of them uncertain."""
    mailing_id = a_mailing(database, [a_card() for _ in range(5)])
    with database.transaction() as session:
        lease = leases.take(session, mailing_id, size=5, seconds=60)
    assert lease is not None
    ids = sorted(one.id for one in deliveries_of(database, mailing_id).values())
    endings = [Ending(one, "uncertain", "sender_lost") for one in ids[:2]]
    endings += [Ending(one, "accepted") for one in ids[2:]]
    with database.transaction() as session:
        record(session, mailing_id, endings, lease=lease)
    return mailing_id


def resend(database: Database, mailing_id: UUID, **options: list[UUID]) -> UUID:
    with database.transaction(MIA) as session:
        return resends.resend(
            session, MIA, mailing_id=mailing_id, reason="server log: not sent", **options
        ).id


def uncertain(database: Database, mailing_id: UUID) -> list[UUID]:
    rows = deliveries_of(database, mailing_id).values()
    return sorted(one.id for one in rows if one.state == "uncertain")


def test_the_uncertain_ones_become_a_mailing_of_their_own(database: Database, mailing_id: UUID) -> None:
    again = mailing_of(database, resend(database, mailing_id))
    first = mailing_of(database, mailing_id)
    assert (again.state, again.recipients, again.resend_of) == ("sending", 2, mailing_id)
    assert (again.wave_id, again.template_id) == (first.wave_id, first.template_id)
    assert (first.state, first.uncertain, first.accepted) == ("finished", 2, 3)
    resent = {one.contact_id for one in deliveries_of(database, again.id).values()}
    marked = {
        one.contact_id for one in deliveries_of(database, mailing_id).values() if one.reason == "resent"
    }
    assert resent == marked
    assert [one.recipients for one in published(database, MailingStarted)] == [5, 2]
    assert [one.uncertain for one in published(database, MailingFinished)] == [2]


def test_nothing_is_sent_again_twice(database: Database, mailing_id: UUID) -> None:
    resend(database, mailing_id)
    with pytest.raises(Conflict):
        resend(database, mailing_id)


def test_only_those_that_are_named_are_sent_again(database: Database, mailing_id: UUID) -> None:
    one, other = uncertain(database, mailing_id)
    again = resend(database, mailing_id, delivery_ids=[one])
    assert mailing_of(database, again).recipients == 1
    assert mailing_of(database, resend(database, mailing_id, delivery_ids=[one, other])).recipients == 1


def test_what_was_heard_of_has_arrived_and_is_not_sent_again(database: Database, mailing_id: UUID) -> None:
    one, _ = uncertain(database, mailing_id)
    with database.transaction() as session:
        record_feedback(session, [Heard(one, "delivered")])
    assert mailing_of(database, resend(database, mailing_id)).recipients == 1


def test_who_asked_and_why_stands_in_the_audit(database: Database, mailing_id: UUID) -> None:
    again = resend(database, mailing_id)
    with database.reading() as session:
        entry = session.execute(
            select(audit_entries).where(
                audit_entries.c.entity_id == again, audit_entries.c.action == "insert"
            )
        ).one()
    assert (entry.actor, entry.after["resend_reason"]) == ("mia", "server log: not sent")
    assert entry.after["resend_of"] == str(mailing_id)


def test_a_resend_is_not_stopped_by_the_copy_it_stands_for(database: Database, mailing_id: UUID) -> None:
    with database.transaction() as session:
        cap = FrequencyCap(
            name="once",
            department="*",
            channels=[],
            copies=1,
            days=7,
            exempt_kinds=[],
            over="suppress",
            added_by="mia",
            added_at=now(),
        )
        session.add(cap)
    again = resend(database, mailing_id)
    with database.transaction() as session:
        people = audience.due(session, again, channel="email", size=10)
        assert len(admit(session, again, people, at=now()).admitted) == 2


def test_a_cancelled_mailing_and_one_of_another_department_send_nothing_again(
    database: Database, mailing_id: UUID
) -> None:
    with pytest.raises(NotFound), database.transaction(STRANGER) as session:
        resends.resend(session, STRANGER, mailing_id=mailing_id, reason="x")
    fresh = a_mailing(database, [a_card()])
    with database.transaction(MIA) as session:
        course.cancel(session, MIA, mailing_id=fresh, reason="")
    with pytest.raises(Conflict):
        resend(database, fresh)


def test_a_resend_stands_still_with_its_campaign(database: Database, mailing_id: UUID) -> None:
    with database.transaction() as session:
        campaign_id = session.get_one(Mailing, mailing_id).campaign_id
        course.follow_campaign(session, campaign_id, "paused", by="ada")
    assert mailing_of(database, resend(database, mailing_id)).state == "paused"
