"""Reads of judgements and of the rights to judge."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.departments import find
from services.lead.judging.model import Judgement, JudgingRight, UndoneJudgement
from services.lead.leads.model import Lead
from services.lead.leads.queries import may_see


def judgements(lead: Lead) -> Select[Any]:
    """What was found of a lead, with who took it back."""
    return (
        select(
            *(getattr(Judgement, name) for name in SHOWN),
            *(UndoneJudgement.undone_by, UndoneJudgement.undone_at),
            UndoneJudgement.reason.label("undone_because"),
        )
        .outerjoin(UndoneJudgement, UndoneJudgement.judgement_id == Judgement.id)
        .where(Judgement.lead_id == lead.id)
    )


SHOWN = (
    *("id", "outcome", "grade", "value", "currency", "reason", "checklist"),
    *("judged_by", "on_behalf_of", "judged_at"),
)


def last_judgement(session: Session, lead: Lead) -> Judgement | None:
    """The latest that was not taken back."""
    undone = select(UndoneJudgement.judgement_id).where(UndoneJudgement.judgement_id == Judgement.id)
    found = select(Judgement).where(Judgement.lead_id == lead.id, ~undone.exists())
    return session.scalar(found.order_by(Judgement.id.desc()).limit(1))


def take_judged(session: Session, actor: Actor, lead_id: UUID) -> Lead:
    """The lead, locked, also for whoever judged it last and does not have it any more. Raises NotFound."""
    lead = session.get(Lead, lead_id, with_for_update=True)
    if lead is None or not actor.may_see(lead.department):
        raise NotFound("lead", lead_id)
    if not may_see(session, actor, lead):
        last = last_judgement(session, lead)
        if last is None or last.judged_by != actor.subject or last.judged_at != lead.moved_at:
            raise NotFound("lead", lead_id)
    return lead


def rights_of(session: Session, department: str) -> Sequence[JudgingRight]:
    """Every right to judge that a department has granted."""
    return session.scalars(select(JudgingRight).where(JudgingRight.department == department)).all()


def rights(actor: Actor, **equal: Any) -> Select[JudgingRight]:
    """The rights to judge of the actor's departments."""
    return select(JudgingRight).where(actor.scope(JudgingRight.department)).filter_by(**equal)


def find_right(session: Session, actor: Actor, right_id: UUID) -> JudgingRight:
    """Raises NotFound."""
    return find(session, actor, JudgingRight, right_id, what="judging right")
