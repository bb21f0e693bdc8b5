"""Makes a database of PostgreSQL what it was when it was new, by one call of a function in its own session.

The function throws out whoever is still connected, deletes what was written, sets sequences back, and tells
the state of what should never have changed: the catalogue, whose rows bear the number of the transaction that
wrote them, and the rows that came with the migrations. Its plans stay with the connection, which stays open.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg2

MOST_DELETED = 20_000
"""Rows. Nobody vacuums here, so a database in which more were deleted is slower than a new one."""

_FIRST_OID = 16_384
"""What the server itself is made of has smaller numbers."""

_CATALOGUES = {
    "pg_attrdef": "adrelid >= {0}",
    "pg_attribute": "attrelid >= {0}",
    "pg_class": "oid >= {0}",
    "pg_constraint": "oid >= {0}",
    "pg_index": "indexrelid >= {0}",
    "pg_namespace": "nspname !~ '^pg_(toast_)?temp_'",
    "pg_policy": "true",
    "pg_proc": "oid >= {0} AND pronamespace <> pg_my_temp_schema()",
    "pg_rewrite": "oid >= {0}",
    "pg_trigger": "true",
    "pg_type": "oid >= {0} AND typtype <> 'c'",
}
_SETTINGS = """(SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting JOIN pg_database d
ON d.oid = setdatabase WHERE datname = current_database())"""
_TABLES = """SELECT quote_ident(relname), pg_relation_size(oid) > 0 FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"""
_SEQUENCES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)

_FUNCTION = """
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.renew(spared int[], OUT alive int[], OUT deleted bigint, OUT state text)
LANGUAGE plpgsql AS $renew$
DECLARE found bigint;
BEGIN
    SELECT array_agg(pid) FILTER (WHERE pid = ANY (spared)),
        count(pg_terminate_backend(pid)) FILTER (WHERE pid <> ALL (spared))
    INTO alive, found FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
    deleted := 0;
    {steps}
    state := {state};
END $renew$"""
_DELETION = "DELETE FROM {}; GET DIAGNOSTICS found = ROW_COUNT; deleted := deleted + found;"


@dataclass(frozen=True)
class Blank:
    """What a new database has: tables that are empty, sequences, and the ``state`` of all else."""

    tables: tuple[str, ...]
    sequences: tuple[str, ...]
    told_by: str
    state: str

    @classmethod
    def of(cls, template: Any) -> "Blank":
        """What the database of a connection has, which nobody uses but to make copies of it."""
        with template.cursor() as cursor:
            cursor.execute(_TABLES)
            tables = list(cursor)
            cursor.execute(_SEQUENCES)
            sequences = [name for (name,) in cursor]
            cursor.execute(_writers())
            (writers,) = cursor.fetchone()
            told_by = _telling(writers, [name for name, filled in tables if filled])
            cursor.execute(f"SELECT {told_by}")
            (state,) = cursor.fetchone()
        return cls(tuple(name for name, filled in tables if not filled), tuple(sequences), told_by, state)


class Renewal:
    """Makes one database new again and again. ``connection`` is a superuser's, and commits by itself."""

    def __init__(self, connection: Any, blank: Blank) -> None:
        self._connection = connection
        self._blank = blank
        self._deleted = 0
        steps = [_DELETION.format(table) for table in blank.tables]
        steps += [f"PERFORM setval('{sequence}', 1, false);" for sequence in blank.sequences]
        with connection.cursor() as cursor:
            cursor.execute(_FUNCTION.format(steps=" ".join(steps), state=blank.told_by))

    def renew(self, *, spared: Sequence[int]) -> list[int] | None:
        """Empty it. Returns which of the ``spared`` server processes are alive; None where it is not as new.

        Some tables refuse that their rows are deleted; a replica's triggers, as those of this session, sleep.
        """
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT * FROM pg_temp.renew(%s::int[])", [list(spared)])
                alive, deleted, state = cursor.fetchone()
        except psycopg2.Error:
            return None
        self._deleted += deleted
        if state != self._blank.state or self._deleted > MOST_DELETED:
            return None
        return list(alive or ())

    def close(self) -> None:
        with suppress(psycopg2.Error):
            self._connection.close()


def _writers() -> str:
    """A query for the transactions that wrote the catalogue."""
    every = [
        f"SELECT xmin FROM {name} WHERE {which.format(_FIRST_OID)}" for name, which in _CATALOGUES.items()
    ]
    return f"SELECT array_agg(DISTINCT xmin::text)::text FROM ({' UNION ALL '.join(every)}) written"


def _telling(writers: str, kept: Sequence[str]) -> str:
    """An expression that tells the state of the catalogue and of tables that have rows from the beginning."""
    parts = [
        f"(SELECT concat(count(*), ':', count(*) FILTER (WHERE xmin <> ALL ('{writers}'::xid[])))"
        f" FROM {name} WHERE {which.format(_FIRST_OID)})"
        for name, which in _CATALOGUES.items()
    ]
    parts += [f"(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t)" for table in kept]
    return f"concat_ws(' ', {', '.join([*parts, _SETTINGS])})"
