"""Rows that wait for a person to say whether they are a contact that is known, and the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from services.lead.customers.model import Contact, present
from services.lead.imports.batch import Saved, save_groups
from services.lead.imports.bulk import insert_rows
from services.lead.imports.duplicates import Likeness
from services.lead.imports.matching import Group
from services.lead.imports.model import Import, Mode, Question
from services.lead.imports.rows import Draft
from services.lead.imports.telling import rows_total, tell_saved

_questions = cast(Table, Question.__table__)

log = get_logger(__name__)


def ask(session: Session, import_: Import, groups: Sequence[Group]) -> int:
    """Keep a question for each group; its repeats wait with it. Returns how many rows wait."""
    rows = [
        {
            "import_id": import_.id,
            "line": group.draft.line,
            "repeats": group.repeats,
            "draft": asdict(group.draft),
            "candidates": [candidate(*pair) for pair in group.candidates],
        }
        for group in groups
    ]
    insert_rows(session, _questions, rows)
    return sum(len(group.lines) for group in groups)


def candidate(known: Row[Any], likeness: Likeness) -> dict[str, Any]:
    """A known contact as somebody who has to decide sees it."""
    name = f"{known.given_name} {known.family_name}".strip()
    shown = {"name": name, "company": known.company, "email": known.email, "phone": known.phone}
    fields = {field: round(alike, 3) for field, alike in likeness.fields.items()}
    return {"contact_id": str(known.id), "score": round(likeness.score, 3), "fields": fields, **shown}


def answer_questions(
    session: Session, actor: Actor, *, import_: Import, answers: Sequence[Mapping[str, Any]]
) -> Import:
    """Do with each row what its answer says. Raises Invalid by place of the answer, and Conflict."""
    if import_.state in ("undoing", "undone"):
        raise Conflict(f"The import is {import_.state}")
    asked = _open_questions(session, import_, answers)
    groups = {"create": list[Group](), "update": list[Group](), "refuse": list[Group]()}
    for question, answer in zip(asked, answers, strict=True):
        groups[answer["answer"]].append(_group(question, answer.get("contact_id")))
        question.answer, question.contact_id = answer["answer"], answer.get("contact_id")
        question.answered_by, question.answered_at = actor.subject, now()
    _require_contacts(session, import_, asked)
    saved = _done(session, import_, groups)
    if saved.refused:
        line, reason = next(iter(saved.refused.items()))
        raise Invalid({"answers": [f"line {line}: {reason}"]})
    import_.answer(
        created=saved.created,
        updated=saved.updated,
        rejected=sum(len(group.lines) for group in groups["refuse"]),
    )
    tell_saved(session, import_, saved.cards)
    rows_total.labels(outcome="answered").inc(len(asked))
    log.info("import_answered", import_id=str(import_.id), created=saved.created, updated=saved.updated)
    return import_


def _done(session: Session, import_: Import, groups: Mapping[str, Sequence[Group]]) -> Saved:
    saved = Saved()
    modes: tuple[Mode, ...] = ("create", "update")
    for mode in modes:
        if groups[mode]:
            done = save_groups(session, import_, groups[mode], mode=mode, at=now(), known=True)
            saved.created += done.created
            saved.updated += done.updated
            saved.cards += done.cards
            saved.refused |= done.refused
    return saved


def _open_questions(
    session: Session, import_: Import, answers: Sequence[Mapping[str, Any]]
) -> list[Question]:
    lines = [answer["line"] for answer in answers]
    found = select(Question).where(Question.import_id == import_.id, Question.line.in_(lines))
    by_line = {question.line: question for question in session.scalars(found)}
    faults = {}
    for place, answer in enumerate(answers):
        question = by_line.pop(answer["line"], None)
        if question is None or question.answer is not None:
            faults[f"answers.{place}.line"] = ["Is no row that waits for an answer, or is answered twice"]
        elif (answer["answer"] == "update") != (answer.get("contact_id") is not None):
            faults[f"answers.{place}.contact_id"] = ["Goes with the answer update, and only with it"]
    if faults:
        raise Invalid(faults)
    known = {question.line: question for question in session.scalars(found)}
    return [known[line] for line in lines]


def _require_contacts(session: Session, import_: Import, asked: Sequence[Question]) -> None:
    wanted = {question.contact_id for question in asked if question.contact_id is not None}
    theirs = select(Contact.id).where(Contact.department == import_.department, present())
    theirs = theirs.where(Contact.id.in_(wanted))
    missing = wanted - set(session.scalars(theirs))
    if missing:
        raise Invalid({"answers.contact_id": [f"The department has no contact {missing.pop()}"]})


def _group(question: Question, contact_id: UUID | None) -> Group:
    """The row again. A person's word is as good as an external id."""
    draft = Draft(**question.draft)
    draft.identify()
    return Group(draft, list(question.repeats), contact_id=contact_id, exact=contact_id is not None)
