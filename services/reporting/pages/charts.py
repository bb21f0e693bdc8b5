"""The geometry of bar charts, in the units of an SVG's viewBox. Pure; the template only draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

LABEL_WIDTH = 190.0
BAR_WIDTH = 430.0
VALUE_WIDTH = 100.0
BAR_HEIGHT = 22.0
GAP = 10.0

Number = int | Decimal


@dataclass(frozen=True)
class Segment:
    """A part of a bar. ``series`` is what it counts, also its CSS class."""

    series: str
    value: Number
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A horizontal bar at height ``y``; its segments stand side by side."""

    label: str
    y: float
    total: Number
    segments: Sequence[Segment]

    def by_series(self, series: Sequence[str]) -> list[Number]:
        """The value of each of ``series``, 0 where the bar has no such segment."""
        values = {segment.series: segment.value for segment in self.segments}
        return [values.get(name, 0) for name in series]

    @property
    def middle(self) -> float:
        """The height of the middle, where the texts stand."""
        return self.y + BAR_HEIGHT / 2

    @property
    def end(self) -> float:
        """Where the last segment ends."""
        return LABEL_WIDTH + sum(segment.width for segment in self.segments)


@dataclass(frozen=True)
class Chart:
    """Bars on one scale: the longest takes the whole width."""

    title: str
    series: Sequence[str]
    bars: Sequence[Bar]
    width: float
    height: float

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(bar.total for bar in self.bars)


def bar_chart(title: str, rows: Sequence[tuple[str, Mapping[str, Number]]]) -> Chart:
    """A chart with one bar a row: its label, and its non-negative values by series."""
    totals = [sum(values.values()) for _, values in rows]
    longest = max(totals, default=0) or 1
    bars = []
    for index, (label, values) in enumerate(rows):
        y = GAP + index * (BAR_HEIGHT + GAP)
        bars.append(Bar(label, y, sum(values.values()), _segments(values, longest)))
    series = list(dict.fromkeys(name for _, values in rows for name in values))
    width = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH
    return Chart(title, series, bars, width, GAP + len(rows) * (BAR_HEIGHT + GAP))


def _segments(values: Mapping[str, Number], longest: Number) -> list[Segment]:
    segments, x = [], LABEL_WIDTH
    for series, value in values.items():
        width = round(float(value) / float(longest) * BAR_WIDTH, 2)
        if value:
            segments.append(Segment(series, value, round(x, 2), width))
        x += width
    return segments
