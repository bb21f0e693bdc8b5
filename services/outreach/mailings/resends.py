"""Sending again what may or may not have gone out: only when somebody asks for it, and says why.

What is sent again becomes a mailing of its own, so that the books of the first one stay closed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from services.outreach.mailings import course, queries
from services.outreach.mailings.model import (
    CANCELLED,
    DRAFT,
    QUEUED,
    RESENT,
    Mailing,
    deliveries,
)

log = get_logger(__name__)

MOST = 10_000
"""Deliveries that one request sends again; the next one takes the others."""

_KEPT = (
    "wave_id",
    "campaign_id",
    "campaign_code",
    "campaign_name",
    "department",
    "channel",
    "template_id",
    "schedule",
    "expires_at",
    "trial",
)


def resend(
    session: Session,
    actor: Actor,
    *,
    mailing_id: UUID,
    reason: str,
    delivery_ids: Sequence[UUID] | None = None,
) -> Mailing:
    """A new mailing for the uncertain deliveries of another, or those of them that are named.

    Those that were sent again before, or that were heard of since, are left out. Raises NotFound, and
    Conflict when none is left or the mailing was cancelled or has expired.
    """
    campaign_id = queries.mailing(session, actor, mailing_id).campaign_id
    standing = course.locked_standing(session, campaign_id)
    first = queries.mailing(session, actor, mailing_id, lock=True)
    if first.state == CANCELLED or (first.expires_at is not None and first.expires_at <= now()):
        raise Conflict("The mailing was cancelled or has expired")
    chosen: Select[Any] = select(
        deliveries.c.id, deliveries.c.target_id, deliveries.c.contact_id, deliveries.c.variant
    )
    chosen = chosen.where(*queries.resendable(first.id)).limit(MOST).with_for_update()
    if delivery_ids is not None:
        chosen = chosen.where(deliveries.c.id.in_(list(delivery_ids)))
    rows: Sequence[Row[Any]] = session.execute(chosen).all()
    if not rows:
        raise Conflict("No delivery of this mailing is uncertain, other than those already sent again")
    again = _mailing(first, recipients=len(rows), reason=reason)
    session.add(again)
    session.flush()
    _copy(session, rows, again)
    course.obey(session, again, standing)
    log.info("resend_asked", mailing_id=str(first.id), again=str(again.id), copies=len(rows))
    return again


def _copy(session: Session, rows: Sequence[Row[Any]], again: Mailing) -> None:
    ids = [row.id for row in rows]
    session.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(reason=RESENT))
    plain = {"mailing_id": again.id, "state": QUEUED, "attempts": 0, "due_at": again.released_at}
    copies = [
        {
            **plain,
            "id": new_id(),
            "target_id": row.target_id,
            "contact_id": row.contact_id,
            "variant": row.variant,
            "reason": "",
            "answer": "",
        }
        for row in rows
    ]
    session.connection().execute(insert(deliveries), copies)


def _mailing(first: Mailing, *, recipients: int, reason: str) -> Mailing:
    kept = {name: getattr(first, name) for name in _KEPT}
    counts = dict.fromkeys(("pages", "pages_received", "accepted", "failed", "suppressed", "uncertain"), 0)
    return Mailing(
        **kept,
        **counts,
        state=DRAFT,
        recipients=recipients,
        released_at=now(),
        chosen=(first.chosen or 0) if first.trial else None,
        resend_of=first.id,
        resend_reason=reason,
    )
