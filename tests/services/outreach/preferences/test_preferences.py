"""Recipients choose how they are reached, at once and for good; looking changes nothing."""

from uuid import UUID

import pytest
import requests

from chassis.auth import Actor
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.outreach.links.queries import Origin
from services.outreach.links.tokens import Link, Signer
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.preferences.actions import choose
from services.outreach.suppressions.actions import Grounds, suppress
from services.outreach.suppressions.queries import of_contact
from tests.harness.browser import Browser
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    LINK_KEY,
    MIA,
    a_card,
    a_mailing,
    consents,
    deliveries_of,
    know,
    published,
)
from tests.services.outreach.conftest import Served


class Recipient:
    """Somebody who may be reached by mail and SMS, with a mail in their hands."""

    def __init__(self, served: Served) -> None:
        self.served = served
        card = a_card(phone="+4940123456", consents=consents(email=True, sms=True))
        mailing_id = a_mailing(served.database, [card])
        (delivery,) = deliveries_of(served.database, mailing_id).values()
        self.card = card
        self.id: UUID = card.contact_id
        self.path = f"/r/{Signer(LINK_KEY).token('r', delivery.id)}"

    def choose(self, *channels: str) -> requests.Response:
        return self.served.client.post(self.path, data={"channel": list(channels), "": ""})

    @property
    def stopped(self) -> dict[str, str]:
        with self.served.database.reading() as session:
            return {one.channel: one.reason for one in of_contact(session, self.id)}


@pytest.fixture
def recipient(served: Served) -> Recipient:
    return Recipient(served)


def test_the_page_shows_what_holds_and_changes_nothing(recipient: Recipient) -> None:
    page = recipient.served.client.get(recipient.path)
    assert page.status_code == 200
    assert page.text.count("checked") == 2 and "Letter" not in page.text
    assert recipient.stopped == {}


def test_a_channel_that_is_not_chosen_is_stopped_at_once(recipient: Recipient) -> None:
    saved = recipient.choose("sms")
    assert "Saved" in saved.text and saved.text.count("checked") == 1
    assert recipient.stopped == {"email": "unsubscribed"}


def test_a_channel_that_was_stopped_here_can_be_started_again(recipient: Recipient) -> None:
    recipient.choose("sms")
    recipient.choose("sms", "email")
    assert recipient.stopped == {}


def test_every_change_is_told_once_and_says_that_it_was_the_contact(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach")
    card = a_card(phone="+4940123456", consents=consents(email=True, sms=True))
    mailing_id = a_mailing(database, [card])
    (delivery,) = deliveries_of(database, mailing_id).values()
    for wanted in (["sms"], ["sms"], ["sms", "email"], ["sms", "email"]):
        with database.transaction() as session:
            mailing = session.get_one(Mailing, mailing_id)
            held = session.get_one(Delivery, delivery.id)
            origin = Origin(Link("r", delivery.id), held, mailing)
            choose(session, Actor.anonymous(), origin, wanted=wanted)
    (added,) = published(database, SuppressionAdded)
    (removed,) = published(database, SuppressionRemoved)
    assert (added.channel, added.reason, added.contact_id) == ("email", "unsubscribed", card.contact_id)
    assert (removed.channel, removed.removed_by, removed.contact_id) == ("email", "contact", card.contact_id)


def test_what_was_stopped_for_another_reason_stays_so(recipient: Recipient) -> None:
    database = recipient.served.database
    with database.transaction(MIA) as session:
        grounds = Grounds(reason="complained", department="north")
        suppress(session, MIA, contact_id=recipient.id, channel="email", grounds=grounds)
    page = recipient.choose("email", "sms")
    assert "please ask us" in page.text
    assert recipient.stopped == {"email": "complained"}


def test_a_channel_without_consent_is_not_offered(recipient: Recipient) -> None:
    changed = {"contact_id": recipient.id, "version": 2, "phone": "+4940123456"}
    know(recipient.served.database, a_card(**changed, consents=consents(email=True, sms=False)))
    assert "SMS" not in recipient.served.client.get(recipient.path).text
    recipient.choose("email", "sms")
    assert recipient.stopped == {}


def test_a_token_of_another_kind_or_key_opens_nothing(recipient: Recipient) -> None:
    token = recipient.path.removeprefix("/r/")
    assert recipient.served.client.get(f"/r/{token[:-2]}xx").status_code == 404
    assert recipient.served.client.post(f"/u/{token}", data={}).status_code == 404


def test_the_page_is_used_by_keyboard_and_has_no_barriers(recipient: Recipient, browser: Browser) -> None:
    browser.open(f"{recipient.served.client.base_url}{recipient.path}")
    assert browser.barriers() == []
    browser.press("Tab", "Space", "Tab", "Tab", "Enter")
    browser.wait_for("[role=status]", "Saved. It holds from now on.")
    assert recipient.stopped == {"email": "unsubscribed"}
