"""Writes of judgements and of the rights to judge."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.audit import act_for
from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from contracts.lead import LeadJudgementUndone, LeadQualified
from services.lead.assignment.model import Rep
from services.lead.judging.model import ASPECTS, Judgement, JudgingRight, UndoneJudgement
from services.lead.judging.queries import last_judgement, rights_of
from services.lead.judging.rights import may_judge
from services.lead.judging.standing import put_back, standing_of
from services.lead.leads.model import NO_CURRENCY, Grade, Lead
from services.lead.leads.states import NURTURE, Outcome
from services.lead.leads.timeline import tell
from services.lead.pools.queries import pool_codes
from services.lead.roles import JUDGES
from services.lead.scoring.queries import proposed

REST_DAYS: Final = 90
UNDO_DAYS: Final = 14
_OPEN_QUESTION: Final = {"answer": "unknown", "note": ""}


def qualify_lead(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    outcome: Outcome,
    grade: Grade = "D",
    value: Decimal = Decimal(),
    currency: str = NO_CURRENCY,
    reason: str = "",
    checklist: Mapping[str, Mapping[str, str]] | None = None,
    wake_at: datetime | None = None,
    rest: timedelta = timedelta(days=REST_DAYS),
    on_behalf_of: str = "",
) -> Lead:
    """Judge a lead. A long-term one rests until ``wake_at``, or as long as leads do rest.

    Raises Forbidden for whoever may not judge it, Invalid and Conflict as Lead.qualify.
    """
    rights = rights_of(session, lead.department)
    if not may_judge(actor, lead, rights, on_behalf_of=on_behalf_of):
        raise Forbidden(f"You may not judge leads of region {lead.region or 'none'}")
    at = now()
    found = {"outcome": outcome, "grade": grade, "value": value, "currency": currency, "reason": reason}
    before = standing_of(lead)
    if outcome == "long_term":
        wake_at = wake_at or at + rest
    lead.qualify(
        outcome=outcome, grade=grade, value=value, currency=currency, reason=reason, at=at, wake_at=wake_at
    )
    looked_at = {aspect: dict((checklist or {}).get(aspect, _OPEN_QUESTION)) for aspect in ASPECTS}
    judgement = Judgement(id=new_id(), lead_id=lead.id, checklist=looked_at, before=before, **found)
    judgement.judged_by, judgement.on_behalf_of, judgement.judged_at = actor.subject, on_behalf_of, at
    session.add(judgement)
    told = f"{outcome}, grade {grade}: {reason}".rstrip(": ") + proposed(session, lead)
    event = _told(actor, lead, judgement)
    return tell(session, actor, lead, event, kind="qualified", note=told, at=at, on_behalf_of=on_behalf_of)


def disqualify(session: Session, actor: Actor, *, lead: Lead, reason: str, on_behalf_of: str = "") -> Lead:
    """Discard a lead that is no target, for a reason. Raises as ``qualify_lead``."""
    return qualify_lead(
        session, actor, lead=lead, outcome="not_a_target", reason=reason, on_behalf_of=on_behalf_of
    )


def undo_judgement(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    reason: str,
    within: timedelta = timedelta(days=UNDO_DAYS),
) -> Lead:
    """Take back the last judgement: the lead stands as it did before, with whoever had it.

    Raises Forbidden unless the actor gave it or leads the work on leads, Conflict when there is none, it is
    too old, or the lead has gone on since.
    """
    judgement = last_judgement(session, lead)
    if judgement is None:
        raise Conflict("The lead has no judgement to take back")
    if judgement.judged_by != actor.subject and not (actor.has(*JUDGES) or actor.administers):
        raise Forbidden("Only who gave a judgement, or who leads the work on leads, takes it back")
    at = now()
    _check_undoing(lead, judgement, at=at, within=within)
    seat = judgement.on_behalf_of if judgement.judged_by == actor.subject else ""
    act_for(session, seat)
    _restore(session, lead, judgement.before)
    session.add(
        UndoneJudgement(judgement_id=judgement.id, reason=reason, undone_by=actor.subject, undone_at=at)
    )
    event = _taken_back(actor, lead, judgement, reason=reason, at=at, on_behalf_of=seat)
    told = f"{judgement.outcome}: {reason}"
    return tell(session, actor, lead, event, kind="undone", note=told, at=at, on_behalf_of=seat)


def _check_undoing(lead: Lead, judgement: Judgement, *, at: datetime, within: timedelta) -> None:
    if lead.moved_at != judgement.judged_at:
        raise Conflict(f"The lead has gone on since it was judged: it is {lead.state}")
    if at - judgement.judged_at > within:
        raise Conflict(f"The judgement is older than {within.days} days")


def grant_right(
    session: Session,
    actor: Actor,
    *,
    department: str,
    subject: str | None = None,
    role: str | None = None,
    regions: Sequence[str] = (),
) -> JudgingRight:
    """Let a person or a role judge the leads of a department. Raises Forbidden, Invalid and Conflict."""
    actor.require_department(department)
    if (subject is None) == (role is None):
        raise Invalid({"subject": ["Name a person or a role, not both."]})
    same = select(JudgingRight.id).where(JudgingRight.department == department)
    same = same.where(JudgingRight.subject == subject, JudgingRight.role == role)
    if session.scalar(same):
        raise Conflict(f"{subject or role} has a right to judge in {department} already")
    right = JudgingRight(
        department=department,
        subject=subject,
        role=role,
        regions=sorted(set(regions)),
        granted_by=actor.subject,
        granted_at=now(),
    )
    session.add(right)
    return right


def end_right(session: Session, *, right: JudgingRight) -> None:
    """Take a right to judge away."""
    session.delete(right)


def _restore(session: Session, lead: Lead, standing: Mapping[str, Any]) -> None:
    """Let the lead stand as it did. Raises Conflict where who had it, or its pool, is not there any more."""
    assignee, pool = standing["assignee"], standing["pool"]
    same = (Rep.department == lead.department, Rep.subject == assignee, ~Rep.active)
    if assignee and session.scalar(select(Rep.id).where(*same)):
        raise Conflict(f"{assignee}, who had the lead, is no sales rep any more")
    if pool and pool != NURTURE and pool not in pool_codes(session, lead.department):
        raise Conflict(f"The pool {pool}, where the lead lay, is closed")
    put_back(lead, standing)


def _told(actor: Actor, lead: Lead, judgement: Judgement) -> LeadQualified:
    grade = _grade(judgement.grade)
    assert grade is not None
    return LeadQualified(
        lead_id=lead.id,
        contact_id=lead.contact_id,
        campaign_id=lead.campaign_id,
        outcome=_outcome(judgement.outcome),
        grade=grade,
        value=judgement.value,
        currency=judgement.currency,
        qualified_by=actor.subject,
        reason=judgement.reason,
        qualified_at=judgement.judged_at,
        judgement_id=judgement.id,
        on_behalf_of=judgement.on_behalf_of,
        state=lead.state,
        assignee=lead.assignee or "",
        pool=lead.pool or "",
        wake_at=lead.wake_at,
    )


def _taken_back(
    actor: Actor, lead: Lead, judgement: Judgement, *, reason: str, at: datetime, on_behalf_of: str
) -> LeadJudgementUndone:
    return LeadJudgementUndone(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        department=lead.department,
        judgement_id=judgement.id,
        outcome=_outcome(judgement.outcome),
        restored=None if lead.outcome is None else _outcome(lead.outcome),
        grade=_grade(lead.grade),
        qualified_at=lead.qualified_at,
        state=lead.state,
        assignee=lead.assignee or "",
        pool=lead.pool or "",
        reason=reason,
        by=actor.subject,
        on_behalf_of=on_behalf_of,
        at=at,
    )


def _grade(value: str | None) -> Grade | None:
    return cast(Grade | None, value)


def _outcome(value: str) -> Outcome:
    return cast(Outcome, value)
