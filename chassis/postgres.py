"""PostgreSQL in fewer round trips, by way of psycopg2.

The driver sends BEGIN and COMMIT as messages of their own. Here BEGIN goes out together with the
first statement of a transaction, and COMMIT together with the last one where that one is known to
be the last. The driver itself runs in its autocommit mode and is told nothing.
"""

from collections.abc import Callable
from typing import Any

import psycopg2.extensions
from psycopg2.errorcodes import FEATURE_NOT_SUPPORTED
from sqlalchemy import Column, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

DRIVER = "postgresql+fanfare"
_IDLE = psycopg2.extensions.TRANSACTION_STATUS_IDLE
_UNKNOWN = psycopg2.extensions.TRANSACTION_STATUS_UNKNOWN


class Connection(psycopg2.extensions.connection):
    """A connection that knows whether a transaction is still to be begun."""

    to_begin = False
    plain = False
    """Each statement stands for itself; there are no transactions."""


class Dialect(PGDialect_psycopg2):
    """SQLAlchemy's psycopg2 dialect, but for how transactions begin and end."""

    supports_statement_cache = True

    def create_connect_args(self, url: Any) -> Any:
        arguments, options = super().create_connect_args(url)  # type: ignore[no-untyped-call]
        return arguments, {**options, "connection_factory": Connection}

    def on_connect(self) -> Any:
        prepare = super().on_connect()  # type: ignore[no-untyped-call]

        def run(connection: Connection) -> None:
            if prepare is not None:
                prepare(connection)
            connection.autocommit = True

        return run

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        """Only the server's own level and AUTOCOMMIT are known. Raises ValueError for others."""
        if level not in ("AUTOCOMMIT", "READ COMMITTED"):
            raise ValueError(f"isolation level {level} is not supported")
        _own(dbapi_connection).plain = level == "AUTOCOMMIT"

    def get_isolation_level_values(self, dbapi_connection: Any) -> Any:
        return ("AUTOCOMMIT", "READ COMMITTED")

    def do_begin(self, dbapi_connection: Any) -> None:
        connection = _own(dbapi_connection)
        connection.to_begin = not connection.plain

    def do_commit(self, dbapi_connection: Any) -> None:
        _end(_own(dbapi_connection), "COMMIT")

    def do_rollback(self, dbapi_connection: Any) -> None:
        _end(_own(dbapi_connection), "ROLLBACK")

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        connection = cursor.connection
        if connection.to_begin:
            connection.to_begin = False
            statement = f"BEGIN; {statement}"
        cursor.execute(statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        connection = cursor.connection
        if connection.to_begin:
            connection.to_begin = False
            statement = f"BEGIN; {statement}"
        cursor.execute(statement)

    def is_disconnect(self, error: Any, connection: Any, cursor: Any) -> bool:
        # A kept statement whose columns have other types by now is only forgotten with its connection.
        if getattr(error, "pgcode", None) == FEATURE_NOT_SUPPORTED and "cached plan" in str(error):
            return True
        usual: Callable[..., bool] = super().is_disconnect
        return usual(error, connection, cursor)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        connection = cursor.connection
        if connection.to_begin:
            connection.to_begin = False
            cursor.execute("BEGIN")
        super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]


def type_name(column: Column[Any]) -> str:
    """What PostgreSQL calls the type of ``column``."""
    return str(column.type.compile(_words))


_words = make_url("postgresql+psycopg2://").get_dialect()()


def _own(connection: Any) -> Connection:
    """The connection itself where the pool hands over its wrapper."""
    own: Connection = getattr(connection, "dbapi_connection", connection)
    return own


def _end(connection: Connection, how: str) -> None:
    if connection.to_begin:
        connection.to_begin = False
        return
    if connection.closed or connection.info.transaction_status in (_IDLE, _UNKNOWN):
        return
    with connection.cursor() as cursor:
        cursor.execute(how)


registry.register("postgresql.fanfare", __name__, "Dialect")
