"""Providers call with receipts, bounces and complaints; a call that they did not sign changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import requests
from sqlalchemy import select

from chassis.database import Database
from services.outreach.channels.sms.model import inbound_sms, sms_receipts
from services.outreach.mailings.model import Delivery
from services.outreach.service import OutreachService
from services.outreach.suppressions.model import Suppression
from services.outreach.webhooks import providers
from services.outreach.webhooks.call import Forged
from services.outreach.webhooks.ses import Ses, fetch, news_of
from tests.harness.databases import SqliteFiles
from tests.harness.people import person
from tests.harness.serving import Client, serve
from tests.services.outreach.builders import LINK_KEY, MIA, a_card, a_mailing, deliveries_of
from tests.services.outreach.conftest import Served
from tests.services.outreach.webhooks import signing
from tests.services.outreach.webhooks.signing import SendGridKey, Signed, SnsKey

ROOT = person("root", "administrator")
REAL_CALLS = Path(__file__).parents[4].parent / "shared" / "data" / "webhooks"


@dataclass(frozen=True)
class Hooks:
    """A served outreach with every provider set up, and one mail on its way."""

    client: Client
    database: Database
    delivery_id: UUID
    sendgrid: SendGridKey

    @property
    def message_id(self) -> str:
        return f"<{self.delivery_id.hex}@example.com>"

    def call(self, provider: str, signed: Signed) -> requests.Response:
        headers, body = signed
        return self.client.post(f"/webhooks/{provider}", data=body, headers=headers)

    @property
    def heard(self) -> tuple[str | None, str | None]:
        with self.database.reading() as session:
            delivery = session.get_one(Delivery, self.delivery_id)
            return delivery.feedback, delivery.feedback_reason

    @property
    def stopped(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(Suppression.reason)))

    @property
    def strays(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.get("/webhook-strays", as_=ROOT).json()["items"]
        return items


@pytest.fixture(scope="module")
def amazon() -> SnsKey:
    return SnsKey()


@pytest.fixture(scope="module")
def sendgrid() -> SendGridKey:
    return SendGridKey()


@pytest.fixture
def sns(amazon: SnsKey, monkeypatch: pytest.MonkeyPatch) -> SnsKey:
    """Amazon's key, whose certificate nobody has asked for yet."""
    amazon.asked.clear()
    providers.adapters.cache_clear()
    monkeypatch.setattr(providers, "Ses", lambda topics: Ses(topics, get=amazon.get))
    return amazon


@pytest.fixture(scope="module")
def running(sqlite_files: SqliteFiles, sendgrid: SendGridKey) -> Iterator[Served]:
    url = f"sqlite:///{sqlite_files.migrated('outreach')}"
    database = Database(url, service="outreach")
    settings = {
        "link_key": LINK_KEY,
        "public_url": signing.PUBLIC,
        "webhook_ses_topics": signing.TOPIC,
        "webhook_sendgrid_key": sendgrid.public,
        "webhook_postmark_secret": signing.POSTMARK,
        "webhook_mailgun_key": signing.MAILGUN,
        "webhook_twilio_token": signing.TWILIO,
    }
    with serve(OutreachService, url, **settings) as client:
        yield Served(client, database)
    database.close()


@pytest.fixture
def hooks(served: Served, sns: SnsKey, sendgrid: SendGridKey) -> Hooks:
    mailing_id = a_mailing(served.database, [a_card()])
    (delivery,) = deliveries_of(served.database, mailing_id).values()
    return Hooks(served.client, served.database, delivery.id, sendgrid)


def bounce(message_id: str, *, answer: str = "550 5.1.1 user unknown") -> dict[str, Any]:
    """A bounce as SES tells it."""
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [
                {"emailAddress": "x@example.org", "status": answer[4:9], "diagnosticCode": f"smtp; {answer}"}
            ],
            "timestamp": "2026-11-21T10:00:00.000Z",
        },
        "mail": {"messageId": "0101", "headers": [{"name": "Message-ID", "value": message_id}]},
    }


