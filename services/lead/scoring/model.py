"""A set of scoring rules of a department, with the bands of points that propose a grade."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base
from services.lead.scoring.rules import Band, Condition, Rule

_IN_FORCE: Any = text("active")


class Scoring(Aggregate, Base):
    """At most one set of a department is in force. Points and half-lives are decimals as text."""

    __tablename__ = "scorings"
    __table_args__ = (
        Index(
            "uq_scorings_department_active",
            "department",
            unique=True,
            postgresql_where=_IN_FORCE,
            sqlite_where=_IN_FORCE,
        ),
    )

    department: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    bands: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    active: Mapped[bool]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)


def rules_of(rows: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Rules as kept, ready to be applied."""
    return [
        Rule(
            name=row["name"],
            points=Decimal(row["points"]),
            when=tuple(Condition(one["fact"], one["op"], one.get("value")) for one in row["when"]),
            per_touch=row["per_touch"],
            most=row.get("most"),
            half_life_days=Decimal(row["half_life_days"]) if row.get("half_life_days") else None,
        )
        for row in rows
    ]


def bands_of(rows: Sequence[Mapping[str, Any]]) -> list[Band]:
    """Bands as kept."""
    return [Band(row["grade"], Decimal(row["points"])) for row in rows]
