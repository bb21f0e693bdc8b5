"""Which of our deliveries an inbound mail is about. What is not certain is told, never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.contacts.model import contact_points
from services.outreach.hearing.parts import ADDRESS, Mail
from services.outreach.hearing.reading import BOUNCE, COMPLAINT, DELAY, RECEIPT, UNSUBSCRIBE, Reading
from services.outreach.mailings.model import REACHED, deliveries, mailings

RETURN_PATH: Final = "return_path"
MESSAGE_ID: Final = "message_id"
PROVIDER_ID: Final = "provider_id"
BY_ADDRESS: Final = "address"
BY_HAND: Final = "hand"

MOST_CANDIDATES = 20

_ENVELOPE_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_OURS = re.compile(r"\b([0-9a-f]{32})@")
_MESSAGE_ID = re.compile(r"^(?:x-)?(?:original-)?message-id:\s*<?([^\s<>@]+)@([^\s<>]+)", re.I | re.M)
_RETURNED_PATH = re.compile(r"^(?:return-path|x-envelope-from|envelope-from):[^\n]*", re.I | re.M)
_COMPLAINED_OF = re.compile(r"^x-hmxmroriginalrecipient:\s*<?([^\s<>]+)", re.I | re.M)
_REPORTS = frozenset({BOUNCE, DELAY, RECEIPT, COMPLAINT, UNSUBSCRIBE})


@dataclass(frozen=True)
class Match:
    """The delivery and how it was found; without one, those that it may be."""

    delivery_id: UUID | None = None
    found_by: str | None = None
    candidates: Sequence[UUID] = ()


@dataclass(frozen=True)
class Search:
    """What is needed to look for a delivery of ours beside the mail itself."""

    paths: ReturnPaths
    recipients: Sequence[str]
    received_at: datetime
    days: float


def find(session: Session, mail: Mail, reading: Reading, search: Search) -> Match:
    """The delivery by its return path, else by an id of the returned mail, else by the address."""
    ways = (
        (RETURN_PATH, _by_return_path(mail, search)),
        (MESSAGE_ID, _by_message_id(mail, reading)),
    )
    for found_by, named in ways:
        known = _existing(session, named)
        if known:
            return _certain(known, found_by)
    if reading.kind not in _REPORTS:
        return Match()
    by_provider = _by_provider_id(session, mail)
    if by_provider:
        return _certain(by_provider, PROVIDER_ID)
    return _by_address(session, mail, reading, search)


def _certain(found: Sequence[UUID], found_by: str) -> Match:
    return Match(found[0], found_by) if len(found) == 1 else Match(candidates=found)


def _by_return_path(mail: Mail, search: Search) -> list[UUID]:
    fields = [*search.recipients, *_RETURNED_PATH.findall(mail.returned)]
    fields += mail.headers_named(*_ENVELOPE_HEADERS)
    if mail.complaint is not None:
        fields.append(mail.complaint.get("original-mail-from", ""))
    addresses = [address for one in fields for address in ADDRESS.findall(one)]
    return _once(found for one in addresses if (found := search.paths.delivery_of(one)) is not None)


def _by_message_id(mail: Mail, reading: Reading) -> list[UUID]:
    """Our message ids are the deliveries' own. Of a thread, the mail that was answered counts."""
    texts = [mail.header("In-Reply-To"), " ".join(mail.header("References").split()[-1:])]
    if reading.kind in _REPORTS:
        texts = [*(part.group() for part in _MESSAGE_ID.finditer(mail.returned)), mail.notice, *texts]
    for one in texts:
        found = _once(UUID(hex=match) for match in _OURS.findall(one.lower()))
        if found:
            return found
    return []


def _existing(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    if not ids:
        return []
    rows = session.scalars(select(deliveries.c.id).where(deliveries.c.id.in_(ids[:MOST_CANDIDATES])))
    known = set(rows)
    return [one for one in ids if one in known]


def _by_provider_id(session: Session, mail: Mail) -> list[UUID]:
    names = [
        name for local, host in _MESSAGE_ID.findall(mail.returned) for name in (local, f"{local}@{host}")
    ]
    if not names:
        return []
    chosen = select(deliveries.c.id).where(deliveries.c.provider_id.in_(names[:MOST_CANDIDATES]))
    return list(session.scalars(chosen))


def _by_address(session: Session, mail: Mail, reading: Reading, search: Search) -> Match:
    """The only delivery to a reported address in the last days; several are told as candidates."""
    written = _addresses(mail, reading)
    if not written:
        return Match()
    either = {one for address in written for one in (address, address.lower())}
    since = search.received_at - timedelta(days=search.days)
    chosen = (
        select(deliveries.c.id)
        .join(contact_points, contact_points.c.id == deliveries.c.contact_id)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(contact_points.c.email.in_(either), mailings.c.channel == "email")
        .where(REACHED, deliveries.c.ended_at >= since)
        .order_by(deliveries.c.id.desc())
        .limit(MOST_CANDIDATES)
    )
    found = list(session.scalars(chosen))
    return _certain(found, BY_ADDRESS) if found else Match()


def _addresses(mail: Mail, reading: Reading) -> list[str]:
    reported = [finding.address for finding in reading.findings if finding.address]
    if mail.complaint is not None:
        fields = [mail.complaint.get(name, "") for name in ("original-rcpt-to", "removal-recipient")]
        reported += [address for one in fields for address in ADDRESS.findall(one)]
    return [*reported, *_COMPLAINED_OF.findall(mail.returned)][:MOST_CANDIDATES]


def _once(ids: Iterable[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
