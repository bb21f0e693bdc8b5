"""Tables that only grow: the database itself refuses to change or delete what is in them."""

from sqlalchemy import Connection


def append_only(connection: Connection, table: str, reason: str) -> None:
    """Have every UPDATE, DELETE and TRUNCATE of ``table`` fail with ``reason``. For migrations too."""
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(table=table, reason=reason.replace("'", "''")))


_STATEMENTS = {
    "postgresql": (
        """CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{reason}'; END $$""",
        """CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change()""",
    ),
    "sqlite": tuple(
        f"CREATE TRIGGER {{table}}_no_{verb} BEFORE {verb} ON {{table}}"
        " BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        for verb in ("update", "delete")
    ),
}
