"""Events of the rules that leads are scored by."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Event, Moment, Part, Subject, Text, event


class Band(Part, kw_only=True):
    """From so many points on, this grade is proposed."""

    grade: Literal["A", "B", "C", "D"]
    points: Decimal


@event("scoring.saved.v1", producer="lead")
class ScoringSaved(Event, kw_only=True):
    """A set of scoring rules was made, changed or, where it is not ``active``, put aside."""

    scoring_id: UUID
    department: Code
    name: Text
    rules: Count
    bands: list[Band]
    active: bool
    by: Subject
    at: Moment
