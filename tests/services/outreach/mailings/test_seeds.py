"""Test sends go to addresses of our own, are marked, and count nowhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.database import Database
from fanfare.local.mailsink import MailSink
from fanfare.local.process import wait_until
from services.outreach.mailings.model import SeedSend
from services.outreach.mailings.seeds import SeedSender, is_internal
from tests.services.outreach.builders import (
    ANNA,
    MIA,
    OTTO,
    STRANGER,
    DatabaseOf,
    a_card,
    a_mailing,
    a_template,
    know,
    mailing_of,
    settings,
)
from tests.services.outreach.conftest import Served
from tests.services.outreach.senders import StartSender


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def asked(database: Database, template_id: UUID, **changes: Any) -> UUID:
    """A test send as it stands in the database."""
    plain = {
        "department": "north",
        "template_id": template_id,
        "channel": "email",
        "addresses": ["qa@example.com", "team@example.com"],
        "state": "queued",
        "results": [],
        "asked_by": "otto",
        "asked_at": now(),
    }
    with database.transaction() as session:
        send = SeedSend(**{**plain, **changes})
        session.add(send)
        return send.id


def results_of(database: Database, send_id: UUID) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        send = session.get_one(SeedSend, send_id)
        return [(one["address"], one["fate"], one["text"]) for one in send.results]


@pytest.mark.parametrize(
    ("address", "internal"),
    [
        ("qa@example.com", True),
        ("QA@Example.Com", True),
        ("qa@other.example.com", False),
        ("qa@example.com.bad.example", False),
        ("+4915112345678", True),
        ("+4915112345679", False),
        ("boss@elsewhere.example", True),
        ("", False),
    ],
)
def test_only_addresses_of_our_own_are_internal(address: str, internal: bool) -> None:
    ours = "@example.com, +4915112345678,boss@elsewhere.example, "
    assert is_internal(address, ours) is internal


def test_a_mailing_is_tried_on_its_own_people_and_counts_nothing(
    served: Served, start_sender: StartSender, mail_sink: MailSink
) -> None:
    card = a_card(company="Real & Co")
    mailing_id = a_mailing(served.database, [a_card()])
    know(served.database, card)
    served.client.post(f"/mailings/{mailing_id}/pause", as_=OTTO, json={})
    body = {"addresses": ["qa@fanfare.invalid"], "contact_id": str(card.contact_id)}
    answer = served.client.post(f"/mailings/{mailing_id}/test-sends", as_=OTTO, json=body)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued"), answer.text
    sender = start_sender(served.database, smtp_url=mail_sink.url)
    path = f"/test-sends/{answer.json()['id']}"
    assert wait_until(lambda: served.client.get(path, as_=OTTO).json()["state"] == "done", seconds=40), (
        sender.tail()
    )
    assert served.client.get(path, as_=OTTO).json()["results"] == [
        {"address": "qa@fanfare.invalid", "fate": "accepted", "text": "250 Kept"}
    ]
    (message,) = mail_sink.messages()
    assert (message["Subject"], message["Delivered-To"]) == (
        "[Test] News for Real & Co",
        "qa@fanfare.invalid",
    )
    mailing = mailing_of(served.database, mailing_id)
    assert (mailing.accepted, mailing.recipients) == (0, 1)
    assert served.client.get(path, as_=STRANGER).status_code == 404


def test_a_draft_is_tried_with_a_made_up_contact(
    served: Served, start_sender: StartSender, mail_sink: MailSink
) -> None:
    template_id = a_template(served.database)
    path = f"/templates/{template_id}/test-sends"
    body = {"addresses": ["qa@fanfare.invalid", "team@fanfare.invalid"]}
    send_id = served.client.post(path, as_=OTTO, json=body).json()["id"]
    sender = start_sender(served.database, smtp_url=mail_sink.url)
    assert wait_until(lambda: mail_sink.count() == 2, seconds=40), sender.tail()
    assert {message["Subject"] for message in mail_sink.messages()} == {"[Test] News for Example & Sons"}
    shown = served.client.get(f"/test-sends/{send_id}", as_=OTTO).json()
    assert shown["addresses"] == body["addresses"]


def test_nobody_outside_gets_a_test(served: Served) -> None:
    path = f"/templates/{a_template(served.database)}/test-sends"
    answer = served.client.post(path, as_=OTTO, json={"addresses": ["qa@fanfare.invalid", "you@example.org"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "addresses")
    assert "you@example.org is not internal" in answer.text
    many = {"addresses": [f"qa{number}@fanfare.invalid" for number in range(21)]}
    assert served.client.post(path, as_=MIA, json=many).status_code == 422
    assert served.client.post(path, as_=ANNA, json=many).status_code == 403


def test_a_letter_is_not_sent_as_a_test(served: Served) -> None:
    mailing_id = a_mailing(served.database, [a_card()], channel="dm")
    path = f"/mailings/{mailing_id}/test-sends"
    assert served.client.post(path, as_=OTTO, json={"addresses": ["qa@fanfare.invalid"]}).status_code == 409


def test_what_a_dead_worker_had_in_hand_is_uncertain_and_not_tried_again(database: Database) -> None:
    template_id = a_template(database)
    begun = now() - timedelta(hours=1)
    send_id = asked(database, template_id, state="sending", begun_at=begun)
    worker = SeedSender(settings(), database, dict)
    assert worker.step()
    assert not worker.step()
    assert results_of(database, send_id) == [
        ("qa@example.com", "uncertain", "sender_lost"),
        ("team@example.com", "uncertain", "sender_lost"),
    ]


def test_what_another_worker_has_in_hand_is_left_alone(database: Database) -> None:
    asked(database, a_template(database), state="sending", begun_at=now())
    assert not SeedSender(settings(), database, dict).step()


def test_a_channel_that_is_not_set_up_is_said_to_be(database: Database) -> None:
    send_id = asked(database, a_template(database))
    SeedSender(settings(), database, dict).step()
    assert {(fate, text) for _, fate, text in results_of(database, send_id)} == {
        ("unsendable", "channel_unavailable")
    }


def test_an_address_that_is_none_fails_alone(database: Database) -> None:
    send_id = asked(database, a_template(database), addresses=["@example.com", "qa@example.com"])
    SeedSender(settings(), database, dict).step()
    assert [text for _, _, text in results_of(database, send_id)] == ["bad_address", "channel_unavailable"]
