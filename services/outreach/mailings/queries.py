"""Reading mailings and their deliveries."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.contacts.model import contact_points
from services.outreach.mailings.model import (
    FAILED,
    RESENT,
    SUPPRESSED,
    UNCERTAIN,
    Delivery,
    Mailing,
    deliveries,
)

ROWS_AT_ONCE = 1000
MOST_REASONS = 200


def mailing(session: Session, actor: Actor, mailing_id: UUID, *, lock: bool = False) -> Mailing:
    """One mailing, perhaps with its row locked. Raises NotFound, for one of a foreign department too."""
    found = session.get(Mailing, mailing_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or not actor.may_see(found.department):
        raise NotFound("mailing", mailing_id)
    return found


def mailings(actor: Actor, **wanted: Any) -> Select[Mailing]:
    """The mailings that the actor may see, with these values in these columns."""
    conditions = [getattr(Mailing, name) == value for name, value in wanted.items()]
    return select(Mailing).where(actor.scope(Mailing.department), *conditions)


def listed(session: Session, actor: Actor, *, mailing_id: UUID, **wanted: Any) -> Select[Delivery]:
    """The deliveries of a mailing, with these values in these columns. Raises NotFound like ``mailing``."""
    mailing(session, actor, mailing_id)
    conditions = [getattr(Delivery, name) == value for name, value in wanted.items()]
    return select(Delivery).where(Delivery.mailing_id == mailing_id, *conditions)


def exported(session: Session, mailing_id: UUID, **wanted: Any) -> Iterator[Row[Any]]:
    """Deliveries of a mailing with whom they are for, page by page in the order of their ids."""
    conditions = [deliveries.c[name] == value for name, value in wanted.items()]
    contact = contact_points.c
    rows = (
        select(
            deliveries,
            contact.given_name,
            contact.family_name,
            contact.company,
            contact.email,
            contact.phone,
        )
        .outerjoin(contact_points, contact.id == deliveries.c.contact_id)
        .where(deliveries.c.mailing_id == mailing_id, *conditions)
        .order_by(deliveries.c.id)
        .limit(ROWS_AT_ONCE)
    )
    after = UUID(int=0)
    while page := session.execute(rows.where(deliveries.c.id > after)).all():
        yield from page
        after = page[-1].id


def reasons(session: Session, mailing_id: UUID) -> list[dict[str, Any]]:
    """Why recipients got no copy, with how many each; the most frequent of the reasons."""
    rows = session.execute(
        select(deliveries.c.state, deliveries.c.reason, func.count().label("number"))
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.state.in_((SUPPRESSED, FAILED)))
        .group_by(deliveries.c.state, deliveries.c.reason)
        .order_by(func.count().desc(), deliveries.c.reason)
        .limit(MOST_REASONS)
    )
    return [{"state": row.state, "reason": row.reason, "deliveries": row.number} for row in rows]


def resendable(mailing_id: UUID) -> list[ColumnElement[bool]]:
    """Of the uncertain deliveries of a mailing that were neither sent again nor heard of since."""
    columns = deliveries.c
    return [
        columns.mailing_id == mailing_id,
        columns.state == UNCERTAIN,
        columns.reason != RESENT,
        columns.feedback.is_(None),
    ]
