"""Before a wave is released: who of a list would get no copy and why, and whom other campaigns reach now.

The campaign side asks over HTTP with a list of contacts, page by page, and adds the figures up: nothing
has to be kept here for it, and no service waits for another.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, distinct, func, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.channels.sms.numbers import e164
from services.outreach.contacts.model import contact_points
from services.outreach.limits import caps
from services.outreach.mailings.audience import ADDRESSES
from services.outreach.mailings.model import deliveries, mailings, obstacle, standings
from services.outreach.settings import OutreachSettings
from services.outreach.suppressions.model import Suppression

MOST_CONTACTS = 10_000
AT_ONCE = 1000

UNKNOWN = "unknown_contact"
BAD_ADDRESS = "bad_address"
POSTPONED = "frequency_cap_postponed"

_OVER = ("finished", "cancelled")

Check = Callable[[str, str, OutreachSettings], object]

CHECKS: Mapping[str, Check] = {
    "email": lambda address, _country, _settings: checked_address(address),
    "sms": lambda address, country, settings: e164(address, region=country or settings.phone_region),
}
"""What raises Unsendable for an address that cannot be one, by channel."""


@dataclass(frozen=True)
class Intended:
    """The mailing that there would be."""

    channel: str
    department: str
    kind: str


def audience_preview(
    session: Session,
    actor: Actor,
    settings: OutreachSettings,
    *,
    channel: str,
    department: str,
    contact_ids: Sequence[UUID],
    campaign_id: UUID | None = None,
) -> dict[str, Any]:
    """How many contacts would get a copy, how many not for which reason, and how many others reach now.

    Contacts that the actor may not see count as unknown. ``campaign_id`` is not counted as another
    campaign. Raises Forbidden for a foreign department.
    """
    actor.require_department(department)
    wanted = list(dict.fromkeys(contact_ids))
    intended = Intended(channel, department, _kind(session, campaign_id))
    excluded: Counter[str] = Counter()
    for start in range(0, len(wanted), AT_ONCE):
        page = wanted[start : start + AT_ONCE]
        excluded.update(_reasons(session, actor, settings, intended=intended, page=page))
    postponed = excluded.pop(POSTPONED, 0)
    overlaps = _overlaps(session, actor, wanted, campaign_id)
    return {
        "contacts": len(wanted),
        "reachable": len(wanted) - excluded.total(),
        "postponed": postponed,
        "excluded": [{"reason": reason, "contacts": number} for reason, number in excluded.most_common()],
        "overlaps": overlaps,
    }


def _reasons(
    session: Session, actor: Actor, settings: OutreachSettings, *, intended: Intended, page: Sequence[UUID]
) -> list[str]:
    rows = {row.id: row for row in session.execute(_contacts(actor, intended.channel, page))}
    reasons = [UNKNOWN] * (len(page) - len(rows))
    reachable = []
    for row in rows.values():
        reason = _obstacle(row, intended.channel, settings)
        if reason is None:
            reachable.append(row.id)
        else:
            reasons.append(reason)
    return reasons + _over_caps(session, intended, reachable)


def _contacts(actor: Actor, channel: str, page: Sequence[UUID]) -> Any:
    stop = Suppression.__table__.c
    return (
        select(
            contact_points.c.id,
            contact_points.c.consents,
            contact_points.c.country,
            contact_points.c[ADDRESSES[channel]].label("reached_at"),
            stop.reason.label("suppressed"),
        )
        .outerjoin(
            Suppression.__table__, and_(stop.contact_id == contact_points.c.id, stop.channel == channel)
        )
        .where(contact_points.c.id.in_(page), actor.scope(contact_points.c.department))
    )


def _obstacle(row: Row[Any], channel: str, settings: OutreachSettings) -> str | None:
    consent = row.consents.get(channel, False)
    reason = obstacle(suppressed=row.suppressed, address=row.reached_at, consent=consent)
    if reason is not None or channel not in CHECKS:
        return reason
    try:
        CHECKS[channel](row.reached_at, row.country, settings)
    except Unsendable:
        return BAD_ADDRESS
    return None


def _over_caps(session: Session, intended: Intended, contact_ids: Sequence[UUID]) -> list[str]:
    chosen = caps.caps_for(session, intended)
    if not chosen:
        return []
    at = now()
    got = caps.copies(session, contact_ids, since=caps.begin(chosen, at), now=at)
    found = (caps.exceeded(chosen, got.get(one, []), at=at) for one in contact_ids)
    return ["frequency_cap" if one.until is None else POSTPONED for one in found if one is not None]


def _overlaps(
    session: Session, actor: Actor, contact_ids: Sequence[UUID], campaign_id: UUID | None
) -> list[dict[str, Any]]:
    """Campaigns whose mailings are under way to some of these contacts, with how many of them."""
    columns = (mailings.c.campaign_id, mailings.c.campaign_code, mailings.c.campaign_name)
    number = func.count(distinct(deliveries.c.contact_id)).label("contacts")
    rows = session.execute(
        select(*columns, number)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(
            mailings.c.state.not_in(_OVER),
            actor.scope(mailings.c.department),
            deliveries.c.contact_id.in_(contact_ids),
            mailings.c.campaign_id != (campaign_id or UUID(int=0)),
        )
        .group_by(*columns)
        .order_by(number.desc(), mailings.c.campaign_code)
    )
    return [dict(row._mapping) for row in rows]


def _kind(session: Session, campaign_id: UUID | None) -> str:
    if campaign_id is None:
        return ""
    found = session.scalar(select(standings.c.kind).where(standings.c.campaign_id == campaign_id))
    return found or ""
