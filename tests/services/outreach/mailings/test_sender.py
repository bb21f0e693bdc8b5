"""The sender as a process of its own, against real mail servers."""

from email.message import EmailMessage
from functools import partial
from html.parser import HTMLParser
from uuid import UUID

from chassis.database import Database
from contracts.outreach import MailingFinished, MailingOutcomes
from fanfare.local.mailsink import MailSink
from fanfare.local.process import Child, wait_until
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.links.tokens import Kind, Link, Signer
from services.outreach.mailings.model import Delivery
from services.outreach.suppressions.actions import suppress_by_hand
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    LINK_KEY,
    MIA,
    STRANGER,
    DatabaseOf,
    a_card,
    a_mailing,
    a_template,
    a_wave,
    arrive,
    consents,
    deliveries_of,
    know,
    mailing_of,
    pages_of,
    published,
    release,
)
from tests.services.outreach.senders import StartSender, TroubledServer


def finish(
    database: Database, mailing_id: UUID, *, sender: Child, seconds: float = 40
) -> dict[UUID, Delivery]:
    """Wait for the end of a mailing. Returns its deliveries by contact."""
    ended = wait_until(lambda: mailing_of(database, mailing_id).finished_at is not None, seconds=seconds)
    assert ended, sender.tail()
    return deliveries_of(database, mailing_id)


