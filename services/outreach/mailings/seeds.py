"""Test sends: a template goes to addresses of our own, marked as a test, and is counted nowhere.

The service only notes what is asked for. A worker sends it, each address at most once: what was on its
way when the worker died is said to be uncertain, and not tried again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database, Session
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from chassis.logs import get_logger
from services.outreach.channels.channel import Message, Stream, Unsendable
from services.outreach.channels.registry import WRITERS
from services.outreach.contacts.model import ContactPoint
from services.outreach.mailings import queries
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing, SeedSend
from services.outreach.settings import OutreachSettings
from services.outreach.templates import previews
from services.outreach.templates import queries as template_queries
from services.outreach.templates.content import Edition
from services.outreach.templates.copy_rules import Standards
from services.outreach.templates.language import RENDER_ERRORS
from services.outreach.templates.model import Template, values_of
from services.outreach.templates.releases import Unusable, held_edition

log = get_logger(__name__)

QUEUED, SENDING, DONE = "queued", "sending", "done"

MOST_ADDRESSES = 20
MARK = "[Test] "
PATIENCE = timedelta(seconds=60)
GIVEN_UP = timedelta(minutes=10)
"""After this time a worker that has not come back with the results is taken for dead."""

ACTOR = Actor.system("outreach")

Result = dict[str, Any]
Streams = Callable[[], Mapping[str, Stream]]


def ask_of_mailing(
    session: Session,
    actor: Actor,
    settings: OutreachSettings,
    *,
    mailing_id: UUID,
    addresses: Sequence[str],
    variant: str | None = None,
    contact_id: UUID | None = None,
) -> SeedSend:
    """A test send of what a mailing says, or one of its variants. See ``ask_of_template``."""
    mailing = queries.mailing(session, actor, mailing_id)
    names = [one["name"] for one in mailing.variants]
    if variant is not None and variant not in names:
        raise Invalid({"variant": ["The mailing has no such variant"]})
    template_id = mailing.template_of(None if variant is None else names.index(variant))
    try:
        edition_of(session, mailing, template_id)
    except Unusable as error:
        raise Conflict(f"The mailing cannot be written: {error}") from error
    send = _ask(session, actor, settings, addresses=addresses, contact_id=contact_id, channel=mailing.channel)
    send.department, send.template_id, send.mailing_id = mailing.department, template_id, mailing.id
    session.add(send)
    return send


def ask_of_template(
    session: Session,
    actor: Actor,
    settings: OutreachSettings,
    *,
    template_id: UUID,
    addresses: Sequence[str],
    contact_id: UUID | None = None,
) -> SeedSend:
    """A test send of a template's draft, with the values of a contact or made-up ones.

    Raises NotFound, Conflict for letters, and Invalid for addresses that are not internal and for a
    draft with errors.
    """
    template = template_queries.template(session, actor, template_id)
    previews.edition_of_draft(template, Standards.of(settings))
    send = _ask(
        session, actor, settings, addresses=addresses, contact_id=contact_id, channel=template.channel
    )
    send.department, send.template_id = template.department, template.id
    session.add(send)
    return send


def edition_of(session: Session, mailing: Mailing, template_id: UUID) -> Edition:
    """The version of a template that a mailing is written with. Raises Unusable."""
    return held_edition(
        session,
        wave_id=mailing.wave_id,
        template_id=template_id,
        department=mailing.department,
        channel=mailing.channel,
    )


def shown(session: Session, actor: Actor, send_id: UUID) -> SeedSend:
    """A test send. Raises NotFound, for one of a foreign department too."""
    found = session.get(SeedSend, send_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("test send", send_id)
    return found


def is_internal(address: str, internal: str) -> bool:
    """Whether an address is one of ``internal``, or ends in one of its ``@domains``."""
    address = address.strip().casefold()
    known = [one.strip().casefold() for one in internal.split(",") if one.strip()]
    return any(address == one or (one.startswith("@") and address.endswith(one)) for one in known)


class SeedSender:
    """The worker that carries test sends out, one a step. It opens ways of its own for each."""

    name = "seeds"

    def __init__(self, settings: OutreachSettings, database: Database, streams: Streams) -> None:
        self._settings = settings
        self._database = database
        self._streams = streams

    def step(self) -> bool:
        """Carry one out. Whether there was one."""
        with self._database.transaction(ACTOR) as session:
            send = session.scalars(
                select(SeedSend)
                .where(
                    or_(
                        SeedSend.state == QUEUED,
                        (SeedSend.state == SENDING) & (SeedSend.begun_at < now() - GIVEN_UP),
                    )
                )
                .order_by(SeedSend.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if send is None:
                return False
            if send.state == SENDING:
                send.state, send.done_at = DONE, now()
                send.results = [_result(address, "uncertain", "sender_lost") for address in send.addresses]
                return True
            send.state, send.begun_at = SENDING, now()
            messages, results = self._written(session, send)
        results += self._sent(send.channel, messages)
        with self._database.transaction(ACTOR) as session:
            done = session.get_one(SeedSend, send.id)
            done.state, done.done_at, done.results = DONE, now(), results
        log.info("test_sent", test_send_id=str(send.id), fates=[one["fate"] for one in results])
        return True

    def _written(self, session: Session, send: SeedSend) -> tuple[list[Message], list[Result]]:
        mailing = session.get(Mailing, send.mailing_id) if send.mailing_id else None
        messages: list[Message] = []
        results: list[Result] = []
        try:
            if mailing is not None:
                edition = edition_of(session, mailing, send.template_id)
            else:
                template = session.get_one(Template, send.template_id)
                edition = previews.edition_of_draft(template, Standards.of(self._settings))
            writer = WRITERS[send.channel](mailing or _made_up(send), edition.marked(MARK), self._settings)
        except (Unusable, Invalid, KeyError) as error:
            return [], [_result(address, "unsendable", str(error)) for address in send.addresses]
        known = _values(session, send.contact_id)
        content = edition.content(known.get("language", ""))
        values = previews.values_for(edition, content, public_url=self._settings.public_url) | known
        for address in send.addresses:
            try:
                recipient = Recipient(new_id(), 0, True, address, None, values)
                messages.append(writer.write(recipient, date=now()))
            except Unsendable as error:
                results.append(_result(address, "unsendable", str(error)))
            except RENDER_ERRORS as error:
                results.append(_result(address, "unsendable", f"cannot be rendered: {error}"[:500]))
        return messages, results

    def _sent(self, channel: str, messages: Sequence[Message]) -> list[Result]:
        if not messages:
            return []
        streams = self._streams()
        stream = streams.get(channel)
        if stream is None:
            return [_result(message.address, "unsendable", "channel_unavailable") for message in messages]
        addresses = {message.delivery_id: message.address for message in messages}
        results: list[Result] = []
        deadline = now() + PATIENCE
        try:
            stream.accept(messages)
            while addresses and now() < deadline:
                for answer in stream.answers(patience=1.0):
                    results.append(_result(addresses.pop(answer.delivery_id), answer.fate, answer.text))
        finally:
            for one in streams.values():
                one.close()
        return results + [_result(address, "uncertain", "no_answer") for address in addresses.values()]


def _ask(
    session: Session,
    actor: Actor,
    settings: OutreachSettings,
    *,
    addresses: Sequence[str],
    contact_id: UUID | None,
    channel: str,
) -> SeedSend:
    if channel == "dm":
        raise Conflict("Letters are not sent as a test; look at their preview")
    strange = [address for address in addresses if not is_internal(address, settings.seed_addresses)]
    if strange:
        raise Invalid({"addresses": [f"{address} is not internal" for address in strange]})
    if contact_id is not None:
        template_queries.contact(session, actor, contact_id)
    return SeedSend(
        contact_id=contact_id,
        channel=channel,
        addresses=list(dict.fromkeys(addresses)),
        state=QUEUED,
        results=[],
        asked_by=actor.subject,
        asked_at=now(),
    )


def _made_up(send: SeedSend) -> Mailing:
    return Mailing(campaign_name="Test", campaign_code="TEST", department=send.department)


def _values(session: Session, contact_id: UUID | None) -> dict[str, str]:
    contact = session.get(ContactPoint, contact_id) if contact_id else None
    return {} if contact is None else values_of(contact)


def _result(address: str, fate: str, text: str) -> Result:
    return {"address": address, "fate": fate, "text": text}
