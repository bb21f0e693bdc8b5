"""Soft bounces in a row: an address that was out of reach so many times, over so many days, is lost.

Only bounces that tell something of the address count. A copy that was accepted and did not come back
ends the row.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy import select

from chassis.database import Session
from services.outreach.hearing.rules import shipped
from services.outreach.mailings.feedback import Heard
from services.outreach.mailings.model import REACHED, deliveries, mailings

SOFT_IN_A_ROW: Final = "soft_bounces_in_a_row"

_LOOKED_AT = 200


class Limits(Protocol):
    """How many soft bounces in a row, over how many days at least, end as a hard one."""

    @property
    def soft_bounces(self) -> int: ...
    @property
    def soft_bounce_days(self) -> float: ...


def weighed(session: Session, items: Sequence[Heard], limits: Limits) -> list[Heard]:
    """The same news, in which a soft bounce that fills a row is a hard one."""
    return [_weighed(session, one, limits) if one.kind == "bounced_soft" else one for one in items]


def _weighed(session: Session, one: Heard, limits: Limits) -> Heard:
    counting = shipped().about_the_address
    if one.reason not in counting:
        return one
    bounced = session.execute(
        select(deliveries.c.contact_id, deliveries.c.ended_at, mailings.c.channel)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(deliveries.c.id == one.delivery_id)
    ).one_or_none()
    if bounced is None or bounced.ended_at is None:
        return one
    before = (
        select(deliveries.c.feedback, deliveries.c.feedback_reason, deliveries.c.ended_at)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(deliveries.c.contact_id == bounced.contact_id, mailings.c.channel == bounced.channel)
        .where(REACHED, deliveries.c.ended_at <= bounced.ended_at, deliveries.c.id != one.delivery_id)
        .order_by(deliveries.c.ended_at.desc())
        .limit(_LOOKED_AT)
    )
    row = [bounced.ended_at]
    for copy in session.execute(before):
        if copy.feedback not in {"bounced_soft", "bounced_hard"}:
            break
        if copy.feedback_reason in counting:
            row.append(copy.ended_at)
    lasting = row[0] - row[-1] >= timedelta(days=limits.soft_bounce_days)
    if len(row) < limits.soft_bounces or not lasting:
        return one
    return replace(one, kind="bounced_hard", reason=SOFT_IN_A_ROW)
