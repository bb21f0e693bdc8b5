"""How each projection stands, and the rebuilds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, select

from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from services.reporting.archive import queries as archive
from services.reporting.archive.model import ArchivedEvent
from services.reporting.projections.shapes import SHAPES, Shape
from services.reporting.rebuilds.model import RUNNING, SWITCHED, Projection, Rebuild

RECENT = 20

Standing = Literal["current", "outdated", "rebuilding"]


@dataclass(frozen=True, kw_only=True)
class State:
    """How a projection stands.

    What is read always has all that is archived. A rebuild is ``behind`` by so many positions and by
    ``lag_seconds``, the age of the oldest event that it has still to fold.
    """

    name: str
    version: int
    built_version: int | None
    built_at: datetime | None
    state: Standing
    position: int
    behind: int
    lag_seconds: float
    progress: float
    rebuild: Rebuild | None


def states(session: Session) -> list[State]:
    """Every projection of this code."""
    built = {one.name: one for one in session.scalars(select(Projection))}
    rebuild = running(session)
    last = archive.last_position(session)
    lag = _lag_seconds(session, rebuild.position) if rebuild else 0.0
    return [
        _state(
            shape,
            built.get(shape.name),
            rebuild if rebuild and shape.name in rebuild.projections else None,
            last=last,
            lag=lag,
        )
        for shape in SHAPES
    ]


def running(session: Session) -> Rebuild | None:
    """The rebuild that is not over."""
    return session.scalar(select(Rebuild).where(Rebuild.state == RUNNING))


def rebuilds() -> Select[Rebuild]:
    """All of them."""
    return select(Rebuild)


def rebuild(session: Session, rebuild_id: object, *, lock: bool = False) -> Rebuild:
    """One of them. Raises NotFound."""
    found = session.get(Rebuild, rebuild_id, with_for_update=lock)
    if found is None:
        raise NotFound("rebuild", rebuild_id)
    return found


def to_build(session: Session) -> Sequence[Shape]:
    """Projections that were built by other code or never, unless that goes on, was tried, or cannot be."""
    built = {one.name: one.version for one in session.scalars(select(Projection))}
    outdated = [shape for shape in SHAPES if built.get(shape.name) != shape.version]
    if not outdated or archive.detached_after(session, 0):
        return ()
    recent = session.scalars(select(Rebuild).order_by(Rebuild.id.desc()).limit(RECENT)).all()
    if any(one.state == RUNNING for one in recent):
        return ()
    tried = {pair for one in recent if one.state != SWITCHED for pair in one.projections.items()}
    return [shape for shape in outdated if (shape.name, shape.version) not in tried]


def _state(
    shape: Shape, built: Projection | None, rebuild: Rebuild | None, *, last: int, lag: float
) -> State:
    standing: Standing = "current" if built and built.version == shape.version else "outdated"
    position = last if rebuild is None else rebuild.position
    return State(
        name=shape.name,
        version=shape.version,
        built_version=built.version if built else None,
        built_at=built.built_at if built else None,
        state="rebuilding" if rebuild else standing,
        position=position,
        behind=last - position,
        lag_seconds=lag if rebuild else 0.0,
        progress=position / last if last else 1.0,
        rebuild=rebuild,
    )


def _lag_seconds(session: Session, position: int) -> float:
    query = select(ArchivedEvent.time).where(ArchivedEvent.position > position)
    oldest = session.scalar(query.order_by(ArchivedEvent.position).limit(1))
    return max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0