class Hrefs(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "href" and value]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_each_target_gets_one_mail_of_their_own(
    database_of: DatabaseOf, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = database_of("outreach")
    cards = [a_card(given_name=f"N{number}", company=f"Firm & {number}") for number in range(25)]
    mailing_id = a_mailing(database, cards)
    deliveries = finish(
        database, mailing_id, sender=start_sender(database, smtp_url=mail_sink.url, send_batch=10)
    )
    messages = {str(message["Delivered-To"]): message for message in mail_sink.messages()}
    assert mail_sink.count() == len(messages) == 25
    for card in cards:
        message, delivery = messages[card.email or ""], deliveries[card.contact_id]
        assert (delivery.state, delivery.answer) == ("accepted", "250 Kept")
        assert message["Subject"] == f"News for {card.company}"
        assert f"Dear {card.given_name} of {card.company}," in part(message, "plain")
        assert message["Message-ID"] == f"<{delivery.id.hex}@example.com>"
        return_path = ReturnPaths(key=LINK_KEY, address="bounce@example.com").address_of(delivery.id)
        assert message["Return-Path"] == f"<{return_path}>"


def test_the_links_of_a_mail_belong_to_its_delivery(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    mailing_id = a_mailing(database, [a_card()])
    sender = start_sender(database, smtp_url=mail_sink.url)
    (delivery,) = finish(database, mailing_id, sender=sender).values()
    (message,) = mail_sink.messages()
    tokens = [address.removeprefix("https://mail.example/") for address in Hrefs(part(message, "html")).found]
    kinds: tuple[Kind, ...] = ("c", "f", "u")
    links = [Signer(LINK_KEY).read(kind, token[2:]) for kind, token in zip(kinds, tokens, strict=True)]
    assert links == [Link(kind, delivery.id) for kind in kinds]
    assert message["List-Unsubscribe"].startswith(f"<https://mail.example/{tokens[2]}>, <mailto:bounce+")
    assert all(f"https://mail.example/{token}" in part(message, "plain") for token in tokens)


def test_every_outcome_is_reported_once_and_the_mailing_ends_last(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    cards = [a_card() for _ in range(30)] + [a_card(consents=[]) for _ in range(3)]
    mailing_id = a_mailing(database, cards)
    finish(database, mailing_id, sender=start_sender(database, smtp_url=mail_sink.url, send_batch=7))
    outcomes = [one for page in published(database, MailingOutcomes) for one in page.outcomes]
    assert sorted(one.contact_id for one in outcomes) == sorted(card.contact_id for card in cards)
    (finished,) = published(database, MailingFinished)
    assert (finished.recipients, finished.accepted, finished.suppressed) == (33, 30, 3)
    assert (finished.failed, finished.uncertain) == (0, 0)


def test_who_must_not_or_cannot_be_mailed_is_not_and_the_reason_is_kept(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    fine, stopped = a_card(), a_card()
    no_consent, withdrawn = a_card(consents=[]), a_card(consents=consents(email=False, sms=True))
    no_address, bad_address = a_card(email=None), a_card(email="lin@nowhere")
    cards = [fine, stopped, no_consent, withdrawn, no_address, bad_address]
    mailing_id = a_mailing(database, cards)
    with database.transaction(MIA) as session:
        suppress_by_hand(session, MIA, contact_id=stopped.contact_id, channel="email")
    deliveries = finish(database, mailing_id, sender=start_sender(database, smtp_url=mail_sink.url))
    ends = [(deliveries[card.contact_id].state, deliveries[card.contact_id].reason) for card in cards]
    assert ends == [
        ("accepted", ""),
        ("suppressed", "manual"),
        ("suppressed", "no_consent"),
        ("suppressed", "no_consent"),
        ("suppressed", "no_address"),
        ("failed", "bad_address"),
    ]
    assert [message["Delivered-To"] for message in mail_sink.messages()] == [fine.email]


def test_a_wave_without_its_template_fails_for_all_of_its_targets(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    southern = a_template(database, STRANGER, department="south")
    mailing_id = a_mailing(database, [a_card()], template_id=southern)
    deliveries = finish(database, mailing_id, sender=start_sender(database, smtp_url=mail_sink.url))
    assert [(one.state, one.reason) for one in deliveries.values()] == [("failed", "unknown_template")]


def test_nothing_is_sent_before_all_pages_came(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    cards = [a_card() for _ in range(4)]
    know(database, *cards)
    wave = a_wave(targets=4, pages=2, template_id=a_template(database))
    mailing_id = release(database, wave)
    first, second = pages_of(wave, [card.contact_id for card in cards])
    arrive(database, [first])
    other = a_mailing(database, [a_card()])
    sender = start_sender(database, smtp_url=mail_sink.url)
    finish(database, other, sender=sender)
    assert mail_sink.count() == 1
    arrive(database, [second])
    finish(database, mailing_id, sender=sender)
    assert mail_sink.count() == 5


def test_a_contact_that_arrives_late_is_waited_for(
    fresh_database: DatabaseFactory, start_sender: StartSender, mail_sink: MailSink
) -> None:
    database = fresh_database("outreach")
    sender = start_sender(database, smtp_url=mail_sink.url, contact_seconds=5)
    assert wait_until(lambda: '"working"' in sender.tail(), seconds=40), sender.tail()
    late, never = a_card(), a_card()
    wave = a_wave(targets=2, pages=1, template_id=a_template(database))
    mailing_id = release(database, wave)
    arrive(database, pages_of(wave, [late.contact_id, never.contact_id]))
    assert wait_until(lambda: was_put_off(database, mailing_id), seconds=4), sender.tail()
    know(database, late)
    deliveries = finish(database, mailing_id, sender=sender)
    assert deliveries[late.contact_id].state == "accepted"
    never_known = deliveries[never.contact_id]
    assert (never_known.state, never_known.reason) == ("failed", "unknown_contact")


def was_put_off(database: Database, mailing_id: UUID) -> bool:
    """Whether all deliveries of a mailing are queued for later than at first."""
    released_at = mailing_of(database, mailing_id).released_at
    deliveries = deliveries_of(database, mailing_id).values()
    return all(one.state == "queued" and one.due_at > released_at for one in deliveries)


def test_each_trouble_of_a_mail_server_ends_in_one_named_state(
    database_of: DatabaseOf, start_sender: StartSender, troubled: TroubledServer
) -> None:
    database = database_of("outreach")
    moods = ["fine", "defer", "again", "refuse", "late", "hangup", "cut", "busy", "vanish"]
    cards = {mood: [a_card(email=f"{mood}-{number}@example.org") for number in range(3)] for mood in moods}
    mailing_id = a_mailing(database, [card for group in cards.values() for card in group])
    sender = start_sender(database, smtp_url=troubled.url, send_tries=3)
    deliveries = finish(database, mailing_id, sender=sender)
    ends = {mood: {deliveries[card.contact_id].state for card in group} for mood, group in cards.items()}
    assert ends == {
        "fine": {"accepted"},
        "defer": {"failed"},
        "again": {"accepted"},
        "refuse": {"failed"},
        "late": {"failed"},
        "hangup": {"accepted"},
        "cut": {"uncertain"},
        "busy": {"accepted"},
        "vanish": {"uncertain"},
    }
    got = ("fine", "again", "hangup", "busy", "vanish")
    assert troubled.arrived == {card.email: 1 for mood in got for card in cards[mood]}
    reasons = {deliveries[card.contact_id].reason for card in cards["refuse"]}
    assert reasons == {"550 5.1.1 no such user"}


def test_a_mail_server_that_is_away_is_waited_for(
    fresh_database: DatabaseFactory, start_sender: StartSender, troubled: TroubledServer
) -> None:
    database = fresh_database("outreach")
    troubled.process.kill()
    cards = [a_card() for _ in range(5)]
    mailing_id = a_mailing(database, cards)
    sender = start_sender(database, smtp_url=troubled.url)
    assert wait_until(lambda: "mail_server_unreachable" in sender.tail(), seconds=20)
    troubled.start()
    deliveries = finish(database, mailing_id, sender=sender)
    assert {(one.state, one.attempts) for one in deliveries.values()} == {("accepted", 0)}


def test_two_senders_share_a_mailing_and_nobody_gets_two(
    fresh_database: DatabaseFactory, start_sender: StartSender, troubled: TroubledServer
) -> None:
    database = fresh_database("outreach", "postgresql")
    cards = [a_card() for _ in range(300)]
    mailing_id = a_mailing(database, cards)
    senders = [start_sender(database, smtp_url=troubled.url, send_batch=10) for _ in range(2)]
    finish(database, mailing_id, sender=senders[0])
    assert troubled.arrived == {card.email: 1 for card in cards}


def test_senders_that_are_killed_lose_nobody_and_send_to_nobody_twice(
    fresh_database: DatabaseFactory, start_sender: StartSender, slow: TroubledServer
) -> None:
    database = fresh_database("outreach", "postgresql")
    cards = [a_card() for _ in range(240)]
    mailing_id = a_mailing(database, cards)
    settings = {"smtp_url": slow.url, "send_window": 20, "lease_seconds": 1, "smtp_connections": 3}
    for share in (20, 90, 150):
        sender = start_sender(database, **settings)
        assert wait_until(partial(slow.took, share), seconds=40, pause=0.003), sender.tail()
        sender.kill()
    deliveries = finish(database, mailing_id, sender=start_sender(database, **settings))
    assert max(slow.arrived.values()) == 1
    states = {card.email: deliveries[card.contact_id].state for card in cards}
    assert set(states.values()) <= {"accepted", "uncertain"}
    assert {email for email, state in states.items() if state == "accepted"} <= set(slow.arrived)
    lost = {email for email, state in states.items() if state != "uncertain"} - set(slow.arrived)
    assert lost == set()
    uncertain = [email for email, state in states.items() if state == "uncertain"]
    assert 1 <= len(uncertain) <= 60
    assert mailing_of(database, mailing_id).uncertain == len(uncertain)


def test_a_sender_that_is_asked_to_stop_leaves_nothing_uncertain(
    fresh_database: DatabaseFactory, start_sender: StartSender, slow: TroubledServer
) -> None:
    database = fresh_database("outreach")
    cards = [a_card() for _ in range(100)]
    mailing_id = a_mailing(database, cards)
    first = start_sender(database, smtp_url=slow.url, send_batch=20)
    assert wait_until(partial(slow.took, 30), seconds=40, pause=0.003), first.tail()
    assert first.stop(grace=20) == 0
    finish(database, mailing_id, sender=start_sender(database, smtp_url=slow.url))
    assert slow.arrived == {card.email: 1 for card in cards}
    assert mailing_of(database, mailing_id).accepted == 100
