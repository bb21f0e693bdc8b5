"""The order inside a mailing: by country and postal code, as the post takes it at the reduced rate.

It is made once for all that is due, in one statement, so that the cost per letter is the same however many
there are. What is due later, or again, gets its places behind them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, select

from chassis.clock import now
from chassis.database import Session
from services.outreach.contacts.model import contact_points
from services.outreach.mailings.model import QUEUED, deliveries, mailings
from services.outreach.prints.model import print_places


def take(session: Session, mailing_id: UUID, *, size: int) -> list[UUID]:
    """The next deliveries of a mailing, in order. Their places are given up.

    Who calls this has the turn of the mailing (see ``leases.take_turns``). Some may be held or over by now.
    """
    found = _next(session, mailing_id, size)
    if not found:
        arrange(session, mailing_id)
        found = _next(session, mailing_id, size)
    return found


def arrange(session: Session, mailing_id: UUID) -> None:
    """Give a place to every delivery of a mailing that is due and has none."""
    placed = exists().where(print_places.c.delivery_id == deliveries.c.id)
    highest = select(func.coalesce(func.max(print_places.c.place), 0)).where(
        print_places.c.mailing_id == mailing_id
    )
    chosen = (
        select(
            deliveries.c.mailing_id,
            func.row_number().over(order_by=_post_order()) + highest.scalar_subquery(),
            deliveries.c.id,
        )
        .select_from(deliveries)
        .outerjoin(contact_points, contact_points.c.id == deliveries.c.contact_id)
        .where(
            deliveries.c.mailing_id == mailing_id,
            deliveries.c.state == QUEUED,
            deliveries.c.due_at <= now(),
            ~placed,
        )
    )
    session.execute(insert(print_places).from_select(["mailing_id", "place", "delivery_id"], chosen))


def forget_finished(session: Session) -> None:
    """Drop the places of mailings that are over."""
    over = select(mailings.c.id).where(mailings.c.finished_at.is_not(None))
    session.execute(delete(print_places).where(print_places.c.mailing_id.in_(over)))


def _next(session: Session, mailing_id: UUID, size: int) -> list[UUID]:
    chosen = (
        select(print_places.c.place)
        .where(print_places.c.mailing_id == mailing_id)
        .order_by(print_places.c.place)
        .limit(size)
    )
    taken = session.execute(
        delete(print_places)
        .where(print_places.c.mailing_id == mailing_id, print_places.c.place.in_(chosen))
        .returning(print_places.c.place, print_places.c.delivery_id)
    )
    return [delivery_id for _, delivery_id in sorted(taken.all())]


def _post_order() -> Sequence[ColumnElement[Any]]:
    """Country, postal code without blanks and hyphens, then what keeps neighbours together."""
    address = contact_points.c.address
    code = func.replace(func.replace(address["postal_code"].as_string(), " ", ""), "-", "")
    return [
        func.upper(address["country"].as_string()),
        func.upper(code),
        address["city"].as_string(),
        deliveries.c.id,
    ]
