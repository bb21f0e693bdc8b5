"""Of an erased person outreach has nothing left in any column, also where nobody knew whose it was."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from chassis import sealing
from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import PrivacyClosed, PrivacyRequested, RequestAnswered, RequestOpened
from contracts.roles import SALES_REP
from services.outreach.channels.sms.model import InboundSms, SmsReceipt
from services.outreach.correspondence.actions import take_answer
from services.outreach.hearing.model import InboundBody, InboundMail
from services.outreach.links.model import Answer
from services.outreach.mailings.model import Delivery
from services.outreach.notices.deadlines import tell_opened
from services.outreach.notices.model import Notice
from services.outreach.privacy.actions import answer, take_closing
from services.outreach.staff.model import Person
from services.outreach.suppressions.actions import Grounds, suppress
from services.outreach.webhooks.model import Stray
from tests.harness.remains import remains
from tests.services.outreach.builders import LINK_KEY, a_card, a_mailing, consents, settings

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OUTREACH = Actor.system("outreach")
EMAIL, PHONE = "zaphodina@shop.example", "+4915112345678"
WORDS = ("zaphodina", "beeblebroxe", PHONE[1:])


def a_mail(contact_id: UUID | None, written_by: str) -> InboundMail:
    mail = InboundMail(
        department="",
        source="smtp",
        sender="" if contact_id is None else EMAIL,
        recipients=["bounce@example.org"],
        digest=str(new_id()),
        size=1,
        received_at=NOON,
        state="done",
        tries=0,
        written_by=written_by,
        subject="Zaphodina asks",
        reason="",
        rule="",
        status="",
        answer="Yours, Zaphodina",
        address="",
        contact_id=contact_id,
        candidates=[],
    )
    return mail


def sms(contact_id: UUID | None) -> dict[str, Any]:
    said = {"source": PHONE[1:], "destination": "1", "text": "Zaphodina here", "provider_id": str(new_id())}
    where = {"state": "done", "outcome": "", "department": "north", "contact_id": contact_id}
    whole = {"reference": 0, "part": 1, "parts": 1, "received_at": NOON, "due_at": NOON}
    return {"id": new_id(), **whole, **said, **where}


def heard_of(database: Database, contact_id: UUID) -> None:
    """Everything that came from the person, matched to them and not."""
    with database.transaction(OUTREACH) as session:
        mails = [a_mail(contact_id, "Zaphodina"), a_mail(None, f"Z. <{EMAIL.upper()}>")]
        session.add_all(mails)
        session.flush()
        for mail in mails:
            session.add(InboundBody(mail_id=mail.id, raw=b"From: Zaphodina", received_at=NOON))
        session.execute(insert(InboundSms), [sms(contact_id), sms(None)])
        receipt = {"id": new_id(), "provider_id": "1", "number": PHONE[1:], "kind": "delivered"}
        moments = {"received_at": NOON, "due_at": NOON}
        session.execute(insert(SmsReceipt), [{**receipt, **moments, "reason": "", "state": "done"}])
        news = {"provider": "ses", "kind": "bounce", "message_id": "", "provider_id": "1", "answer": "550"}
        session.add(Stray(id=new_id(), address=EMAIL.title(), at=NOON, received_at=NOON, **news))
        copy = session.scalars(select(Delivery)).one()
        session.execute(
            update(Delivery).values(state="failed", reason=f"no {EMAIL} here", answer="550 Zaphodina")
        )
        ids = {"mailing_id": copy.mailing_id, "campaign_id": new_id(), "wave_id": new_id()}
        ids |= {"delivery_id": copy.id, "target_id": copy.target_id, "contact_id": contact_id}
        told = {"kind": "form", "url": "", "note": "call Zaphodina", "clicks": 0, "received_at": NOON}
        session.add(Answer(**ids, **told))
        grounds = Grounds(reason="unsubscribed", department="north", note="Zaphodina wrote")
        suppress(session, OUTREACH, contact_id=contact_id, channel="email", grounds=grounds)


def told_of(database: Database, contact_id: UUID, request_id: UUID) -> None:
    """What was written to the person, and to whom it concerns."""
    about: dict[str, Any] = {"request_id": request_id, "department": "north", "kind": "quotation"}
    about |= {"contact_id": contact_id, "title": "Cranes for Zaphodina", "by": "mia", "at": NOON}
    with database.transaction(OUTREACH) as session:
        rita = {"subject": "rita", "name": "Rita", "email": "rita@example.org", "language": "en"}
        session.add(somebody := Person(**rita, active=True, muted=[]))
        somebody.hold(roles=[SALES_REP], departments=["north"])
        session.flush()
        tell_opened(session, RequestOpened(**about, responder="rita"))
        take_answer(session, RequestAnswered(**about, result="Sent", message="Dear Zaphodina"))
        assert len(session.scalars(select(Notice)).all()) == 1


def test_nothing_is_left_of_an_erased_person_in_any_column(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("outreach")
    names = {"given_name": "Zaphodina", "family_name": "Beeblebroxe", "company": "Zaphodina Ltd"}
    who = a_card(email=EMAIL, phone=PHONE, consents=consents(email=True), **names)
    a_mailing(database, [who])
    heard_of(database, who.contact_id)
    request_id = new_id()
    told_of(database, who.contact_id, request_id)
    sealing.seal(database)
    assert len(remains(database, *WORDS)) > 15
    known: dict[str, Any] = {"request_id": new_id(), "kind": "erasure", "department": "north"}
    known |= {"contact_ids": [who.contact_id], "pre_sales_ids": [request_id], "due_at": NOON}
    with database.transaction(OUTREACH) as session:
        answer(session, PrivacyRequested(**known, requested_by="mia", requested_at=NOON), key=LINK_KEY)
    assert remains_but_events(database) == []
    late: dict[str, Any] = {
        "request_id": request_id,
        "department": "north",
        "kind": "other",
        "title": "Zaphodina again",
    }
    late |= {"contact_id": who.contact_id, "result": "x", "message": "Zaphodina", "by": "mia", "at": NOON}
    with database.transaction(OUTREACH) as session:
        take_answer(session, RequestAnswered(**{**late, "at": NOON.replace(hour=13)}))
    with database.transaction(OUTREACH) as session:
        take_closing(session, PrivacyClosed(**known, closed_at=NOON), key=LINK_KEY)
    assert remains_but_events(database) == []
    assert list(sealing.faults(database)) == []


def remains_but_events(database: Database) -> list[str]:
    """What waits in the outbox leaves it for the archive, where it is made anonymous."""
    return [one for one in remains(database, *WORDS) if not one.startswith("outbox.")]


def test_a_new_link_key_above_the_former_one_leaves_the_digests_of_the_erased_as_they_are() -> None:
    assert settings(link_key=f"{'n' * 32}\n{LINK_KEY}").digest_key == settings().digest_key == LINK_KEY
    assert settings(erasure_key="e" * 32).digest_key == "e" * 32
