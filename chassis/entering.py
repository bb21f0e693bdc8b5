"""New aggregates of hot paths: inserted together with the commit, past the session's unit of work."""

from functools import cache, partial
from typing import Any, cast

from sqlalchemy import Table, inspect, orm

from chassis.audit import enter_new
from chassis.closing import write_last
from chassis.database import Aggregate


def enter(session: orm.Session, new: Aggregate) -> None:
    """Insert ``new`` when the transaction commits, which costs a fraction of adding it to the session.

    It goes in as it stands then, after whatever the session flushes, and is audited like any other.
    Until then nothing finds it: neither a query nor ``session.get``; only what is entered later may
    refer to it. What it has no value for is None from here on. Raises TypeError for a class with a column
    default that only a flush would fill in.
    """
    kind: Any = type(new)
    table, columns = _place(kind)
    values = new.__dict__
    values.update({key: None for _, key in columns if key not in values})
    write_last(session, table, partial(_row, columns, new))
    enter_new(session, new)


def _row(columns: tuple[tuple[str, str], ...], new: Aggregate) -> dict[str, Any]:
    values = new.__dict__
    return {name: values[key] for name, key in columns}


@cache
def _place(kind: Any) -> tuple[Table, tuple[tuple[str, str], ...]]:
    """The table of a mapped class, and its columns, each with the attribute that holds it."""
    pairs = []
    mapper = inspect(kind)
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        filled_by_flush = getattr(column, "default", None) or getattr(column, "server_default", None)
        if filled_by_flush is not None and column.name != "version":
            raise TypeError(f"{kind.__name__}.{attribute.key} has a default; set it in __init__")
        pairs.append((str(column.name), attribute.key))
    return cast(Table, mapper.local_table), tuple(pairs)
