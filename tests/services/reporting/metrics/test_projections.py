"""How the projections stand, as Prometheus sees it."""

from dataclasses import replace

from prometheus_client import REGISTRY

from services.reporting.metrics.projections import show_projections
from services.reporting.projections.shapes import SHAPES
from services.reporting.rebuilds.queries import State

AT_REST = State(
    name="leads",
    version=2,
    built_version=2,
    built_at=None,
    state="current",
    position=16,
    behind=0,
    lag_seconds=0.0,
    progress=1.0,
    rebuild=None,
)
REBUILDING = replace(
    AT_REST, built_version=1, state="rebuilding", position=4, behind=12, lag_seconds=90.5, progress=0.25
)


def shown() -> list[float | None]:
    names = ("outdated", "behind_positions", "lag_seconds", "progress_ratio")
    labels = {"projection": "leads"}
    return [REGISTRY.get_sample_value(f"fanfare_projection_{name}", labels) for name in names]


def test_a_rebuild_shows_how_far_it_is_and_nothing_when_it_is_over() -> None:
    show_projections([REBUILDING])
    assert shown() == [1, 12, 90.5, 0.25]
    show_projections([AT_REST])
    assert shown() == [0, 0, 0, 1]


def test_every_projection_has_its_series_from_the_beginning() -> None:
    for shape in SHAPES:
        labels = {"projection": shape.name}
        assert REGISTRY.get_sample_value("fanfare_projection_lag_seconds", labels) is not None
