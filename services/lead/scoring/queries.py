"""Reads of scoring rules, and the scores of leads by them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from services.lead.departments import find
from services.lead.leads.model import Lead
from services.lead.leads.queries import visible
from services.lead.leads.states import OPEN
from services.lead.scoring.facts import facts_of, stream
from services.lead.scoring.model import Scoring, bands_of, rules_of
from services.lead.scoring.rules import Reason, Score, score

NO_GRADE = "none"
MOST_PREVIEWED = 10_000
SHOWN = 20


@dataclass(frozen=True)
class LeadScore:
    """What the rules make of a lead; ``scoring_id`` is None where its department has none in force."""

    lead_id: UUID
    scoring_id: UUID | None
    grade: str | None
    points: Decimal
    proposed_grade: str | None
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Preview:
    """What rules would make of the open leads: how many would get which grade, and the best of them."""

    leads: int
    grades: dict[str, int]
    changed: int
    best: Sequence[LeadScore]


def scorings(actor: Actor, **equal: Any) -> Select[Scoring]:
    """The rules of the actor's departments."""
    return select(Scoring).where(actor.scope(Scoring.department)).filter_by(**equal)


def find_scoring(session: Session, actor: Actor, scoring_id: UUID, *, lock: bool = False) -> Scoring:
    """One set of them, locked for a change where asked. Raises NotFound."""
    return find(session, actor, Scoring, scoring_id, what="scoring", lock=lock)


def proposal(session: Session, lead: Lead) -> LeadScore:
    """What the rules in force make of a lead now."""
    wanted = select(Scoring).where(Scoring.department == lead.department, Scoring.active)
    scoring = session.scalar(wanted)
    if scoring is None:
        return LeadScore(lead.id, None, lead.grade, Decimal(), None, ())
    at = now()
    (known,) = facts_of(session, [lead], at=at)
    made = score(known.facts, rules_of(scoring.rules), bands_of(scoring.bands), at=at)
    return _shown(lead, scoring.id, made)


def proposed(session: Session, lead: Lead) -> str:
    """What the rules propose, for whoever reads how a lead was judged; blank where there are none."""
    made = proposal(session, lead)
    if made.scoring_id is None:
        return ""
    return f" (rules propose {made.proposed_grade or 'no grade'}, {made.points} points)"


def score_of(session: Session, actor: Actor, lead_id: UUID) -> LeadScore:
    """The same of a lead that the actor may see. Raises NotFound."""
    lead = session.scalar(select(Lead).where(Lead.id == lead_id, visible(actor)))
    if lead is None:
        raise NotFound("lead", lead_id)
    return proposal(session, lead)


def preview(session: Session, actor: Actor, scoring: Scoring, **design: Any) -> Preview:
    """What a set of rules, or another ``design`` of it, would make of the newest open leads."""
    rules = rules_of(design.get("rules", scoring.rules))
    bands = bands_of(design.get("bands", scoring.bands))
    found = select(Lead).where(visible(actor), Lead.department == scoring.department, Lead.state.in_(OPEN))
    grades: Counter[str] = Counter()
    best: list[LeadScore] = []
    at, leads, changed = now(), 0, 0
    for known in stream(session, found, most=MOST_PREVIEWED, at=at):
        made = _shown(known.lead, scoring.id, score(known.facts, rules, bands, at=at))
        grades[made.proposed_grade or NO_GRADE] += 1
        leads, changed = leads + 1, changed + (made.grade is not None and made.grade != made.proposed_grade)
        best.append(made)
        if len(best) > 10 * SHOWN:
            best = _best(best)
    return Preview(leads, dict(sorted(grades.items())), changed, _best(best))


def _best(scores: Sequence[LeadScore]) -> list[LeadScore]:
    return sorted(scores, key=lambda one: (-one.points, one.lead_id))[:SHOWN]


def _shown(lead: Lead, scoring_id: UUID, made: Score) -> LeadScore:
    return LeadScore(lead.id, scoring_id, lead.grade, made.points, made.proposed_grade, made.reasons)
