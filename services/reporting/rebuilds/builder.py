"""The worker that rebuilds projections: one chunk of the archive a step.

While the database writes the rows of one chunk, the next one is read and folded. Each chunk is written in
one transaction with the position it leads to, so that whoever takes over after a crash goes on there.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exc, or_, select

from chassis import collector
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from services.reporting.archive import queries as archive
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.rebuilds import actions, queries, tables
from services.reporting.rebuilds.model import FAILED, RUNNING, TRIES, Rebuild

CHUNK_EVENTS = 20_000
CHUNK_CHANGES = 100_000
"""Events folded in memory before their rows are written, and what they may change at most."""

LEASE_SECONDS = 60.0
IDLE_SECONDS = 0.2
SECONDS_BETWEEN = 1.0
LOOK_SECONDS = 10.0
LOCK_NOT_AVAILABLE = "55P03"

log = get_logger(__name__)

folded = counter("rebuilt_events_total", "Archived events folded by rebuilds of projections.")


@dataclass(frozen=True)
class Chunk:
    """What the events of a rebuild after position ``start`` come to; ``last`` where there are no more."""

    rebuild_id: UUID
    start: int
    fold: Fold
    last: bool


class Builder:
    """Works on the oldest rebuild that nobody holds, and starts one for projections that are outdated."""

    name = "projection-builder"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.token = new_id()
        self.actor = Actor.system("reporting")
        self._writer = ThreadPoolExecutor(1)
        self._folded: Chunk | None = None
        self._next_look = 0.0

    def step(self) -> bool:
        """Fold a chunk, or switch. True when there was something to do."""
        pending, self._folded = self._folded, None
        leased = self._lease()
        if leased is None:
            return self._start_outdated()
        if pending is None or (pending.rebuild_id, pending.start) != (leased.id, leased.position):
            pending = self._fold(leased, after=leased.position)
        writing = self._writer.submit(self._write, pending)
        if pending.last:
            return writing.result() and self._switch(leased.id)
        following = self._fold(leased, after=pending.fold.position)
        if writing.result():
            self._folded = following
        return True

    def _lease(self) -> Rebuild | None:
        """The rebuild to work on. One of which every try failed, or of older code, is ended."""
        expired = or_(Rebuild.leased_until.is_(None), Rebuild.leased_until < now())
        free = or_(expired, Rebuild.leased_by == self.token)
        waiting = select(Rebuild).where(Rebuild.state == RUNNING, free).order_by(Rebuild.id).limit(1)
        with self.database.reading(self.actor) as session:
            # An idle worker must not take SQLite's only write lock several times a second.
            if session.scalar(waiting) is None:
                return None
        with self.database.transaction(self.actor) as session:
            rebuild = session.scalar(waiting.with_for_update(skip_locked=True))
            if rebuild is None or actions.is_of_newer_code(rebuild):
                return None
            rebuild.tries += 1
            shapes = actions.shapes_of(rebuild)
            if rebuild.tries > TRIES or rebuild.projections != {one.name: one.version for one in shapes}:
                actions.end_rebuild(session, rebuild, FAILED, shapes=shapes)
                return None
            rebuild.take(self.token, at=now(), seconds=LEASE_SECONDS)
            return rebuild

    def _fold(self, rebuild: Rebuild, *, after: int) -> Chunk:
        fold = Fold(of=actions.shapes_of(rebuild))
        fold.position = after
        with self.database.reading(self.actor) as session, collector.paused():
            for fact in archive.facts(session, FOLDED, after=after):
                fold.add(fact)
                if fold.facts >= CHUNK_EVENTS or fold.changes >= CHUNK_CHANGES:
                    return Chunk(rebuild.id, after, fold, last=False)
        return Chunk(rebuild.id, after, fold, last=True)

    def _write(self, chunk: Chunk) -> bool:
        """Whether the rebuild was still where the chunk begins, and ours."""
        with self.database.transaction(self.actor) as session:
            rebuild = session.get_one(Rebuild, chunk.rebuild_id, with_for_update=True)
            mine = rebuild.state == RUNNING and rebuild.leased_by == self.token
            if not mine or rebuild.position != chunk.start:
                return False
            actions.write_next(session, rebuild, chunk.fold)
            if chunk.last:
                for shape in actions.shapes_of(rebuild):
                    tables.index_next(session, shape)
        folded.inc(chunk.fold.facts)
        return True

    def _switch(self, rebuild_id: UUID) -> bool:
        """False where somebody reads the old tables for long; it is tried again after a pause."""
        try:
            with self.database.transaction(self.actor) as session:
                rebuild = session.get_one(Rebuild, rebuild_id, with_for_update=True)
                if rebuild.state == RUNNING and rebuild.leased_by == self.token:
                    actions.switch(session, rebuild)
        except exc.DBAPIError as error:
            if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
                raise
            log.warning("switch_waits", rebuild_id=str(rebuild_id), cause="somebody reads the old tables")
            return False
        return True

    def _start_outdated(self) -> bool:
        """Begin with what was built by other code, unless that was tried, or the archive is incomplete.

        Where nothing is archived yet, every table is as it should be.
        """
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + LOOK_SECONDS
        with self.database.reading(self.actor) as session:
            outdated = queries.to_build(session)
        if not outdated:
            return False
        try:
            with self.database.transaction(self.actor) as session:
                if actions.settle_empty(session, outdated):
                    return False
                actions.start_rebuild(session, self.actor, [shape.name for shape in outdated])
        except Conflict:
            return False
        return True


def rebuild_now(
    database: Database,
    actor: Actor,
    names: Sequence[str],
    *,
    incomplete: bool = False,
    tell: Callable[[Rebuild], None] = lambda rebuild: None,
) -> Rebuild:
    """Rebuild projections in this process, and return when readers see the new rows.

    One of the same projections that was left unfinished is gone on with, and workers that run beside may
    take part. ``tell`` hears of the progress now and then. Raises what ``start_rebuild`` raises.
    """
    shapes = actions.shapes_named(names)
    with database.transaction(actor) as session:
        rebuild = queries.running(session)
        if rebuild is None or rebuild.projections.keys() != {shape.name for shape in shapes}:
            rebuild = actions.start_rebuild(session, actor, names, incomplete=incomplete)
    builder, tell_at = Builder(database), time.monotonic() + SECONDS_BETWEEN
    while rebuild.state == RUNNING:
        if not builder.step():
            time.sleep(IDLE_SECONDS)
        with database.reading() as session:
            rebuild = session.get_one(Rebuild, rebuild.id)
        if time.monotonic() >= tell_at:
            tell(rebuild)
            tell_at = time.monotonic() + SECONDS_BETWEEN
    return rebuild
