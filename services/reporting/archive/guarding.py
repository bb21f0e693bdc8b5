"""What makes the database itself refuse to change or delete archived events.

Only ``data`` may be written anew, which is how people who ask for their erasure are made anonymous.
"""

from sqlalchemy import Connection

REASON = "archived events only grow; of those that are there nothing but data is ever written anew"
_FIXED = (
    *("position", "event_id", "type", "source", "subject", "sequence", "time"),
    *("traceparent", "campaign_id", "department"),
)


def prepare(connection: Connection) -> None:
    """Make what refuses on PostgreSQL, before the first partition is made."""
    connection.exec_driver_sql(
        "CREATE FUNCTION archived_events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REASON}'; END $$"
    )


def guard(connection: Connection) -> None:
    """Guard the table of archived events. On PostgreSQL a trigger by row reaches all its partitions."""
    columns = ", ".join(f'"{name}"' for name in _FIXED)
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(columns=columns, reason=REASON))


def guard_partition(connection: Connection, table: str) -> None:
    """Have TRUNCATE of one partition fail too, which no trigger of the whole table sees."""
    connection.exec_driver_sql(
        f"CREATE TRIGGER archived_events_stay BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION archived_events_refuse_change()"
    )


def release_partition(connection: Connection, table: str) -> None:
    """A partition that was taken out of the archive may be dropped and emptied."""
    connection.exec_driver_sql(f"DROP TRIGGER archived_events_stay ON {table}")


_STATEMENTS = {
    "postgresql": (
        """CREATE TRIGGER archived_events_only_grow BEFORE UPDATE OF {columns} OR DELETE ON archived_events
        FOR EACH ROW EXECUTE FUNCTION archived_events_refuse_change()""",
        """CREATE TRIGGER archived_events_not_emptied BEFORE TRUNCATE ON archived_events
        FOR EACH STATEMENT EXECUTE FUNCTION archived_events_refuse_change()""",
    ),
    "sqlite": (
        "CREATE TRIGGER archived_events_no_update BEFORE UPDATE OF {columns} ON archived_events"
        " BEGIN SELECT RAISE(ABORT, '{reason}'); END",
        "CREATE TRIGGER archived_events_no_delete BEFORE DELETE ON archived_events"
        " BEGIN SELECT RAISE(ABORT, '{reason}'); END",
    ),
}
