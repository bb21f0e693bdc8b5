"""How the projections stand, for Prometheus. All replicas show the same: take the highest, not the sum."""

from collections.abc import Iterable

from chassis.metrics import gauge
from services.reporting.projections.shapes import SHAPES
from services.reporting.rebuilds.queries import State

NAMES = tuple((shape.name,) for shape in SHAPES)
BY = ("projection",)

outdated = gauge("projection_outdated", "1 for rows built by other code than runs.", BY, starts=NAMES)
behind = gauge("projection_behind_positions", "Positions that a rebuild has still to fold.", BY, starts=NAMES)
lag = gauge("projection_lag_seconds", "Age of the oldest event still to fold in a rebuild.", BY, starts=NAMES)
progress = gauge("projection_progress_ratio", "Folded part of the archive, 1 at rest.", BY, starts=NAMES)


def show_projections(states: Iterable[State]) -> None:
    """Show these states from now on."""
    for one in states:
        outdated.labels(one.name).set(one.built_version != one.version)
        behind.labels(one.name).set(one.behind)
        lag.labels(one.name).set(one.lag_seconds)
        progress.labels(one.name).set(one.progress)
