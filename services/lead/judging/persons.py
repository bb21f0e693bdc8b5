"""The words in judgements of a person's leads, taken away; what was found, by whom and when, stays."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.lead.judging.model import Judgement, UndoneJudgement


def forget(session: Session, lead_ids: Sequence[UUID]) -> int:
    """Blank reasons and notes: the database lets these histories change in nothing else. Returns how many."""
    found = session.scalars(select(Judgement).where(Judgement.lead_id.in_(lead_ids))).all()
    for one in found:
        one.reason = ""
        one.checklist = {name: {**looked, "note": ""} for name, looked in one.checklist.items()}
        one.before = {**one.before, "reason": ""}
    session.flush()
    undone = update(UndoneJudgement).where(UndoneJudgement.judgement_id.in_([one.id for one in found]))
    session.execute(undone.values(reason=""))
    return len(found)
