"""What the five databases say in the end, in words that are the same on every run.

Rows are written as text and sorted. Identifiers become what they stand for, a contact's address or a
campaign's code, wherever they appear; times, and what only tells how work was cut into pieces, are
left out.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    NullPool,
    Select,
    Table,
    create_engine,
    func,
    select,
    text,
)

LABELS = {
    "lead.customers": ("name",),
    "lead.contacts": ("given_name", "family_name", "email", "phone"),
    "lead.segments": ("name",),
    "lead.imports": ("filename",),
    "campaign.campaigns": ("code",),
    "campaign.waves": ("campaign_id", "number"),
    "campaign.targets": ("contact_id",),
    "campaign.responses": ("contact_id", "kind"),
    "outreach.templates": ("name",),
    "outreach.mailings": ("wave_id",),
    "outreach.deliveries": ("contact_id",),
    "outreach.answers": ("contact_id", "kind"),
    "lead.leads": ("contact_id",),
    "finance.budgets": ("campaign_code",),
    "finance.budget_lines": ("name",),
    "finance.claims": ("purpose", "amount"),
    "finance.approvals": ("kind", "subject_id"),
    "finance.approval_steps": ("approval_id", "position"),
}
"""What the rows of a table are called elsewhere. A name may build on those before it."""

NOT_STATE = {
    "alembic_version",
    "archive_heads",
    "archived_events",
    "audit_entries",
    "audit_seals",
    "audit_words",
    "campaign_totals",
    "held_events",
    "idempotency_keys",
    "import_pieces",
    "inbox_positions",
    "outbox",
}
"""What the chassis keeps for itself, and what is counted from the other tables by and by."""

PIECEWISE = {"attempts", "first_position", "last_position", "lease", "leased_by", "tries"}
PAGED = {"campaigns", "mailings"}
"""Tables whose versions count such events, among others."""

SUMMED = {"mailing_tallies": "mailing_id"}
"""Tables that count by the minute, whichever it was: the sums for each of this column are the same."""

PAGES = {"campaign.targets_progressed.v1", "mailing.outcomes.v1"}
"""Events that carry as many entries as there happened to be."""

_MONTH = re.compile(r"_\d{4}_\d\d$")
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANDOM = re.compile(r"\b[0-9a-f]{32,64}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.:+Z-]*")

Aggregates = Mapping[str, tuple[str, ...]]
AGGREGATES: Mapping[str, Aggregates] = {
    "campaign": {"campaign": ("campaigns",), "wave": ("waves",)},
    "finance": {"approval": ("approvals",), "budget": ("budgets",), "claim": ("claims",)},
    "lead": {
        "contact": ("contacts",),
        "import": ("imports",),
        "resolution": ("resolutions",),
        "lead": ("leads",),
    },
    "outreach": {"mailing": ("mailings",), "answer": ("answers",), "suppression": ("suppressions",)},
}
"""The tables whose rows events are about, by service and kind; a row's version counts its events."""


class Databases:
    """The databases of one performance, by service."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.engines: dict[str, Engine] = {
            name: create_engine(url, poolclass=NullPool) for name, url in urls.items()
        }

    def close(self) -> None:
        for engine in self.engines.values():
            engine.dispose()

    def scalar(self, service: str, statement: str) -> int:
        with self.engines[service].connect() as connection:
            return int(connection.scalar(text(statement)) or 0)

    def waiting(self) -> int:
        """Events that are on their way inside a database: not shipped, or held for another try."""
        return sum(
            self.scalar(name, "SELECT count(*) FROM outbox")
            + self.scalar(name, "SELECT count(*) FROM held_events WHERE state <> 'dead'")
            for name in self.engines
        )

    def published(self) -> dict[str, int]:
        """How many events each aggregate has published, by subject."""
        found: dict[str, int] = {}
        for service, kinds in AGGREGATES.items():
            with self.engines[service].connect() as connection:
                for kind, tables in kinds.items():
                    for table in tables:
                        rows = connection.execute(text(f"SELECT id, version FROM {table} WHERE version > 0"))
                        found |= {f"{kind}/{row.id}": row.version for row in rows}
        return found

    def archived(self) -> Counter[tuple[str, int]]:
        """How often the archive holds each event: by subject and sequence."""
        with self.engines["reporting"].connect() as connection:
            rows = connection.execute(text("SELECT subject, sequence FROM archived_events"))
            return Counter((row.subject, row.sequence) for row in rows)

    def uncertain(self) -> int:
        """Deliveries of which nobody knows whether they went out."""
        return self.scalar("outreach", "SELECT count(*) FROM deliveries WHERE state = 'uncertain'")

    def describe(self, *, without: Collection[str] = ()) -> list[str]:
        """Every row as a line of text, sorted. Rows that hold one of the ids ``without`` are left out."""
        names = self._names()
        lines: list[str] = []
        for service, engine in self.engines.items():
            with engine.connect() as connection:
                for table in _tables(connection):
                    for row in connection.execute(_rows(table)).mappings():
                        if not any(str(value) in without for value in row.values()):
                            lines.append(f"{service}.{table.name}: {_line(table, row, names)}")
        return sorted(line for line in lines if not any(page in line for page in PAGES))

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for place, columns in LABELS.items():
            service, _, table = place.partition(".")
            chosen = ", ".join(columns)
            with self.engines[service].connect() as connection:
                for row in connection.execute(text(f"SELECT id, {chosen} FROM {table}")):
                    label = " ".join(_plain(value, names) for value in row[1:])
                    names[str(row.id)] = f"<{table} {label}>"
        return names


def _tables(connection: Connection) -> Iterator[Table]:
    found = MetaData()
    found.reflect(connection)
    yield from (table for table in found.sorted_tables if _MONTH.sub("", table.name) not in NOT_STATE)


def _rows(table: Table) -> Select[*tuple[Any, ...]]:
    by = SUMMED.get(table.name)
    if by is None:
        return select(table)
    sums = [func.sum(column).label(column.name) for column in table.c if column.type.python_type is int]
    return select(table.c[by], *sums).group_by(table.c[by])


def _line(table: Table, row: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    told = []
    for column in table.columns:
        if column.name not in row:
            continue
        timed = column.type.python_type is datetime
        pieces = column.name in PIECEWISE or (column.name == "version" and table.name in PAGED)
        if not timed and not pieces and not column.name.endswith("sequence"):
            told.append(f"{column.name}={_plain(row[column.name], names)}")
    return " ".join(told)


def _plain(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, UUID):
        return names.get(str(value), "·")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict | list):
        value = json.dumps(value, sort_keys=True, ensure_ascii=False)
    named = _IDENTIFIER.sub(lambda match: names.get(match[0], "·"), str(value))
    return _RANDOM.sub("·", named).replace("\n", "\\n")
