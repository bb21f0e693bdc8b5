"""Reading what came in by mail."""

from uuid import UUID

from sqlalchemy import Select, func, or_, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.hearing.model import DONE, STATES, WAITING, InboundBody, InboundMail
from services.outreach.hearing.reading import Unreadable, understand
from services.outreach.hearing.wording import sound

LONGEST_SHOWN = 20_000


def inbound_mail(session: Session, actor: Actor, mail_id: UUID) -> InboundMail:
    """One mail. Raises NotFound, for one of a foreign department too.

    A mail that belongs to no delivery belongs to no department: whoever sees them all sees it.
    """
    found = session.get(InboundMail, mail_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("mail", mail_id)
    return found


def inbound_mails(
    actor: Actor,
    *,
    state: str | None = None,
    kind: str | None = None,
    verdict: str | None = None,
    reason: str | None = None,
    mailing_id: UUID | None = None,
    delivery_id: UUID | None = None,
) -> Select[InboundMail]:
    """The mails that the actor may see."""
    wanted = {
        InboundMail.state: state,
        InboundMail.kind: kind,
        InboundMail.verdict: verdict,
        InboundMail.reason: reason,
        InboundMail.mailing_id: mailing_id,
        InboundMail.delivery_id: delivery_id,
    }
    rows = select(InboundMail).where(actor.scope(InboundMail.department))
    return rows.where(*(column == value for column, value in wanted.items() if value is not None))


def words_of(session: Session, mail_id: UUID) -> str | None:
    """What a reader would read of a mail; None once its body is gone. Of an unreadable one, its source."""
    body = session.get(InboundBody, mail_id)
    if body is None:
        return None
    try:
        mail, _ = understand(body.raw, sender="")
    except Unreadable:
        return sound(body.raw[:LONGEST_SHOWN].decode("utf-8", "replace"))
    return mail.text[:LONGEST_SHOWN]


def any_waiting(session: Session) -> bool:
    """Whether there is a mail to sort that nobody holds."""
    free = or_(InboundMail.leased_until.is_(None), InboundMail.leased_until <= now())
    waiting = select(InboundMail.id).where(InboundMail.state == WAITING, free).limit(1)
    return session.scalar(waiting) is not None


def open_mails(session: Session) -> dict[str, int]:
    """How many mails are in each state but done."""
    rows = session.execute(
        select(InboundMail.state, func.count()).where(InboundMail.state != DONE).group_by(InboundMail.state)
    )
    return {state: 0 for state in STATES if state != DONE} | {state: count for state, count in rows}
