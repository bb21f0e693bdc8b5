"""SMS through the whole sender, to a real SMS centre and back."""

from decimal import Decimal
from uuid import UUID

import pytest

from chassis.database import Database
from contracts.outreach import AnswerReceived, MailingFeedback, SuppressionAdded
from fanfare.local.process import Child, wait_until
from fanfare.local.smsc import Smsc
from services.outreach.links.tokens import Signer
from services.outreach.mailings.model import Delivery
from services.outreach.templates.actions import write_template
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    LINK_KEY,
    MIA,
    DatabaseOf,
    a_mailing,
    consents,
    deliveries_of,
    mailing_of,
    published,
)
from tests.services.outreach.channels.sms.texting import a_phone, heard, waiting_receipts
from tests.services.outreach.senders import StartSender

TEXT = "Dear {{ given_name }} of {{ company }}, our seminar opens on 12 May. Reply STOP to opt out."


def an_sms(database: Database, source: str = TEXT) -> UUID:
    """A published SMS template."""
    with database.transaction(MIA) as session:
        return write_template(session, MIA, name="Seminar", department="north", channel="sms", text=source).id


def finish(
    database: Database, mailing_id: UUID, *, sender: Child, seconds: float = 40
) -> dict[UUID, Delivery]:
    """Wait for the end of a mailing. Returns its deliveries by contact."""
    ended = wait_until(lambda: mailing_of(database, mailing_id).finished_at is not None, seconds=seconds)
    assert ended, sender.tail()
    return deliveries_of(database, mailing_id)


def test_each_contact_gets_one_sms_and_its_receipt_is_recorded(
    database_of: DatabaseOf, start_sender: StartSender, smsc: Smsc
) -> None:
    database = database_of("outreach")
    cards = [a_phone(number, given_name=f"N{number}", company="Firm [&]") for number in range(120)]
    mailing_id = a_mailing(database, cards, template_id=an_sms(database), channel="sms")
    sender = start_sender(database, smpp_url=smsc.url, send_batch=50, sms_price="0.07", sms_currency="EUR")
    deliveries = finish(database, mailing_id, sender=sender)
    taken = {f"+{one['to']}": one for one in smsc.taken()}
    assert smsc.state()["total"] == len(taken) == 120
    for number, card in enumerate(cards):
        delivery, part = deliveries[card.contact_id], taken[card.phone or ""]
        assert part["text"].startswith(f"Dear N{number} of Firm [&], our seminar")
        assert (delivery.state, delivery.provider_id) == ("accepted", str(part["id"]))
        assert (delivery.price, delivery.currency) == (Decimal("0.07"), "EUR")
    ids = [one.id for one in deliveries.values()]
    assert wait_until(lambda: all(heard(database, one)[0] == "delivered" for one in ids), seconds=20)
    assert sum(len(page.feedback) for page in published(database, MailingFeedback)) == 120
    assert waiting_receipts(database) == {}
    assert wait_until(lambda: smsc.state()["acked"] == 120, seconds=5)


def test_who_cannot_or_must_not_be_sent_sms_is_not_and_the_reason_is_kept(
    fresh_database: DatabaseFactory, start_sender: StartSender, smsc: Smsc
) -> None:
    database = fresh_database("outreach")
    smsc.behave(moods={"4915100000006": "refuse"})
    fine, china = a_phone(1), a_phone(2, phone="+8613800138000", language="zh")
    no_phone, bad, silent = (
        a_phone(3, phone=None),
        a_phone(4, phone="12"),
        a_phone(5, consents=consents(email=True)),
    )
    refused, long = a_phone(6), a_phone(7, given_name="退" * 250)
    cards = [fine, china, no_phone, bad, silent, refused, long]
    text = "Dear {{ given_name }}, our seminar opens on 12 May."
    mailing_id = a_mailing(database, cards, template_id=an_sms(database, text), channel="sms")
    deliveries = finish(database, mailing_id, sender=start_sender(database, smpp_url=smsc.url))
    ends = [(deliveries[card.contact_id].state, deliveries[card.contact_id].reason) for card in cards]
    assert ends == [
        ("accepted", ""),
        ("accepted", ""),
        ("suppressed", "no_address"),
        ("failed", "bad_address"),
        ("suppressed", "no_consent"),
        ("failed", "0x0000000b Invalid Destination Address"),
        ("failed", "too_many_parts"),
    ]
    texts = {one["to"]: one["text"] for one in smsc.taken()}
    assert texts["4915100000001"] == "Dear Lin, our seminar opens on 12 May."
    assert texts["8613800138000"] == "Dear Lin, our seminar opens on 12 May. 拒收请回复R"


