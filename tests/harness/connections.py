"""Spares each test what it costs to open a database: what one test has made, the next one uses again.

All engines of a backend share what SQLAlchemy compiled and what it asked the server about itself. A
connection to PostgreSQL that a test closed in good order is made as new and waits for whoever opens that
database next; one that was broken, left in a transaction or never closed is not given on. What SQLite
writes need not outlive the machine, so nobody waits until it is on the disk.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import greenlet
import psycopg2
from eventlet import hubs, patcher
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import Engine, event
from sqlalchemy.dialects import registry

import chassis.database
from chassis import postgres

select = patcher.original("select")

MOST_STATEMENTS = 5000
"""Kept compiled; SQLAlchemy's own 500 are enough for one service, but here all of them are run."""

MOST_WAITING = 4
"""Connections to one database; a service that is served opens several."""

_engine_of: Callable[..., Engine] = chassis.database._engine
_first: dict[str, Any] = {}
_server: dict[str, Any] = {}
_waiting: dict[str, "list[Connection]"] = {}


class Connection(postgres.Connection):
    """A connection that knows for whom it was opened."""

    opened_with: tuple[tuple[str, str], ...] = ()


class Dialect(postgres.Dialect):
    """The dialect of the product, whose connections come from those that wait and go back to them."""

    supports_statement_cache = True

    def connect(self, *arguments: Any, **options: Any) -> Any:
        given = {**options, "connection_factory": Connection}
        wanted = tuple(sorted((name, str(value)) for name, value in given.items()))
        connection = _taken(given.get("dbname", ""), wanted) or super().connect(*arguments, **given)
        connection.opened_with = wanted
        return connection

    def initialize(self, connection: Any) -> None:
        if not _server:
            before = dict(vars(self))
            learn: Callable[[Any], None] = super().initialize
            learn(connection)
            learned = {
                name: value for name, value in vars(self).items() if before.get(name, self) is not value
            }
            _server.update({name: value for name, value in learned.items() if _is_plain(value)})
        vars(self).update(_server)

    def do_close(self, dbapi_connection: Any) -> None:
        waiting = _waiting.get(_database_of(dbapi_connection))
        if waiting is not None and len(waiting) < MOST_WAITING and _made_new(dbapi_connection):
            waiting.append(dbapi_connection)
        else:
            dbapi_connection.close()

    def do_terminate(self, dbapi_connection: Any) -> None:
        """Called for connections in which something was found to be wrong."""
        dbapi_connection.close()


def share() -> None:
    """From now on whatever opens a database in this process does so in the way of this module."""
    registry.register("postgresql.fanfare", __name__, "Dialect")
    chassis.database._engine = _opened


def keep(database: str) -> None:
    """Connections to this database of PostgreSQL are to wait for the next who opens it."""
    _waiting.setdefault(database, [])


def backends(database: str) -> list[int]:
    """The processes of the server that serve those who wait."""
    return [one.info.backend_pid for one in _waiting.get(database, ()) if not one.closed]


def keep_only(database: str, alive: Collection[int]) -> None:
    """Close those who wait for an answer that will not come, since their process has gone."""
    waiting = _waiting[database]
    for connection in [one for one in waiting if one.closed or one.info.backend_pid not in alive]:
        waiting.remove(connection)
        connection.close()


def forget(database: str) -> None:
    """Close what waits; the database is about to go."""
    for connection in _waiting.pop(database, ()):
        connection.close()


def _opened(url: str, *, service: str, pool_size: int) -> Engine:
    engine: Any = _engine_of(url, service=service, pool_size=pool_size)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _write_lazily)
    first = _first.setdefault(engine.dialect.name, engine)
    first._compiled_cache.capacity = MOST_STATEMENTS
    # A dialect knows its server from the first connection on.
    if first is not engine and getattr(first.dialect, "server_version_info", None):
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    opened: Engine = engine
    return opened


def _write_lazily(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


def _taken(database: str, wanted: tuple[tuple[str, str], ...]) -> Connection | None:
    """One that waits and was opened with the same words. Threads may ask at once."""
    waiting = _waiting.get(database, [])
    for connection in [one for one in waiting if one.opened_with == wanted]:
        with suppress(ValueError):
            waiting.remove(connection)
            if _is_silent(connection):
                return connection
            connection.close()
    return None


def _is_silent(connection: Connection) -> bool:
    """Whether the server said nothing unasked: it does when it ends the connection."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def _made_new(connection: Connection) -> bool:
    """Whether the server forgot all that was set, prepared, locked and listened for on this connection."""
    # The hub of eventlet may close connections, but not wait for an answer.
    if greenlet.getcurrent() is hubs.get_hub().greenlet:
        return False
    if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")
    except psycopg2.Error:
        return False
    opened_with = connection.opened_with
    vars(connection).clear()
    connection.opened_with = opened_with
    connection.notices.clear()
    connection.notifies.clear()
    return True


def _database_of(connection: Any) -> str:
    return connection.info.dbname if isinstance(connection, Connection) and not connection.closed else ""


def _is_plain(found: object) -> bool:
    return found is None or isinstance(found, bool | int | str | tuple)
