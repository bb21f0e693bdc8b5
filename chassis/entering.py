"""New aggregates of hot paths: inserted together with the commit, past the session's unit of work."""

from functools import cache, partial
from typing import Any

from sqlalchemy import inspect, orm

from chassis.audit import audit_entries, entry_of_new
from chassis.closing import write_last
from chassis.database import Aggregate


def enter(session: orm.Session, new: Aggregate) -> None:
    """Insert ``new`` when the transaction commits, which costs a fraction of adding it to the session.

    It goes in as it stands then, after whatever the session flushes, and is audited like any other.
    Until then nothing finds it: neither a query nor ``session.get``; only what is entered later may
    refer to it. Raises TypeError for a class with a column default that only a flush would fill in.
    """
    mapper = inspect(type(new))
    write_last(session, mapper.local_table, partial(_row, _columns(mapper), new))
    write_last(session, audit_entries, partial(entry_of_new, session, new))


def _row(columns: tuple[tuple[str, str], ...], new: Aggregate) -> dict[str, Any]:
    values = new.__dict__
    return {name: values.get(key) for name, key in columns}


@cache
def _columns(mapper: orm.Mapper[Any]) -> tuple[tuple[str, str], ...]:
    """The columns of a mapped class, each with the attribute that holds it."""
    pairs = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        filled_by_flush = getattr(column, "default", None) or getattr(column, "server_default", None)
        if filled_by_flush is not None and column.name != "version":
            raise TypeError(f"{mapper.class_.__name__}.{attribute.key} has a default; set it in __init__")
        pairs.append((str(column.name), attribute.key))
    return tuple(pairs)
