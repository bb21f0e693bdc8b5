"""Start a rebuild, move it on, and end it: by the switch, or without one."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, text

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from services.reporting.archive import queries as archive
from services.reporting.archive.holding import hold_archive
from services.reporting.projections.actions import merge
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.projections.shapes import BY_NAME, SHAPES, Shape
from services.reporting.rebuilds import tables
from services.reporting.rebuilds.model import FAILED, RUNNING, STOPPED, SWITCHED, Projection, Rebuild
from services.reporting.totals.counting import count_anew

ALL = "all"

log = get_logger(__name__)

ended = counter(
    "rebuilds_ended_total",
    "Rebuilds of projections by how they ended: switched, stopped by somebody, failed.",
    ("outcome",),
    starts=((SWITCHED,), (STOPPED,), (FAILED,)),
)


def shapes_named(names: Iterable[str]) -> list[Shape]:
    """The projections of these names; ``all`` names every one. Raises Invalid for a name of none."""
    wanted = set(names)
    if ALL in wanted:
        return list(SHAPES)
    if unknown := sorted(wanted - BY_NAME.keys()):
        raise Invalid({"projections": [f"there is no projection {name}" for name in unknown]})
    return [shape for shape in SHAPES if shape.name in wanted]


def start_rebuild(
    session: Session, actor: Actor, names: Iterable[str], *, incomplete: bool = False
) -> Rebuild:
    """Begin to build these projections anew.

    Raises Invalid for an unknown name, Conflict while another rebuild runs, and where months of the
    archive were taken out, unless the rows shall be ``incomplete``.
    """
    shapes = shapes_named(names)
    hold_archive(session)
    running = session.scalar(select(Rebuild).where(Rebuild.state == RUNNING))
    if running is not None:
        raise Conflict(f"A rebuild of {', '.join(running.projections)} is running")
    if not incomplete and (missing := archive.detached_after(session, 0)):
        months = ", ".join(one.month for one in missing)
        raise Conflict(f"The archive lacks {months}; attach what was taken out first")
    for shape in shapes:
        tables.make_next(session, shape)
    rebuild = Rebuild(
        id=new_id(),
        projections={shape.name: shape.version for shape in shapes},
        asked_by=actor.subject,
        asked_at=now(),
        moved_at=now(),
    )
    session.add(rebuild)
    session.flush()
    log.info("rebuild_started", rebuild_id=str(rebuild.id), projections=list(rebuild.projections))
    return rebuild


def write_next(session: Session, rebuild: Rebuild, changes: Fold) -> None:
    """Merge the rows of some events into the new tables, and remember how far that was."""
    for shape, rows in changes.rows.items():
        if rows:
            merge(session, shape, list(rows.values()), into=tables.next_table(shape))
    rebuild.advance(position=changes.position, events=changes.facts, at=now())


def switch(session: Session, rebuild: Rebuild) -> None:
    """Fold what arrived meanwhile, while nothing more can, and let readers see the new rows from now on."""
    hold_archive(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(tables.LOCK_TIMEOUT))
    shapes = shapes_of(rebuild)
    write_next(session, rebuild, Fold(archive.facts(session, FOLDED, after=rebuild.position), of=shapes))
    for shape in shapes:
        tables.switch(session, shape)
    count_anew(session)
    _mark_built(session, shapes)
    end_rebuild(session, rebuild, SWITCHED, shapes=())


def settle_empty(session: Session, shapes: Sequence[Shape]) -> bool:
    """Take these projections for built where the archive is empty. Whether it is."""
    hold_archive(session)
    if archive.last_position(session):
        return False
    _mark_built(session, shapes)
    return True


def stop_rebuild(session: Session, actor: Actor, rebuild: Rebuild) -> None:
    """Give a rebuild up; what is read stays as it is. Raises Conflict when it is over."""
    if rebuild.state != RUNNING:
        raise Conflict(f"The rebuild is {rebuild.state}")
    log.warning("rebuild_stopped", rebuild_id=str(rebuild.id), by=actor.subject)
    end_rebuild(session, rebuild, STOPPED, shapes=shapes_of(rebuild))


def end_rebuild(session: Session, rebuild: Rebuild, state: str, *, shapes: Sequence[Shape]) -> None:
    """It is over; the new tables of ``shapes`` are dropped."""
    for shape in shapes:
        tables.drop_next(session, shape)
    rebuild.end(state, at=now())
    ended.labels(outcome=state).inc()
    log.info(
        "rebuild_ended",
        rebuild_id=str(rebuild.id),
        outcome=state,
        projections=list(rebuild.projections),
        events=rebuild.events,
    )


def is_of_newer_code(rebuild: Rebuild) -> bool:
    """Whether a later version of the code began it, which then has its own workers."""
    known = {shape.name: shape.version for shape in SHAPES}
    return any(version > known.get(name, 0) for name, version in rebuild.projections.items())


def shapes_of(rebuild: Rebuild) -> list[Shape]:
    """The projections that a rebuild is about; what this version of the code does not know is left out."""
    return [shape for shape in SHAPES if shape.name in rebuild.projections]


def _mark_built(session: Session, shapes: Sequence[Shape]) -> None:
    at = now()
    for shape in shapes:
        session.merge(Projection(name=shape.name, version=shape.version, built_at=at))
