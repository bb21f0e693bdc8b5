"""Builds what a mailing needs, and shows what came of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.campaign import WaveReleased, WaveTarget, WaveTargets
from contracts.event import EVENTS, Event
from contracts.lead import Consent, ContactCard
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.contacts.actions import save_contacts
from services.outreach.mailings.actions import add_targets, open_mailing
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.actions import write_template
from tests.harness.people import person

DatabaseOf = Callable[[str], Database]

MIA = person("mia", MARKETING_MANAGER)
OTTO = person("otto", MARKETING_STAFF)
ANNA = person("anna", ANALYST)
STRANGER = person("sara", MARKETING_MANAGER, MARKETING_STAFF, ANALYST, departments=("south",))

LINK_KEY = "0123456789abcdef0123456789abcdef"
HTML = (
    '<p>Dear {{ given_name }} of {{ company }},</p><p><a href="https://shop.example/new?x=1&amp;y=2">look</a></p>'
    '<p><a href="{{ form_url }}">answer</a> <a href="{{ unsubscribe_url }}">unsubscribe</a></p>'
)

E = TypeVar("E", bound=Event)


def settings(**changes: Any) -> OutreachSettings:
    """Settings that suit tests."""
    plain: dict[str, Any] = {
        "service": "outreach",
        "link_key": LINK_KEY,
        "mail_from": "News <news@example.com>",
    }
    return OutreachSettings(**{**plain, **changes})


def a_card(**changes: Any) -> ContactCard:
    """A contact of the north who may be mailed, apart from what ``changes`` say."""
    contact_id: UUID = changes.get("contact_id") or new_id()
    plain: dict[str, Any] = {
        "contact_id": contact_id,
        "version": 1,
        "given_name": "Lin",
        "family_name": "Müller",
        "company": "Example & Sons",
        "email": f"{contact_id.hex}@example.org",
        "department": "north",
        "consents": consents(email=True),
    }
    return ContactCard(**{**plain, **changes})


def consents(**channels: bool) -> list[Consent]:
    """The consents of a card, by channel."""
    names: dict[str, Literal["email", "sms"]] = {"email": "email", "sms": "sms"}
    return [Consent(channel=names[channel], granted=granted) for channel, granted in channels.items()]


def know(database: Database, *cards: ContactCard) -> None:
    """Let contacts arrive."""
    with database.transaction() as session:
        save_contacts(session, cards)


def a_template(database: Database, actor: Actor = MIA, **changes: Any) -> UUID:
    """A template with a tracked link, a form link and an unsubscribe link."""
    plain: dict[str, Any] = {"name": "News", "department": "north"}
    if changes.get("channel", "email") == "email" and "contents" not in changes:
        plain |= {"subject": "News for {{ company }}", "html": HTML}
    with database.transaction(actor) as session:
        return write_template(session, actor, **{**plain, **changes}).id


def a_wave(*, targets: int, pages: int, **changes: Any) -> WaveReleased:
    """A released email wave."""
    plain: dict[str, Any] = {
        "wave_id": new_id(),
        "campaign_id": new_id(),
        "campaign_code": "SPRING-26",
        "campaign_name": "Spring seminar",
        "department": "north",
        "number": 1,
        "channel": "email",
        "template_id": new_id(),
        "targets": targets,
        "pages": pages,
        "released_at": datetime.now(UTC),
    }
    return WaveReleased(**{**plain, **changes})


def pages_of(wave: WaveReleased, contact_ids: Sequence[UUID]) -> list[WaveTargets]:
    """The pages of a wave's targets, evenly filled."""
    targets = [WaveTarget(target_id=new_id(), contact_id=contact_id) for contact_id in contact_ids]
    return [
        WaveTargets(
            wave_id=wave.wave_id,
            campaign_id=wave.campaign_id,
            page=page + 1,
            pages=wave.pages,
            targets=targets[page :: wave.pages],
        )
        for page in range(wave.pages)
    ]


def release(database: Database, wave: WaveReleased) -> UUID:
    """Let a wave arrive, without its targets. Returns the mailing's id."""
    with database.transaction() as session:
        open_mailing(session, wave)
        return session.scalars(select(Mailing.id).where(Mailing.wave_id == wave.wave_id)).one()


def a_mailing(
    database: Database, cards: Sequence[ContactCard], *, template_id: UUID | None = None, **changes: Any
) -> UUID:
    """A mailing that is ready to be sent to known contacts. Returns its id."""
    know(database, *cards)
    wave = a_wave(targets=len(cards), pages=1, template_id=template_id or a_template(database), **changes)
    mailing_id = release(database, wave)
    arrive(database, pages_of(wave, [card.contact_id for card in cards]))
    return mailing_id


def arrive(database: Database, pages: Sequence[WaveTargets]) -> None:
    """Let pages of targets arrive, each in a transaction of its own."""
    for page in pages:
        with database.transaction() as session:
            add_targets(session, page)


def mailing_of(database: Database, mailing_id: UUID) -> Mailing:
    with database.reading() as session:
        return session.get_one(Mailing, mailing_id)


def deliveries_of(database: Database, mailing_id: UUID) -> dict[UUID, Delivery]:
    """The deliveries of a mailing by their contacts."""
    with database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.mailing_id == mailing_id)).all()
        return {row.contact_id: row for row in rows}


def published(database: Database, kind: type[E]) -> list[E]:
    """The events of one kind that wait in the outbox, in the order of their commits."""
    wire = next(one.type for one in EVENTS.values() if one.body is kind)
    with database.reading() as session:
        rows = session.scalars(select(outbox.c.data).where(outbox.c.type == wire).order_by(outbox.c.id)).all()
    return [msgspec.json.decode(row, type=kind) for row in rows]
