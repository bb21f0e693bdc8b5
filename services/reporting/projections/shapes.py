"""The shape of each projection's table, and how two rows with one key become one.

Merging is commutative wherever events of different aggregates meet, so the rows that come out do
not depend on which aggregate's events arrived first. The same shape merges rows in memory and, by
``projections.actions``, in the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
"""Column name to value."""

Key = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Shape:
    """One projection and its table: ``key`` finds a row, ``fixed`` columns never change once set.

    Whoever changes what events make of its rows raises ``version``, and they are built anew.

    ``latest`` names columns that hold a sequence, each with the columns that the row with the
    higher sequence decides. ``greatest``, ``least`` and ``added`` columns merge by that rule.
    """

    name: str
    key: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    latest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    greatest: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        blank: Row = dict.fromkeys((*self.greatest, *self.added, *self.latest), 0)
        for columns in self.latest.values():
            blank |= dict.fromkeys(columns)
        find = itemgetter(*self.key) if len(self.key) > 1 else lambda row: (row[self.key[0]],)
        object.__setattr__(self, "_blank", blank)
        object.__setattr__(self, "_find", find)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, the key first."""
        decided = [name for sequence, names in self.latest.items() for name in (sequence, *names)]
        return (*self.key, *self.fixed, *decided, *self.greatest, *self.least, *self.added)

    def put(self, rows: dict[Key, Row], part: Row) -> None:
        """Merge ``part``, a row that may leave out what its event does not tell, into ``rows``."""
        key: Key = self._find(part)  # type: ignore[attr-defined]
        row = rows.get(key)
        if row is None:
            rows[key] = self._blank | part  # type: ignore[attr-defined]
        else:
            self._merge(row, part)

    def _merge(self, row: Row, part: Row) -> None:
        for sequence, columns in self.latest.items():
            if part.get(sequence, 0) > row[sequence]:
                row[sequence] = part[sequence]
                for name in columns:
                    row[name] = part[name]
        for name in self.greatest:
            if name in part and part[name] > row[name]:
                row[name] = part[name]
        for name in self.least:
            row[name] = min(row[name], part[name])
        for name in self.added:
            if name in part:
                row[name] += part[name]


PLAN = ("code", "name", "kind", "owner", "department", "region", "starts_on", "ends_on", "currency", "goals")

CAMPAIGNS = Shape(
    "campaigns",
    key=("campaign_id",),
    latest={
        "plan_sequence": (*PLAN, "planned_cost"),
        "state_sequence": ("state",),
        "launch_sequence": ("targets", "launched_at"),
    },
)
WAVES = Shape(
    "waves",
    key=("campaign_id", "wave_id"),
    latest={"sequence": ("number", "channel", "targets", "released_at")},
)
MAILINGS = Shape(
    "mailings",
    key=("campaign_id", "mailing_id"),
    fixed=("wave_id",),
    latest={"start_sequence": ("channel", "recipients", "started_at"), "finish_sequence": ("finished_at",)},
    added=("accepted", "failed", "suppressed", "uncertain"),
)
TARGETS = Shape("targets", key=("campaign_id", "target_id"), greatest=("progress", "reached"))
RESPONSES = Shape(
    "responses",
    key=("campaign_id", "response_id"),
    latest={"sequence": ("target_id", "kind", "verdict", "responded_at")},
)
LEADS = Shape(
    "leads",
    key=("lead_id",),
    latest={
        "sequence": ("campaign_id",),
        "capture_sequence": ("department", "source", "captured_at"),
        "qualification_sequence": ("outcome", "grade", "qualified_at"),
        "assignment_sequence": ("assignee", "assigned_at"),
    },
)
BUDGET_LINES = Shape(
    "budget_lines",
    key=("campaign_id", "line_id"),
    latest={
        "sequence": (
            "budget_id",
            "name",
            "responsible",
            "currency",
            "budget",
            "committed",
            "incurred",
            "available",
        )
    },
    added=("allocated",),
)
EVENT_SOURCES = Shape(
    "event_sources",
    key=("campaign_id", "type"),
    greatest=("last_position",),
    least=("first_position",),
    added=("events",),
)

LEAD_TOUCHES = Shape(
    "lead_touches",
    key=("lead_id", "touch_id"),
    latest={"sequence": ("campaign_id", "department", "source", "kind", "touched_at")},
)
LEAD_WORTHS = Shape(
    "lead_worths",
    key=("lead_id",),
    latest={
        "contact_sequence": ("contact_id",),
        "judgement_sequence": ("value", "currency"),
        "acceptance_sequence": ("accepted_by", "accepted_at"),
        "conversion_sequence": (
            "opportunity_id",
            "amount",
            "amount_currency",
            "converted_by",
            "converted_at",
        ),
    },
    added=("returns",),
)
SOURCES = Shape(
    "sources",
    key=("source_id",),
    latest={"sequence": ("department", "code", "name", "parent_id")},
)
SATISFACTIONS = Shape(
    "satisfactions", key=("campaign_id", "side"), added=("answers", "expectation", "experience")
)
MAILING_FEEDBACKS = Shape(
    "mailing_feedbacks",
    key=("campaign_id", "mailing_id"),
    added=(
        *("delivered", "bounced_hard", "bounced_soft", "complained", "returned"),
        *("opened", "opened_by_machines"),
    ),
)
SUPPRESSIONS = Shape(
    "suppressions",
    key=("suppression_id",),
    latest={"added_sequence": ("campaign_id", "channel", "reason"), "lifted_sequence": ("lifted_at",)},
)

SHAPES = (
    *(CAMPAIGNS, WAVES, MAILINGS, TARGETS, RESPONSES, LEADS, BUDGET_LINES, EVENT_SOURCES),
    *(LEAD_TOUCHES, LEAD_WORTHS, SOURCES, SATISFACTIONS, MAILING_FEEDBACKS, SUPPRESSIONS),
)
"""Every projection."""

BY_NAME = {shape.name: shape for shape in SHAPES}
