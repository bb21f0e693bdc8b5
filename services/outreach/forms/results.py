"""What the submissions of a form say together: how often each answer, and the figures of its survey."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from chassis.database import Session
from services.outreach.forms.design import Design, Field
from services.outreach.forms.model import CONFIRMED, Form, Submission
from services.outreach.forms.scoring import Recommendation, mean, recommendation, rounded

ROWS_AT_ONCE = 1000
COUNTED = ("choice", "multi_choice", "scale", "consent")


@dataclass
class Question:
    """How a field was answered. ``choices`` counts each answer; numbers also have ends and a mean."""

    name: str
    type: str
    label: dict[str, str]
    answered: int = 0
    choices: dict[str, int] = field(default_factory=dict)
    numbers: list[Decimal] = field(default_factory=list)

    @classmethod
    def of(cls, asked: Field) -> "Question":
        values = [choice.value for choice in asked.choices]
        values = list(map(str, asked.steps)) if asked.type == "scale" else values
        return cls(asked.name, asked.type, asked.label, choices=dict.fromkeys(values, 0))

    @property
    def least(self) -> Decimal | None:
        return min(self.numbers, default=None)

    @property
    def most(self) -> Decimal | None:
        return max(self.numbers, default=None)

    @property
    def average(self) -> Decimal | None:
        return mean(self.numbers)

    def count(self, answer: str | list[str]) -> None:
        self.answered += 1
        if self.type in COUNTED:
            for one in [answer] if isinstance(answer, str) else answer:
                self.choices[one] = self.choices.get(one, 0) + 1
        if self.type in ("number", "scale") and isinstance(answer, str):
            self.numbers.append(Decimal(answer))


@dataclass
class SideResult:
    """One side: the means of what was expected and how it was, each of those who said so."""

    side: str
    label: dict[str, str]
    weight: int
    expectations: list[int] = field(default_factory=list)
    experiences: list[int] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return len(self.experiences)

    @property
    def expectation(self) -> Decimal | None:
        return mean(self.expectations)

    @property
    def experience(self) -> Decimal | None:
        return mean(self.experiences)

    @property
    def gap(self) -> Decimal | None:
        """The mean of experience − expectation, of those who said both."""
        return mean(self.gaps)

    def count(self, said: dict[str, Any]) -> None:
        expectation, experience = said.get("expectation"), said.get("experience")
        if expectation is not None:
            self.expectations.append(expectation)
        if experience is not None:
            self.experiences.append(experience)
        if expectation is not None and experience is not None:
            self.gaps.append(experience - expectation)


@dataclass
class Results:
    """Of all confirmed submissions. ``states`` and ``places`` count the others too."""

    form: Form
    states: dict[str, int]
    places: dict[str, int]
    checked_in: int
    questions: list[Question]
    sides: list[SideResult]
    score: Decimal | None
    scores: int
    nps: Recommendation


def results(session: Session, form: Form, design: Design, *, version: int | None = None) -> Results:
    """The figures over all versions, or those of one. Questions are those of ``design``."""
    questions = {one.name: Question.of(one) for one in design.fields}
    sides = {one.name: SideResult(one.name, one.label, one.weight) for one in design.sides}
    scores: list[Decimal] = []
    recommended: list[int] = []
    for answers, said, score, nps in _rows(session, form, version):
        for name, answer in answers.items():
            if name in questions:
                questions[name].count(answer)
        for one in said:
            if one["side"] in sides:
                sides[one["side"]].count(one)
        scores += [] if score is None else [score]
        recommended += [] if nps is None else [nps]
    return Results(
        form=form,
        states=_counts(session, form, Submission.state, version),
        places={place: n for place, n in _counts(session, form, Submission.place, version).items() if place},
        checked_in=_checked_in(session, form, version),
        questions=list(questions.values()),
        sides=list(sides.values()),
        score=rounded(sum(scores, Decimal()) / len(scores)) if scores else None,
        scores=len(scores),
        nps=recommendation(recommended),
    )


def _rows(session: Session, form: Form, version: int | None) -> Iterator[Any]:
    """Page by page, by key: a reading session has no server-side cursors."""
    columns = (Submission.answers, Submission.sides, Submission.score, Submission.nps)
    statement = select(Submission.id, *columns).where(
        Submission.form_id == form.id, Submission.state == CONFIRMED
    )
    if version is not None:
        statement = statement.where(Submission.form_version == version)
    statement = statement.order_by(Submission.id).limit(ROWS_AT_ONCE)
    rows = session.execute(statement).all()
    while rows:
        yield from (row[1:] for row in rows)
        rows = session.execute(statement.where(Submission.id > rows[-1][0])).all()


def _counts(session: Session, form: Form, column: Any, version: int | None) -> dict[str, int]:
    statement = select(column, func.count()).where(Submission.form_id == form.id).group_by(column)
    if version is not None:
        statement = statement.where(Submission.form_version == version)
    return {name: count for name, count in session.execute(statement)}


def _checked_in(session: Session, form: Form, version: int | None) -> int:
    statement = select(func.count()).where(
        Submission.form_id == form.id, Submission.checked_in_at.is_not(None)
    )
    if version is not None:
        statement = statement.where(Submission.form_version == version)
    return session.scalar(statement) or 0
