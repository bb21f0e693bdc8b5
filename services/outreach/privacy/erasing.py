"""Erasing a person: addresses become digests that only we can compare, words of theirs go, figures stay."""

import hmac
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import now
from chassis.database import Session
from chassis.forgetting import forget_answers
from contracts.lead import ContactCard, PrivacyClosed, PrivacyRequested
from services.outreach.contacts.model import ContactPoint
from services.outreach.correspondence import actions as correspondence
from services.outreach.forms.actions import erase_submission
from services.outreach.forms.design import Design
from services.outreach.forms.model import FormVersion, Submission
from services.outreach.mailings.model import FAILED, Delivery
from services.outreach.notices import actions as notices
from services.outreach.privacy import heard
from services.outreach.privacy.model import ErasedAddress, erased_addresses
from services.outreach.suppressions.files import insert_new
from services.outreach.suppressions.model import COLUMNS, SuppressedAddress, Suppression, normal

ERASED = "erased"
"""The note of suppressions of those who come back with an address that was erased."""

Address = tuple[str, str, str]
"""Department, channel, and the address in its normal form."""


def digest_of(address: Address, *, key: str) -> str:
    """What an erased address is known by from then on."""
    return hmac.new(key.encode(), "\n".join(address).encode(), sha256).hexdigest()


def erase_person(session: Session, event: PrivacyRequested | PrivacyClosed, *, key: str) -> int:
    """Take away who the contacts were. Returns how many rows say nothing of them any more."""
    ids, at = event.contact_ids, now()
    points = session.scalars(select(ContactPoint).where(ContactPoint.id.in_(ids)).with_for_update()).all()
    addresses = {one for point in points for one in _addresses_of(point)}
    _keep_digests(session, addresses, key=key, at=at)
    for point in points:
        _blank(point)
    forget_answers(session, [*ids, *event.submission_ids])
    return (
        len(points)
        + _erase_copies(session, ids)
        + heard.erase(session, ids, {address for _, _, address in addresses})
        + _erase_forms(session, ids, event.submission_ids)
        + correspondence.forget(session, ids)
        + notices.forget(session, [*event.lead_ids, *event.pre_sales_ids])
    )


def stop_erased(session: Session, cards: Iterable[ContactCard], *, key: str) -> int:
    """Suppress those of ``cards`` who come with an address that was erased. Returns how many."""
    if session.scalar(select(ErasedAddress.digest).limit(1)) is None:
        return 0
    wanted: dict[str, tuple[ContactCard, str]] = {}
    for card in cards:
        for channel, name in COLUMNS.items():
            if address := normal(channel, getattr(card, name) or ""):
                wanted[digest_of((card.department, channel, address), key=key)] = (card, channel)
    known = session.scalars(select(ErasedAddress.digest).where(ErasedAddress.digest.in_(sorted(wanted))))
    rows = [_suppression(*wanted[digest]) for digest in known]
    return len(insert_new(session, rows))


def _suppression(card: ContactCard, channel: str) -> Suppression:
    return Suppression(
        contact_id=card.contact_id,
        channel=channel,
        department=card.department,
        reason="imported",
        note=ERASED,
        added_by="service:outreach",
        added_at=now(),
        version=1,
    )


def _addresses_of(point: ContactPoint) -> Iterable[Address]:
    for channel, name in COLUMNS.items():
        if address := normal(channel, getattr(point, name) or ""):
            yield point.department, channel, address


def _keep_digests(session: Session, addresses: Collection[Address], *, key: str, at: datetime) -> None:
    """What was suppressed by address before anybody knew it is a digest from now on too."""
    for department, channel, address in sorted(addresses):
        listed = (
            SuppressedAddress.department == department,
            SuppressedAddress.channel == channel,
            SuppressedAddress.address == address,
        )
        session.execute(delete(SuppressedAddress).where(*listed))
    rows = [
        {"department": one[0], "channel": one[1], "digest": digest_of(one, key=key), "erased_at": at}
        for one in sorted(addresses)
    ]
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(erased_addresses).on_conflict_do_nothing(), rows)


def _blank(point: ContactPoint) -> None:
    point.given_name = point.family_name = point.company = ""
    point.email = point.phone = point.fax = point.chat = point.address = None
    point.time_zone = ""
    point.consents = {}


def _erase_copies(session: Session, ids: Collection[UUID]) -> int:
    """The words of mail servers may name the address; codes and figures stay."""
    copies = update(Delivery).where(Delivery.contact_id.in_(ids))
    session.execute(copies.where(Delivery.state == FAILED).values(reason=""))
    return _changed(session.execute(copies.where(Delivery.answer != "").values(answer="")))


def _erase_forms(session: Session, ids: Collection[UUID], submission_ids: Collection[UUID]) -> int:
    theirs = or_(Submission.contact_id.in_(ids), Submission.id.in_(submission_ids))
    known = select(Submission).where(theirs, Submission.erased_at.is_(None))
    sent = session.scalars(known.with_for_update()).all()
    for one in sent:
        version = session.get_one(FormVersion, (one.form_id, one.form_version))
        erase_submission(session, one, keep=Design.of(version.design))
    return len(sent)


def _changed(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
