"""Whoever something concerns gets one mail about it, in their language, and nobody gets it twice."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, FINANCE_APPROVER
from fanfare.local.mailsink import MailSink
from services.outreach.channels.batches import stream_of
from services.outreach.channels.registry import mail_way
from services.outreach.notices.actions import notify, send_again
from services.outreach.notices.model import Notice
from services.outreach.notices.notifier import Notifier
from services.outreach.notices.words import KINDS, LANGUAGES, text_of, title_of
from services.outreach.staff.actions import enter_person, mute
from tests.services.outreach.builders import DatabaseOf, settings

ROOT = Actor("root", frozenset({ADMINISTRATOR}))
APPROVAL = new_id()
ABOUT = {
    "title": "Spring fair",
    "requester": "mia",
    "total": "1200.00 EUR",
    "step": "finance_approval",
    "by": "fay",
    "outcome": "sent_back",
    "comment": "Too dear",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-04",
    "cause": "snow",
    "beyond": "Print would end on 2026-12-22",
    "why": "round robin",
    "accept_by": "2026-12-04 12:00 UTC",
    "leads": "12",
    "clock": "first_response",
    "due_at": "2026-12-04 12:00 UTC",
    "owner": "rita",
    "department": "north",
}


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def enter(database: Database, subject: str, **changes: Any) -> None:
    values: dict[str, Any] = {
        "name": subject.title(),
        "email": f"{subject}@example.com",
        "language": "en",
        "active": True,
        "roles": [FINANCE_APPROVER],
        "departments": ["north"],
    }
    with database.transaction(ROOT) as session:
        enter_person(session, subject=subject, **{**values, **changes})


def tell(database: Database, *, cause: str = "step 1", **whom: Any) -> int:
    with database.transaction() as session:
        return notify(
            session,
            kind="approval_waiting",
            entity_id=APPROVAL,
            cause=cause,
            department="north",
            about=ABOUT,
            **whom,
        )


def told(database: Database) -> dict[str, Notice]:
    with database.reading() as session:
        return {one.subject: one for one in session.scalars(select(Notice))}


def send(database: Database, sink: MailSink) -> list[EmailMessage]:
    ours = settings(smtp_url=sink.url, notice_url="https://crm.example/{kind}/{id}")
    stream = stream_of(mail_way(ours))
    while Notifier(ours, database, stream).step():
        pass
    stream.close()
    found = [message_from_bytes(bytes(one), policy=policy.default) for one in sink.messages()]
    return [one for one in found if isinstance(one, EmailMessage)]


def test_those_with_the_role_in_the_department_are_told_and_the_requester_is_not(database: Database) -> None:
    for subject in ("fay", "fred", "mia"):
        enter(database, subject)
    enter(database, "far", departments=["south"])
    enter(database, "all", departments=["*"])
    enter(database, "gone", active=False)
    enter(database, "clerk", roles=["finance_clerk"])
    assert tell(database, roles=[FINANCE_APPROVER], without=["mia"]) == 3
    assert set(told(database)) == {"fay", "fred", "all"}


def test_persons_named_are_told_whatever_their_roles(database: Database) -> None:
    enter(database, "clerk", roles=[])
    assert tell(database, persons=["clerk", "nobody-knows"]) == 1


def test_the_same_thing_is_told_once_and_the_next_step_again(database: Database) -> None:
    enter(database, "fay")
    assert [tell(database, persons=["fay"], cause=cause) for cause in ("1", "1", "2")] == [1, 0, 1]


def test_a_muted_kind_is_not_told(database: Database) -> None:
    enter(database, "fay")
    with database.transaction(ROOT) as session:
        mute(session, Actor("fay"), muted=["approval_waiting"])
    assert tell(database, persons=["fay"]) == 0


def test_a_notice_goes_out_once_in_the_language_of_whom_it_is_for(
    database: Database, mail_sink: MailSink
) -> None:
    enter(database, "fay")
    enter(database, "lin", language="zh")
    tell(database, persons=["fay", "lin"])
    mails = {str(one["To"]): one for one in send(database, mail_sink)}
    assert send(database, mail_sink) and len(mails) == 2
    english, chinese = mails["fay@example.com"], mails["lin@example.com"]
    assert english["Subject"] == "To decide: Spring fair"
    assert "1200.00 EUR" in english.get_content()
    assert f"https://crm.example/approval/{APPROVAL}" in english.get_content()
    assert chinese["Subject"] == "待审批:Spring fair"
    assert {one.state for one in told(database).values()} == {"sent"}
    assert len(mail_sink.messages()) == 2


def test_what_failed_is_sent_again_only_when_asked(database: Database, mail_sink: MailSink) -> None:
    enter(database, "fay")
    tell(database, persons=["fay"])
    with database.transaction() as session:
        notice = session.scalars(select(Notice)).one()
        with pytest.raises(Conflict, match="queued is not sent again"):
            send_again(notice)
        notice.state, notice.reason = "uncertain", "sender_lost"
    assert send(database, mail_sink) == []
    with database.transaction() as session:
        send_again(session.scalars(select(Notice)).one())
    assert len(send(database, mail_sink)) == 1


def test_a_title_cannot_break_the_header_nor_read_anything(database: Database, mail_sink: MailSink) -> None:
    enter(database, "fay")
    with database.transaction() as session:
        title = "x\r\nBcc: all@example.com {0.__class__}"
        about = {**ABOUT, "title": title}
        notify(
            session,
            kind="approval_waiting",
            entity_id=APPROVAL,
            cause="1",
            department="north",
            about=about,
            persons=["fay"],
        )
    (mail,) = send(database, mail_sink)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "To decide: x Bcc: all@example.com {0.__class__}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_in_every_language(kind: str, language: str) -> None:
    assert title_of(kind, ABOUT, language=language)
    assert "https://x" in text_of(kind, ABOUT, language=language, url="https://x")


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x\r\ny@example.com"])
def test_an_address_that_is_none_is_refused_by_name(database: Database, email: str) -> None:
    with pytest.raises(Invalid, match="email: Is not an address"):
        enter(database, "fay", email=email)


def test_a_subject_is_entered_once(database: Database) -> None:
    enter(database, "fay")
    with pytest.raises(Conflict, match="fay is entered already"):
        enter(database, "fay")