def test_links_in_an_sms_are_short_and_lead_to_the_delivery(
    fresh_database: DatabaseFactory, start_sender: StartSender, smsc: Smsc
) -> None:
    database = fresh_database("outreach")
    text = "Our seminar: https://shop.example/seminar?x=1 Reply STOP to opt out."
    mailing_id = a_mailing(database, [a_phone()], template_id=an_sms(database, text), channel="sms")
    sender = start_sender(database, smpp_url=smsc.url)
    (delivery,) = finish(database, mailing_id, sender=sender).values()
    (part,) = smsc.taken()
    url = part["text"].split()[2]
    link = Signer(LINK_KEY).read("c", url.removeprefix("https://mail.example/c/"))
    assert link is not None
    assert link.delivery_id == delivery.id
    assert len(url) == len("https://mail.example/c/") + 34


def test_a_receipt_in_another_notation_that_comes_before_the_answer_is_not_lost(
    fresh_database: DatabaseFactory, start_sender: StartSender, smsc: Smsc
) -> None:
    database = fresh_database("outreach")
    smsc.behave(ids="hex", receipts="dec", moods={"4915100000001": "early_receipt"})
    mailing_id = a_mailing(database, [a_phone()], template_id=an_sms(database), channel="sms")
    sender = start_sender(database, smpp_url=smsc.url)
    (delivery,) = finish(database, mailing_id, sender=sender).values()
    assert wait_until(lambda: heard(database, delivery.id)[0] == "delivered", seconds=20), sender.tail()


def test_stop_and_answers_come_in_over_the_session_that_waits(
    database_of: DatabaseOf, start_sender: StartSender, smsc: Smsc
) -> None:
    database = database_of("outreach")
    cards = [a_phone(1), a_phone(2)]
    mailing_id = a_mailing(database, cards, template_id=an_sms(database), channel="sms")
    sender = start_sender(database, smpp_url=smsc.url)
    finish(database, mailing_id, sender=sender)
    smsc.deliver(source_addr="4915100000001", destination_addr="86101", short_message="Stop")
    smsc.deliver(source_addr="4915100000002", destination_addr="86101", hex="53c252a0", data_coding=8)
    assert wait_until(lambda: len(published(database, AnswerReceived)) == 1, seconds=20), sender.tail()
    assert wait_until(lambda: len(published(database, SuppressionAdded)) == 1, seconds=20), sender.tail()
    assert published(database, SuppressionAdded)[0].contact_id == cards[0].contact_id
    assert published(database, AnswerReceived)[0].note == "参加"
    again = a_mailing(database, cards, template_id=an_sms(database), channel="sms")
    deliveries = finish(database, again, sender=sender)
    assert deliveries[cards[0].contact_id].reason == "unsubscribed"
    assert deliveries[cards[1].contact_id].state == "accepted"


def test_a_session_that_is_ended_or_cut_while_nothing_is_sent_comes_back(
    fresh_database: DatabaseFactory, start_sender: StartSender, smsc: Smsc
) -> None:
    database = fresh_database("outreach")
    sender = start_sender(database, smpp_url=smsc.url, smpp_quiet_seconds=1)
    assert wait_until(lambda: smsc.state()["bound"] == 1, seconds=40), sender.tail()
    for binds, way in enumerate(("unbind", "cut"), start=2):
        smsc.order(way)
        assert wait_until(lambda binds=binds: smsc.state()["binds"] == binds, seconds=40), sender.tail()  # type: ignore[misc]
    mailing_id = a_mailing(database, [a_phone()], template_id=an_sms(database), channel="sms")
    (delivery,) = finish(database, mailing_id, sender=sender).values()
    assert delivery.state == "accepted"


def test_sms_waves_fail_where_no_way_is_set_up(
    fresh_database: DatabaseFactory, start_sender: StartSender
) -> None:
    database = fresh_database("outreach")
    mailing_id = a_mailing(database, [a_phone()], template_id=an_sms(database), channel="sms")
    (delivery,) = finish(database, mailing_id, sender=start_sender(database)).values()
    assert (delivery.state, delivery.reason) == ("failed", "channel_unavailable")


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_twenty_cuts_of_the_session_lose_and_double_nothing(
    fresh_database: DatabaseFactory, start_sender: StartSender, smsc: Smsc
) -> None:
    database = fresh_database("outreach", "postgresql")
    cards = [a_phone(number) for number in range(1000)]
    mailing_id = a_mailing(database, cards, template_id=an_sms(database), channel="sms")
    smsc.behave(cuts=20, cut_within=20)
    sender = start_sender(database, smpp_url=smsc.url, smpp_window=20)
    deliveries = finish(database, mailing_id, sender=sender, seconds=110)
    counts = {f"+{number}": times for number, times in smsc.counts().items()}
    states = {card.phone: deliveries[card.contact_id].state for card in cards}
    assert smsc.state()["cuts"] == 20
    assert set(states.values()) <= {"accepted", "uncertain"}
    assert [number for number, state in states.items() if state == "accepted" and number not in counts] == []
    assert [number for number, times in counts.items() if times > 1] == []
    mailing = mailing_of(database, mailing_id)
    assert mailing.uncertain == sum(state == "uncertain" for state in states.values())
    assert mailing.accepted + mailing.uncertain == 1000
