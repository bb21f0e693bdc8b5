"""The months of the archive as partitions on PostgreSQL: made ahead, made at need, taken out, put back.

A partition is made as a table of its own and then attached, which nobody who reads or writes the archive
has to wait for; to create it in its place would lock them all out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from chassis.clock import now
from chassis.database import Database, Session
from chassis.errors import Conflict, NotFound
from chassis.logs import get_logger
from services.reporting.archive import guarding
from services.reporting.archive.holding import hold_archive
from services.reporting.archive.model import DetachedMonth
from services.reporting.archive.months import AHEAD, Month
from services.reporting.rebuilds.model import RUNNING, Rebuild

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
"""Who takes a month out gives up rather than have all readers wait behind him."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Held:
    """A month of the archive as an operator sees it. ``events`` is the server's estimate while attached."""

    month: Month
    events: int
    attached: bool


def make_months(connection: Connection, months: Iterable[Month]) -> None:
    """Make the partitions of ``months``, none of which is there."""
    for month in months:
        table = month.partition
        connection.exec_driver_sql(f"CREATE TABLE {table} (LIKE archived_events INCLUDING DEFAULTS)")
        guarding.guard_partition(connection, table)
        _attach(connection, month, table)


def make_missing(session: Session, months: Iterable[Month]) -> list[Month]:
    """Make the partitions of ``months`` that are not there. The caller holds the archive."""
    wanted = sorted(set(months))
    found = _tables(session, [month.partition for month in wanted])
    missing = [month for month in wanted if month.partition not in found]
    if missing:
        make_months(session.connection(), missing)
        log.info("archive_months_made", months=[str(month) for month in missing])
    return missing


def make_ahead(database: Database) -> list[Month]:
    """Make the present month and those to come, where they are missing. Nothing on SQLite."""
    if database.engine.dialect.name != "postgresql":
        return []
    present = Month.of(now())
    with database.transaction() as session:
        hold_archive(session)
        return make_missing(session, [present.later(count) for count in range(AHEAD + 1)])


def detach_month(database: Database, month: Month) -> DetachedMonth:
    """Take a past month out of the archive; its events stay in a table of their own until it is dropped.

    Raises NotFound for a month that the archive does not hold, Conflict for the present one, for one of
    which a part is out already, and while a rebuild reads the archive.
    """
    _check_divided(database)
    if month >= Month.of(now()):
        raise Conflict(f"{month} is not over")
    with database.transaction() as session:
        hold_archive(session)
        _find(session, month, attached=True)
        if _tables(session, [month.detached]):
            raise Conflict(f"A part of {month} is in {month.detached}; attach it first")
        if session.scalar(select(Rebuild.id).where(Rebuild.state == RUNNING)) is not None:
            raise Conflict("A rebuild reads the archive")
        span = "count(*), coalesce(min(position), 0), coalesce(max(position), 0)"
        events, first, last = session.execute(text(f"SELECT {span} FROM {month.partition}")).one()
        session.execute(text(LOCK_TIMEOUT))
        session.execute(text(f"ALTER TABLE archived_events DETACH PARTITION {month.partition}"))
        session.execute(text(f"ALTER TABLE {month.partition} RENAME TO {month.detached}"))
        guarding.release_partition(session.connection(), month.detached)
        taken = DetachedMonth(
            month=str(month), events=events, first_position=first, last_position=last, detached_at=now()
        )
        session.add(taken)
    log.warning("archive_month_detached", month=str(month), events=events, table=month.detached)
    return taken


def attach_month(database: Database, month: Month) -> None:
    """Put a month that was taken out back. What arrived for it meanwhile goes in with it.

    Raises NotFound where its table is not there.
    """
    _check_divided(database)
    with database.transaction() as session:
        hold_archive(session)
        _find(session, month, attached=False)
        session.execute(text(LOCK_TIMEOUT))
        if _tables(session, [month.partition]):
            _put_late_ones_in(session, month)
        session.execute(text(f"ALTER TABLE {month.detached} RENAME TO {month.partition}"))
        guarding.guard_partition(session.connection(), month.partition)
        _attach(session.connection(), month, month.partition)
        if (taken := session.get(DetachedMonth, str(month))) is not None:
            session.delete(taken)
    log.warning("archive_month_attached", month=str(month))


def months_held(database: Database) -> list[Held]:
    """The months of the archive, attached and detached, oldest first; none on SQLite."""
    if database.engine.dialect.name != "postgresql":
        return []
    attached = text(
        "SELECT right(relname, 7), greatest(reltuples, 0)::bigint FROM pg_class"
        " JOIN pg_inherits ON inhrelid = pg_class.oid WHERE inhparent = 'archived_events'::regclass"
    )
    with database.reading() as session:
        held = [
            Held(Month.read(name.replace("_", "-")), events, attached=True)
            for name, events in session.execute(attached)
        ]
        gone = session.scalars(select(DetachedMonth)).all()
    held += [Held(Month.read(one.month), one.events, attached=False) for one in gone]
    return sorted(held, key=lambda one: (one.month, one.attached))


def _put_late_ones_in(session: Session, month: Month) -> None:
    """Events of the month that arrived while it was out, and lie in a new partition."""
    session.execute(text(f"ALTER TABLE archived_events DETACH PARTITION {month.partition}"))
    session.execute(text(f"INSERT INTO {month.detached} SELECT * FROM {month.partition}"))
    session.execute(text(f"DROP TABLE {month.partition}"))


def _attach(connection: Connection, month: Month, table: str) -> None:
    bounds = [one.starts_at.isoformat() for one in (month, month.later(1))]
    connection.exec_driver_sql(
        f"ALTER TABLE archived_events ATTACH PARTITION {table}"
        f" FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')"
    )


def _check_divided(database: Database) -> None:
    if database.engine.dialect.name != "postgresql":
        raise Conflict("The archive is divided into months on PostgreSQL only")


def _find(session: Session, month: Month, *, attached: bool) -> None:
    if not _tables(session, [month.partition if attached else month.detached]):
        raise NotFound("month of the archive" if attached else "detached month", month)


def _tables(session: Session, names: Sequence[str]) -> set[str]:
    query = text("SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r'")
    return set(session.scalars(query, {"names": list(names)}))
