"""Statements that PostgreSQL keeps: parsed once a connection and planned once, then run by name.

For short statements of hot paths, whose parsing and planning cost the server more than their work.
The server plans anew when the statistics of a table change, and goes on planning each time for itself
where that finds a better way (``plan_cache_mode = auto``). A pooler in front of it has to keep
connections for whole sessions.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import NullType, TypeEngine

_numbers = itertools.count(1)

INFERRED = "unknown"
"""Lets the server find the type of a parameter."""


@dataclass(frozen=True)
class Kept:
    """A statement under its name: how a connection gets to know it, and how it is run."""

    name: str
    prepare: str
    execute: str

    @classmethod
    def of(cls, sql: str, *, types: Sequence[str], values: Sequence[str]) -> "Kept":
        """``sql`` has ``$1`` for the first of ``types``; ``values`` are the driver's words for each."""
        name = f"kept_{next(_numbers)}"
        given = ", ".join(
            value if kind == INFERRED else f"{value}::{kind}"
            for value, kind in zip(values, types, strict=True)
        )
        if not types:
            return cls(name, f"PREPARE {name} AS {sql}", f"EXECUTE {name}")
        return cls(name, f"PREPARE {name} ({', '.join(types)}) AS {sql}", f"EXECUTE {name} ({given})")


def type_for(kind: TypeEngine[Any], dialect: Dialect) -> str:
    """What PostgreSQL calls ``kind`` where a parameter is declared."""
    nameless = isinstance(kind, NullType | JSON.JSONElementType)
    return INFERRED if nameless else str(kind.compile(dialect))


def make_known(pooled: Any, cursor: Any, statements: Sequence[Kept], dialect: Dialect) -> None:
    """Prepare those of ``statements`` that the connection does not know. Raises what the driver raises."""
    known: set[str] = vars(pooled.dbapi_connection).setdefault("kept", set())
    for kept in statements:
        if kept.name not in known:
            # Each in a message of its own: no rollback takes back those before one that fails.
            dialect.do_execute_no_params(cursor, kept.prepare)
            known.add(kept.name)