def bounces(sendgrid: SendGridKey, sns: SnsKey) -> dict[str, Callable[[str], Signed]]:
    """By provider, how it tells that the mail with a Message-ID bounced."""
    answer = "550 5.1.1 user unknown"
    return {
        "ses": lambda own: sns.sign(bounce(own)),
        "sendgrid": lambda own: sendgrid.sign(
            [
                {
                    "event": "bounce",
                    "smtp-id": own,
                    "reason": answer,
                    "status": "5.1.1",
                    "timestamp": 1_795_000_000,
                }
            ]
        ),
        "postmark": lambda own: signing.postmark(
            {"RecordType": "Bounce", "Type": "HardBounce", "Metadata": {"delivery": own}, "Details": answer}
        ),
        "mailgun": lambda own: signing.mailgun(
            {
                "event": "failed",
                "severity": "permanent",
                "message": {"headers": {"message-id": own.strip("<>")}},
                "delivery-status": {"code": 550, "message": "5.1.1 user unknown"},
            }
        ),
    }


def test_a_bounce_told_by_each_provider_suppresses_the_contact(hooks: Hooks, sns: SnsKey) -> None:
    for provider, signed in bounces(hooks.sendgrid, sns).items():
        mailing_id = a_mailing(hooks.database, [a_card()])
        (delivery,) = deliveries_of(hooks.database, mailing_id).values()
        assert hooks.call(provider, signed(f"<{delivery.id.hex}@example.com>")).status_code == 204, provider
        with hooks.database.reading() as session:
            copy = session.get_one(Delivery, delivery.id)
            assert (copy.feedback, copy.feedback_reason) == ("bounced_hard", "unknown_user"), provider
    assert hooks.stopped == ["bounced"] * 4


def test_the_same_call_again_changes_nothing(hooks: Hooks, sns: SnsKey) -> None:
    signed = sns.sign(bounce(hooks.message_id))
    hooks.call("ses", signed)
    hooks.call("ses", signed)
    assert hooks.stopped == ["bounced"]
    assert len(sns.asked) == 1


def test_a_full_mailbox_is_no_reason_to_give_an_address_up(hooks: Hooks, sns: SnsKey) -> None:
    hooks.call("ses", sns.sign(bounce(hooks.message_id, answer="552 5.2.2 mailbox is full")))
    assert hooks.heard == ("bounced_soft", "mailbox_full")
    assert hooks.stopped == []


def test_a_complaint_weighs_more_than_the_receipt(hooks: Hooks) -> None:
    own = {"smtp-id": hooks.message_id, "timestamp": 1_795_000_000}
    hooks.call(
        "sendgrid", hooks.sendgrid.sign([{**own, "event": "delivered"}, {**own, "event": "spamreport"}])
    )
    assert hooks.heard[0] == "complained"


def test_unsubscribing_at_the_provider_counts_here(hooks: Hooks) -> None:
    hooks.call(
        "mailgun",
        signing.mailgun({"event": "unsubscribed", "message": {"headers": {"message-id": hooks.message_id}}}),
    )
    assert hooks.stopped == ["unsubscribed"]


def test_news_of_a_mail_that_is_not_ours_is_kept_for_people(hooks: Hooks, sns: SnsKey) -> None:
    assert hooks.call("ses", sns.sign(bounce("<somebody-else@example.com>"))).status_code == 204
    (stray,) = hooks.strays
    assert (stray["provider"], stray["kind"], stray["address"]) == ("ses", "bounced", "x@example.org")
    assert hooks.client.get("/webhook-strays", as_=MIA).json()["items"] == []


