"""A service's own database, and the only place that commits.

A write transaction is ordinary SQLAlchemy. On SQLite the writers of one process take turns on a
lock of ours, and a writer of another process is waited for by asking again: SQLite's own waiting
would stop the whole cooperative process.
"""

import threading
import time
from collections.abc import Iterator, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import psycopg2
from psycopg2.extensions import get_wait_callback
from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    MetaData,
    PoolProxiedConnection,
    create_engine,
    event,
    exc,
    make_url,
    orm,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.pool import QueuePool

from chassis import pools
from chassis.ids import new_id
from chassis.postgres import DRIVER

if TYPE_CHECKING:
    from chassis.auth import Actor

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)
"""The tables that the chassis keeps in every service's database."""

LOST_DATABASE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""What may mean that the database is away; ``is_lost`` tells."""

_LOST_STATES = ("08", "53", "57P")
_LOST_SQLITE = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL"}

CLASHES = ("40001", "40P01")
"""PostgreSQL gave up one of several transactions: it could not be serialised, or there was a deadlock."""

UNIQUE = "23505"
"""PostgreSQL has such a key already."""

ALONE = "alone"

_CONNECT_SECONDS = 5

_SQLITE_PATIENCE_SECONDS = 60.0
_SQLITE_ASK_SECONDS = 0.005

_writer_locks: dict[str, threading.Lock] = {}


def is_lost(error: BaseException) -> bool:
    """Whether the database is away, so that the same work may be tried again once it is back."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, LOST_DATABASE):
        return False
    orig = getattr(error, "orig", None)
    if sqlite_name := getattr(orig, "sqlite_errorname", None):
        return sqlite_name in _LOST_SQLITE
    state = getattr(orig, "pgcode", None)
    return state is None or state.startswith(_LOST_STATES)


def has_clashed(error: BaseException) -> bool:
    """Whether the transaction was given up for another one, so that it may be done anew at once."""
    return getattr(getattr(error, "orig", None), "pgcode", None) in CLASHES


def taken_key(error: BaseException) -> str:
    """The unique key that PostgreSQL found taken, in its words; empty for any other error.

    Where somebody else took it a moment ago, the same work may be done anew at once, and sees it.
    """
    orig: Any = getattr(error, "orig", None)
    return str(orig.diag.message_detail) if getattr(orig, "pgcode", None) == UNIQUE else ""


def reason_of(error: BaseException) -> str:
    """What PostgreSQL says of an error, without the values that led to it."""
    return str(getattr(error, "orig", error)).partition("\n")[0].strip()


class Session(orm.Session):
    """A unit of work. ``info`` holds the ``actor`` it acts for and the ``database`` it belongs to.

    It may hold, under ``ALONE``, what is left to do where nothing was done by way of the mapper.
    """

    def commit(self) -> None:
        alone = self.info.pop(ALONE, None)
        if alone is None or self.in_transaction():
            super().commit()
        else:
            alone(self)

    def rollback(self) -> None:
        # Without a transaction of the mapper's nobody would hear of it.
        if not self.in_transaction():
            self.begin()
        super().rollback()

    def close(self) -> None:
        if self.in_transaction() or self.identity_map:
            super().close()


class Audited:
    """A row whose changes the audit trail keeps, as those of the id in the attribute ``audited_by``."""

    audited_by: ClassVar[str] = "id"


class Aggregate(Audited):
    """A row that events are about. ``version`` is the number of its events, its ETag and its lock."""

    id: Mapped[UUID] = mapped_column(UuidType, primary_key=True)
    version: Mapped[int] = mapped_column(default=0)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version, "version_id_generator": False}  # type: ignore[attr-defined]

    def __init__(self, **values: Any) -> None:
        kind: Any = type(self)
        given = {"id": new_id(), "version": 0, **values}
        others = {name: given.pop(name) for name in given.keys() - _columns_of(kind)}
        # All of a new row is written: what the mapper would note of each attribute is of no use.
        self.__dict__.update(given)
        super().__init__(**others)


@cache
def _columns_of(kind: Any) -> Set[str]:
    return frozenset(orm.class_mapper(kind).column_attrs.keys())


