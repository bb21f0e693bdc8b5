"""What outreach hands out about a person, what is left of one who is erased, and that they stay unmailed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from contracts.lead import PrivacyRequested
from contracts.outreach import OutreachAnswered, SuppressionAdded
from services.outreach.contacts.model import ContactPoint
from services.outreach.mailings.model import Delivery
from services.outreach.privacy.actions import answer
from services.outreach.privacy.erasing import digest_of, stop_erased
from services.outreach.privacy.model import ErasedAddress
from services.outreach.suppressions.actions import Grounds, suppress
from services.outreach.suppressions.model import SuppressedAddress, Suppression
from tests.services.outreach.builders import (
    LINK_KEY,
    a_card,
    a_mailing,
    consents,
    deliveries_of,
    know,
    published,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OUTREACH = Actor.system("outreach")


def asked(contact_id: UUID, kind: Any) -> PrivacyRequested:
    return PrivacyRequested(
        request_id=new_id(),
        kind=kind,
        department="north",
        contact_ids=[contact_id],
        requested_by="mia",
        requested_at=NOON,
        due_at=NOON,
    )


def hear(database: Database, event: PrivacyRequested) -> None:
    with database.transaction(OUTREACH) as session:
        answer(session, event, key=LINK_KEY)


def suppressed(database: Database, contact_id: UUID) -> None:
    """The contact unsubscribed, and its number was on a list before anybody knew it."""
    with database.transaction(OUTREACH) as session:
        grounds = Grounds(reason="unsubscribed", department="north", note="ann wrote to us")
        suppress(session, OUTREACH, contact_id=contact_id, channel="email", grounds=grounds)
        listed = {"department": "north", "channel": "sms", "address": "+4915112345678"}
        session.add(SuppressedAddress(**listed, note="", added_by="mia", added_at=NOON))


def test_a_person_gets_addresses_and_copies_and_is_erased(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("outreach")
    ann = a_card(email="ann@shop.de", phone="+4915112345678", consents=consents(email=True, sms=True))
    mailing_id = a_mailing(database, [ann])
    with database.transaction() as session:
        session.execute(
            update(Delivery).values(state="failed", reason="no ann@shop.de here", answer="550 ann")
        )
    suppressed(database, ann.contact_id)
    hear(database, asked(ann.contact_id, "export"))
    (told,) = published(database, OutreachAnswered)
    held = {one.kind: one.fields for one in told.records}
    assert held["address"]["email"] == "ann@shop.de"
    assert held["suppression"]["note"] == "ann wrote to us"
    assert held["copy"]["answer"] == "550 ann"
    erasing = asked(ann.contact_id, "erasure")
    for _ in range(2):
        hear(database, erasing)
    assert [one.erased for one in published(database, OutreachAnswered)] == [0, 3]
    copy = deliveries_of(database, mailing_id)[ann.contact_id]
    assert (copy.state, copy.reason, copy.answer) == ("failed", "", "")
    with database.reading() as session:
        point = session.get_one(ContactPoint, ann.contact_id)
        assert (point.email, point.phone, point.given_name, point.consents) == (None, None, "", {})
        assert session.scalars(select(Suppression.note)).all() == [""]
        assert session.scalars(select(SuppressedAddress.address)).all() == []
        digest = digest_of(("north", "email", "ann@shop.de"), key=LINK_KEY)
        assert digest in session.scalars(select(ErasedAddress.digest)).all()


def test_a_request_waits_for_contacts_that_are_on_their_way(database_of: Callable[[str], Database]) -> None:
    database = database_of("outreach")
    ann = a_card()
    with pytest.raises(NotYet):
        hear(database, asked(ann.contact_id, "export"))
    know(database, ann)
    hear(database, asked(ann.contact_id, "export"))
    assert [one.held for one in published(database, OutreachAnswered)] == [1]


def test_whoever_comes_back_with_an_erased_address_is_suppressed(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("outreach")
    ann = a_card(email="ann@shop.de", consents=consents(email=True))
    know(database, ann)
    hear(database, asked(ann.contact_id, "erasure"))
    back = a_card(email="Ann@Shop.de", consents=consents(email=True))
    other = a_card(email="bob@shop.de", consents=consents(email=True))
    know(database, back, other)
    with database.transaction(OUTREACH) as session:
        assert stop_erased(session, [back, other], key=LINK_KEY) == 1
    stopped = published(database, SuppressionAdded)[-1]
    assert (stopped.contact_id, stopped.channel) == (back.contact_id, "email")