@pytest.mark.parametrize("provider", ["ses", "sendgrid", "postmark", "mailgun", "twilio"])
def test_a_call_that_is_not_signed_is_refused_and_changes_nothing(hooks: Hooks, provider: str) -> None:
    body = msgspec.json.encode(bounce(hooks.message_id))
    assert hooks.call(provider, ({}, body)).status_code == 403
    assert hooks.heard == (None, None)
    assert hooks.strays == []


def test_a_signed_call_that_was_changed_is_refused(hooks: Hooks, sns: SnsKey) -> None:
    headers, body = hooks.sendgrid.sign([{"event": "spamreport", "smtp-id": hooks.message_id}])
    assert hooks.call("sendgrid", (headers, body + b" ")).status_code == 403
    headers, body = sns.sign(bounce(hooks.message_id))
    assert hooks.call("ses", (headers, body.replace(b"unknown", b"unknowN"))).status_code == 403
    headers, body = signing.twilio({"MessageSid": "SM1", "MessageStatus": "delivered"})
    assert hooks.call("twilio", (headers, body + b"&x=1")).status_code == 403


def test_a_call_that_was_recorded_long_ago_is_refused(hooks: Hooks) -> None:
    event = [{"event": "spamreport", "smtp-id": hooks.message_id}]
    assert hooks.call("sendgrid", hooks.sendgrid.sign(event, age=3600)).status_code == 403
    assert hooks.call("mailgun", signing.mailgun({"event": "complained"}, age=3600)).status_code == 403


def test_a_topic_or_a_certificate_of_somebody_else_is_refused(hooks: Hooks, sns: SnsKey) -> None:
    foreign = sns.sign(bounce(hooks.message_id), TopicArn="arn:aws:sns:eu-west-1:999999999999:x")
    assert hooks.call("ses", foreign).status_code == 403
    assert sns.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "https://user@sns.eu-west-1.amazonaws.com/x.pem",
        "https://169.254.169.254/latest",
    ],
)
def test_a_certificate_is_fetched_from_amazon_alone(url: str) -> None:
    with pytest.raises(Forged):
        fetch(url)


def test_a_subscription_to_our_topic_is_confirmed(hooks: Hooks, sns: SnsKey) -> None:
    assert hooks.call("ses", sns.sign("please confirm", kind="SubscriptionConfirmation")).status_code == 204
    assert sns.asked[-1].endswith("Action=ConfirmSubscription")


def test_what_twilio_tells_of_an_sms_is_kept(hooks: Hooks) -> None:
    hooks.call(
        "twilio", signing.twilio({"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+4940123456"})
    )
    hooks.call(
        "twilio",
        signing.twilio(
            {"MessageSid": "SM2", "SmsStatus": "received", "From": "+4940123456", "To": "+49", "Body": "STOP"}
        ),
    )
    with hooks.database.reading() as session:
        assert len(session.execute(select(sms_receipts)).all()) == 1
        assert len(session.execute(select(inbound_sms)).all()) == 1


def test_a_provider_that_is_not_set_up_is_not_there(hooks: Hooks) -> None:
    assert hooks.call("sparkpost", ({}, b"{}")).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"null", b'{"Type":"Notification"}'])
def test_a_body_that_makes_no_sense_is_refused(hooks: Hooks, body: bytes) -> None:
    for provider in ("ses", "sendgrid", "mailgun"):
        assert hooks.call(provider, ({}, body)).status_code in (400, 403)


@pytest.mark.skipif(not REAL_CALLS.is_dir(), reason="../shared/data is not here")
def test_real_notifications_of_ses_are_understood() -> None:
    kinds = []
    for file in sorted(REAL_CALLS.glob("*/json-amazonses-*.json")):
        record = msgspec.json.decode(file.read_bytes())
        if "Message" in record:
            record = msgspec.json.decode(record["Message"].encode())
        kinds += [(news.kind, bool(news.address), news.final) for news in news_of(record)]
    assert kinds.count(("bounced", True, True)) == 3
    assert {kind for kind, _, _ in kinds} == {"bounced", "complained", "delivered"}
