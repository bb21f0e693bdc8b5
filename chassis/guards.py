"""Tables whose rows stay as they were written: the database itself refuses to change them."""

from collections.abc import Sequence

from sqlalchemy import Connection


def append_only(connection: Connection, table: str, reason: str) -> None:
    """Have every UPDATE, DELETE and TRUNCATE of ``table`` fail with ``reason``. For migrations too."""
    _execute(connection, _GROW[connection.dialect.name], table=table, reason=reason)


def never_changed(connection: Connection, table: str, reason: str) -> None:
    """Have every UPDATE and TRUNCATE of ``table`` fail with ``reason``; its rows may be deleted."""
    _execute(connection, _STAY[connection.dialect.name], table=table, reason=reason)


def grow_or_blank(connection: Connection, table: str, reason: str, *, blanking: str) -> None:
    """Let an UPDATE of a table that is append-only pass where the condition ``blanking`` holds of its row.

    The condition is SQL about NEW and OLD, for the kind of database that this is.
    """
    kind = connection.dialect.name
    _execute(connection, _UNGROW[kind], table=table, reason=reason)
    _execute(connection, _BLANK[kind], table=table, reason=reason, blanking=blanking)


def _execute(connection: Connection, statements: Sequence[str], *, reason: str, **names: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement.format(reason=reason.replace("'", "''"), **names))


_REFUSE = """CREATE OR REPLACE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{reason}'; END $$"""

_GROW = {
    "postgresql": (
        _REFUSE,
        """CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()""",
    ),
    "sqlite": tuple(
        f"CREATE TRIGGER {{table}}_no_{verb} BEFORE {verb} ON {{table}}"
        " BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        for verb in ("update", "delete")
    ),
}

_STAY = {
    "postgresql": (
        _REFUSE,
        """CREATE TRIGGER {table}_stay BEFORE UPDATE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()""",
    ),
    "sqlite": _GROW["sqlite"][:1],
}

_UNGROW = {
    "postgresql": ("DROP TRIGGER {table}_only_grow ON {table}",),
    "sqlite": ("DROP TRIGGER {table}_no_update",),
}

_BLANK = {
    "postgresql": (
        _REFUSE,
        """CREATE TRIGGER {table}_only_grow BEFORE DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()""",
        """CREATE TRIGGER {table}_only_blank BEFORE UPDATE ON {table}
        FOR EACH ROW WHEN (({blanking}) IS NOT TRUE) EXECUTE FUNCTION {table}_refuse_change()""",
    ),
    "sqlite": (
        "CREATE TRIGGER {table}_no_update BEFORE update ON {table} WHEN ({blanking}) IS NOT TRUE"
        " BEGIN SELECT RAISE(ABORT, '{reason}'); END",
    ),
}
