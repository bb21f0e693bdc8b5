"""Answers to what contacts asked for go out to them, once, with links to their documents."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, NotYet
from chassis.ids import new_id
from contracts.lead import DocumentLink, RequestAnswered
from fanfare.local.mailsink import MailSink
from services.outreach.channels.batches import stream_of
from services.outreach.channels.registry import mail_way
from services.outreach.correspondence.actions import forget, send_again, take_answer
from services.outreach.correspondence.correspondent import Correspondent
from services.outreach.correspondence.model import AnswerMail
from services.outreach.suppressions.model import Suppression
from tests.services.outreach.builders import DatabaseOf, a_card, know, settings

LINK = DocumentLink(name="prices.pdf", url="https://leads.example.com/shared-documents/x", until=now())


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def answered(contact_id: Any, **changes: Any) -> RequestAnswered:
    values: dict[str, Any] = {
        "request_id": new_id(),
        "department": "north",
        "kind": "quotation",
        "title": "Two cranes",
        "contact_id": contact_id,
        "result": "Quoted",
        "message": "Dear Ann,\nhere are the prices.",
        "documents": [LINK],
        "by": "rita",
        "at": now(),
    }
    return RequestAnswered(**values | changes)


def take(database: Database, event: RequestAnswered) -> None:
    with database.transaction() as session:
        take_answer(session, event)


def send(database: Database, sink: MailSink) -> AnswerMail:
    ours = settings(smtp_url=sink.url)
    stream = stream_of(mail_way(ours))
    while Correspondent(ours, database, stream).step():
        pass
    stream.close()
    with database.reading() as session:
        return session.scalars(select(AnswerMail)).one()


def suppress(database: Database, contact_id: Any, reason: str) -> None:
    about = {"channel": "email", "department": "north", "reason": reason, "note": "", "added_by": "x"}
    with database.transaction() as session:
        session.add(Suppression(contact_id=contact_id, added_at=now(), **about))


def test_an_answer_goes_out_once_with_its_links(database: Database, mail_sink: MailSink) -> None:
    card = a_card(email="ann@example.com", language="de")
    know(database, card)
    event = answered(card.contact_id)
    for _ in range(2):
        take(database, event)
    assert send(database, mail_sink).state == "sent"
    [raw] = mail_sink.messages()
    mail = message_from_bytes(bytes(raw), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("ann@example.com", "Two cranes")
    text = mail.get_content()
    assert "here are the prices." in text
    assert f"Your documents, until {now():%Y-%m-%d}:\nprices.pdf: {LINK.url}" in text.replace("\r\n", "\n")


def test_an_answer_without_a_message_is_no_mail(database: Database) -> None:
    take(database, answered(new_id(), message=""))
    with database.reading() as session:
        assert session.scalars(select(AnswerMail)).all() == []


def test_an_answer_waits_for_its_contact_to_be_known(database: Database) -> None:
    with pytest.raises(NotYet):
        take(database, answered(new_id()))


@pytest.mark.parametrize(("reason", "state"), [("unsubscribed", "sent"), ("bounced", "failed")])
def test_who_left_the_mailings_is_answered_and_a_dead_address_is_not(
    database: Database, mail_sink: MailSink, reason: str, state: str
) -> None:
    card = a_card()
    know(database, card)
    suppress(database, card.contact_id, reason)
    take(database, answered(card.contact_id))
    mail = send(database, mail_sink)
    assert mail.state == state
    if state == "failed":
        assert mail.reason == "bounced" and send_again(mail).state == "queued"
    else:
        with pytest.raises(Conflict, match="sent is not sent again"):
            send_again(mail)


def test_who_is_forgotten_is_not_written_to_and_not_remembered(database: Database) -> None:
    card = a_card()
    know(database, card)
    take(database, answered(card.contact_id))
    with database.transaction() as session:
        assert forget(session, [card.contact_id, new_id()]) == 1
    with database.reading() as session:
        mail = session.scalars(select(AnswerMail)).one()
    assert (mail.address, mail.message, mail.documents) == ("", "", [])
    assert (mail.state, mail.reason) == ("failed", "erased")