class Database:
    """Opens sessions on one database, whose writes are audited. ``wake_up`` is set whenever a commit left
    events to ship.

    With ``one_message`` several statements may go out as one message, which then are one transaction. On
    SQLite who holds ``turn`` is the only writer of this process.
    """

    def __init__(self, url: str, *, service: str = "", pool_size: int = 10) -> None:
        from chassis import audit  # which stands on this module

        audit.attend()
        self.service = service
        self.url = make_url(url)
        self.pool_size = pool_size
        self.engine = _engine(url, service=service, pool_size=pool_size)
        self.wake_up = threading.Event()
        self._sqlite = self.engine.dialect.name == "sqlite"
        self.one_message = not self._sqlite
        # Reads on PostgreSQL do without BEGIN and ROLLBACK: two of three round trips less.
        modes: dict[str, Any] = {} if self._sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._most_spare = pool_size // 2
        self._spare: list[PoolProxiedConnection] = []
        self._waiting: set[object] = set()
        """Who waits for the pool: what becomes free is theirs."""

        self._writers = _Sessions(self, self.engine, reading=False)
        self._readers = _Sessions(self, self.engine.execution_options(reading=True, **modes), reading=True)
        lock = _writer_locks.setdefault(str(self.url), threading.Lock()) if self._sqlite else None
        self.turn: AbstractContextManager[object] = lock or nullcontext()
        pools.watch(self)

    @property
    def in_use(self) -> int:
        """How many of its connections somebody works with at this moment."""
        pool = self.engine.pool
        checked_out = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return max(0, checked_out - len(self._spare))

    @contextmanager
    def transaction(self, actor: "Actor | None" = None) -> Iterator[Session]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        with self.turn, self._writers.session(actor) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self, actor: "Actor | None" = None) -> Iterator[Session]:
        """A session that never commits. Each statement sees what was committed before it.

        Raises RuntimeError where something is added or changed in it. Server-side cursors need a
        transaction, which this is not on PostgreSQL.
        """
        with self._readers.session(actor) as session:
            yield session

    @contextmanager
    def connection(self) -> Iterator[PoolProxiedConnection]:
        """A connection of the pool on which each message is a transaction. Only for PostgreSQL.

        A few are kept at hand, since the pool's own way costs as much as a small query.
        """
        pooled = self._take_spare() or self._take_from_pool()
        try:
            yield pooled
        finally:
            driver: Any = pooled.dbapi_connection
            if not pooled.is_valid or driver.closed:
                if pooled.is_valid:
                    pooled.invalidate()
                # What one of them met, the others have met too.
                self._drop_spare()
                self.engine.dispose()
            elif len(self._spare) < self._most_spare and not self._waiting:
                self._spare.append(pooled)
            else:
                pooled.close()

    def close(self) -> None:
        """Give every connection back."""
        self._most_spare = 0
        while spare := self._take_spare():
            spare.close()
        self.engine.dispose()

    def _take_spare(self) -> PoolProxiedConnection | None:
        # Threads share this: one may find the last just gone.
        with suppress(IndexError):
            return self._spare.pop()
        return None

    def _take_from_pool(self) -> PoolProxiedConnection:
        me = object()
        self._waiting.add(me)
        try:
            return self.engine.raw_connection()
        finally:
            self._waiting.discard(me)

    def _drop_spare(self) -> None:
        while spare := self._take_spare():
            spare.invalidate()


class _Sessions:
    """Sessions on one engine. One that was closed is as good as new, which costs as much as a small query."""

    def __init__(self, database: Database, engine: Engine, *, reading: bool) -> None:
        self._database = database
        self._engine = engine
        self._reading = reading
        self._rested: list[Session] = []

    @contextmanager
    def session(self, actor: "Actor | None") -> Iterator[Session]:
        session = self._take()
        session.info.update(actor=actor, database=self._database, reading=self._reading)
        with session:
            yield session
        session.info.clear()
        if len(self._rested) < self._database.pool_size:
            self._rested.append(session)

    def _take(self) -> Session:
        # Threads share this: one may find the last just gone.
        with suppress(IndexError):
            return self._rested.pop()
        return Session(self._engine, expire_on_commit=False, autoflush=True)


@event.listens_for(Session, "before_flush")
def _refuse_to_write(session: orm.Session, _context: object, _instances: object) -> None:
    # On PostgreSQL each statement of a reading session would be committed by itself.
    if session.info["reading"]:
        raise RuntimeError("this session is for reading; changes need a transaction")


def _engine(url: str, *, service: str, pool_size: int) -> Engine:
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        engine = create_engine(url, connect_args={"timeout": 30}, pool_size=pool_size, max_overflow=0)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = {"application_name": f"fanfare-{service}", "connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(
        make_url(url).set(drivername=DRIVER),
        connect_args=options,
        pool_size=pool_size,
        max_overflow=0,
        executemany_mode="values_only",
        insertmanyvalues_page_size=1000,
        use_native_hstore=False,
    )
    event.listen(engine, "do_connect", _connect_in_time)
    return engine


def _connect_in_time(dialect: Dialect, _record: Any, arguments: Any, options: Any) -> Any:
    # Where psycopg2 lets eventlet do the waiting, nobody looks at connect_timeout.
    if get_wait_callback() is None:
        return None
    from eventlet import Timeout

    late = psycopg2.OperationalError(f"no connection within {_CONNECT_SECONDS} s")
    with Timeout(_CONNECT_SECONDS, late):
        return dialect.connect(*arguments, **options)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=20"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + _SQLITE_PATIENCE_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except exc.OperationalError as error:
            if not is_lost(error) or time.monotonic() > deadline:
                raise
            time.sleep(_SQLITE_ASK_SECONDS)
