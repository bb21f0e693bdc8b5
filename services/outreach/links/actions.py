"""What following a link or sending a form does."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.database import Session
from services.outreach.links.answers import answer_to, last_answer, tell_answer
from services.outreach.links.model import CLICK, FORM, Answer
from services.outreach.links.queries import Origin
from services.outreach.opens.verdict import PERSON, Verdict
from services.outreach.suppressions.actions import Grounds, suppress


def record_click(session: Session, origin: Origin, *, url: str, verdict: Verdict = PERSON) -> None:
    """Count a click; the first of a delivery on an address is an answer, by a person and by a machine."""
    if _clicked_again(session, origin, machine=verdict.machine):
        return
    answer = answer_to(origin.delivery, origin.mailing, kind=CLICK, url=url, clicks=1)
    answer.machine, answer.rule, answer.link_number = verdict.machine, verdict.rule, origin.link.number
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:
        if not _clicked_again(session, origin, machine=verdict.machine):
            raise
        return
    tell_answer(session, answer)


def submit_form(session: Session, origin: Origin, *, interested: bool, note: str) -> None:
    """Take a form as an answer, unless the last one from this mail said exactly the same."""
    last = last_answer(session, origin.delivery, kind=FORM)
    if last is not None and (last.interested, last.note) == (interested, note):
        return
    answer = answer_to(origin.delivery, origin.mailing, kind=FORM, interested=interested, note=note)
    session.add(answer)
    tell_answer(session, answer)


def unsubscribe(session: Session, actor: Actor, origin: Origin) -> None:
    """Suppress the recipient on the channel of the mail, at once and once."""
    suppress(
        session,
        actor,
        contact_id=origin.delivery.contact_id,
        channel=origin.mailing.channel,
        grounds=Grounds(
            reason="unsubscribed",
            department=origin.mailing.department,
            campaign_id=origin.mailing.campaign_id,
            target_id=origin.delivery.target_id,
        ),
    )


def _clicked_again(session: Session, origin: Origin, *, machine: bool) -> bool:
    counted = session.execute(
        update(Answer)
        .where(Answer.delivery_id == origin.delivery.id, Answer.kind == CLICK)
        .where(Answer.link_number == origin.link.number, Answer.machine.is_(machine))
        .values(clicks=Answer.clicks + 1)
        .returning(Answer.id)
    )
    return bool(counted.all())
