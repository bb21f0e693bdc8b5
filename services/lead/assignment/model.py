"""Sales reps and what they take, rule sets, and whose turn it is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.lead.assignment.choosing import Profile, folded
from services.lead.assignment.hours import Hours
from services.lead.assignment.rules import Rule
from services.lead.assignment.turns import Turns
from services.lead.base import Base

_ACTIVE = text("active")


class Rep(Aggregate, Base):
    """A sales rep of a department. Empty lists take every lead; no limit is none.

    ``capacity`` is per local day. ``working_hours`` lists spans by weekday, ``absences`` periods in UTC.
    """

    __tablename__ = "reps"
    __table_args__ = (UniqueConstraint("department", "subject"), Index(None, "subject"))

    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    last_assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    team: Mapped[str] = mapped_column(String(64))
    weight: Mapped[int]
    capacity: Mapped[int | None]
    most_open: Mapped[int | None]
    territories: Mapped[list[str]] = mapped_column(Document)
    products: Mapped[list[str]] = mapped_column(Document)
    sources: Mapped[list[str]] = mapped_column(Document)
    languages: Mapped[list[str]] = mapped_column(Document)
    time_zone: Mapped[str] = mapped_column(String(64))
    working_hours: Mapped[dict[str, list[list[str]]]] = mapped_column(Document)
    absences: Mapped[list[dict[str, str]]] = mapped_column(Document)

    def __init__(self, **values: Any) -> None:
        lists: dict[str, Any] = {name: [] for name in ("territories", "products", "sources", "languages")}
        blank = {"team": "", "weight": 1, "time_zone": "UTC", "working_hours": {}, "absences": [], **lists}
        super().__init__(**{**blank, "active": True, **values})

    @property
    def hours(self) -> Hours:
        """When he is at work."""
        return Hours.of(self.time_zone, self.working_hours, self.absences)

    @property
    def profile(self) -> Profile:
        """What the choice needs to know of him."""
        return Profile(
            subject=self.subject,
            team=self.team,
            weight=self.weight,
            capacity=self.capacity,
            most_open=self.most_open,
            regions=folded(self.territories),
            products=folded(self.products),
            sources=folded(self.sources),
            languages=folded(self.languages),
            hours=self.hours,
        )


class RuleSet(Aggregate, Base):
    """The rules of a department, in order. It is never changed: the next one has the next ``number``.

    One of a department is active.
    """

    __tablename__ = "rule_sets"
    __table_args__ = (
        UniqueConstraint("department", "number"),
        Index(
            "uq_rule_sets_active", "department", unique=True, postgresql_where=_ACTIVE, sqlite_where=_ACTIVE
        ),
    )

    department: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    active: Mapped[bool]
    published_by: Mapped[str] = mapped_column(String(255))
    published_at: Mapped[datetime] = mapped_column(Moment)

    def read(self) -> Sequence[Rule]:
        """The rules themselves."""
        return [Rule.of(one) for one in self.rules]


class AssignmentDesk(Base):
    """One for each department. Whoever chooses locks it, so that everybody gets his turn once."""

    __tablename__ = "assignment_desks"

    department: Mapped[str] = mapped_column(String(64), primary_key=True)


class Rotation(Base):
    """Whose turn it is by one rule of a department, whichever version of the rule set."""

    __tablename__ = "rotations"

    department: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    turns: Mapped[dict[str, Any]] = mapped_column(Document)

    def read(self) -> Turns:
        kept = self.turns
        places = {one: (at, number) for one, (at, number) in kept["places"].items()}
        return Turns(places, frozenset(kept["here"]), kept["clock"], kept["count"])

    def keep(self, turns: Turns) -> None:
        places = {one: list(place) for one, place in turns.places.items()}
        here = sorted(turns.here)
        self.turns = {"places": places, "here": here, "clock": turns.clock, "count": turns.count}


class RepDay(Base):
    """How many leads a rep was given on one of his days."""

    __tablename__ = "rep_days"

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[int]


class Cooling(Base):
    """Somebody gave the lead back, or let it lie: it does not go to him again for a while."""

    __tablename__ = "lead_coolings"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
