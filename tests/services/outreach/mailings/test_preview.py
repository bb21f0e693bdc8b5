"""Before a wave is released: who would get no copy and why, and whom other campaigns reach now."""

from typing import Any

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Forbidden
from chassis.ids import new_id
from contracts.lead import Consent, ContactCard
from services.outreach.limits.model import FrequencyCap
from services.outreach.mailings import audience, leases
from services.outreach.mailings.admission import admit
from services.outreach.mailings.preview import audience_preview
from services.outreach.suppressions.actions import suppress_by_hand
from tests.services.outreach.builders import (
    ANNA,
    MIA,
    DatabaseOf,
    a_card,
    a_mailing,
    know,
    mailing_of,
    settings,
)
from tests.services.outreach.conftest import Served


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def preview(database: Database, *cards: ContactCard, **changes: Any) -> dict[str, Any]:
    plain = {"channel": "email", "department": "north", "contact_ids": [card.contact_id for card in cards]}
    with database.reading() as session:
        return audience_preview(session, ANNA, settings(), **{**plain, **changes})


def excluded(found: dict[str, Any]) -> dict[str, int]:
    return {one["reason"]: one["contacts"] for one in found["excluded"]}


def test_each_reason_is_told_with_how_many_it_concerns(database: Database) -> None:
    fine, stopped = a_card(), a_card()
    nobody, foreign = a_card(), a_card(department="south")
    others = [a_card(consents=[]), a_card(consents=[]), a_card(email=None), a_card(email="lin@nowhere")]
    know(database, fine, stopped, foreign, *others)
    with database.transaction(MIA) as session:
        suppress_by_hand(session, MIA, contact_id=stopped.contact_id, channel="email")
    found = preview(database, fine, stopped, nobody, foreign, *others)
    assert (found["contacts"], found["reachable"]) == (8, 1)
    assert excluded(found) == {
        "manual": 1,
        "unknown_contact": 2,
        "no_consent": 2,
        "no_address": 1,
        "bad_address": 1,
    }


def test_a_number_that_is_none_is_a_bad_address_of_a_text_message(database: Database) -> None:
    texts = [Consent(channel="sms", granted=True)]
    good, bad = a_card(phone="+4915112345678", consents=texts), a_card(phone="call me", consents=texts)
    know(database, good, bad)
    assert excluded(preview(database, good, bad, channel="sms")) == {"bad_address": 1}


def test_a_contact_that_is_named_twice_counts_once(database: Database) -> None:
    card = a_card()
    know(database, card)
    assert preview(database, card, card)["contacts"] == 1


@pytest.mark.parametrize("over", ["suppress", "postpone"])
def test_whoever_is_over_a_cap_is_told_of(database: Database, over: str) -> None:
    card, other = a_card(), a_card()
    know(database, other)
    mailing_id = a_mailing(database, [card])
    with database.transaction() as session:
        cap = FrequencyCap(
            name="once",
            department="north",
            channels=[],
            copies=1,
            days=7,
            exempt_kinds=[],
            over=over,
            added_by="mia",
            added_at=now(),
        )
        session.add(cap)
        people = audience.due(session, mailing_id, channel="email", size=10)
        admit(session, mailing_id, people, at=now())
        lease = leases.open_lease(session, mailing_id, seconds=60)
        leases.hold(session, lease, [one.delivery_id for one in people])
    found = preview(database, card, other)
    expected = (1, 0, {"frequency_cap": 1}) if over == "suppress" else (2, 1, {})
    assert (found["reachable"], found["postponed"], excluded(found)) == expected


def test_campaigns_that_are_under_way_to_the_same_people_are_named(database: Database) -> None:
    cards = [a_card() for _ in range(4)]
    here = a_mailing(database, cards[:3], campaign_code="HERE")
    a_mailing(database, cards[:2], campaign_code="THERE")
    a_mailing(database, cards, department="south", campaign_code="SECRET")
    found = preview(database, *cards)["overlaps"]
    assert [(one["campaign_code"], one["contacts"]) for one in found] == [("HERE", 3), ("THERE", 2)]
    own = mailing_of(database, here).campaign_id
    found = preview(database, *cards, campaign_id=own)["overlaps"]
    assert [one["campaign_code"] for one in found] == ["THERE"]


def test_a_preview_for_a_foreign_department_is_refused(database: Database) -> None:
    with pytest.raises(Forbidden):
        preview(database, a_card(), department="south")


def test_a_preview_is_asked_for_over_http(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    body = {"channel": "email", "department": "north", "contact_ids": [str(card.contact_id), str(new_id())]}
    answer = served.client.post("/audience-previews", as_=ANNA, json=body)
    assert answer.status_code == 200
    assert answer.json() == {
        "contacts": 2,
        "reachable": 1,
        "postponed": 0,
        "excluded": [{"reason": "unknown_contact", "contacts": 1}],
        "overlaps": [],
    }
    wrong = served.client.post("/audience-previews", as_=ANNA, json={**body, "contact_ids": []})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "contact_ids")
