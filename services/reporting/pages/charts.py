"""The geometry of bar charts, in the units of an SVG's viewBox. Pure; the template only draws it.

A chart is as narrow as a phone, so that its texts need not shrink there: each label stands above its bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

BAR_WIDTH = 260.0
VALUE_WIDTH = 100.0
LABEL_HEIGHT = 20.0
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
    """A horizontal bar whose upper edge is at ``y``; its segments stand side by side."""

    label: str
    y: float
    total: Number
    segments: Sequence[Segment]

    def by_series(self, series: Sequence[str]) -> list[Number]:
        """The value of each of ``series``, 0 where the bar has no such segment."""
        values = {segment.series: segment.value for segment in self.segments}
        return [values.get(name, 0) for name in series]

    @property
    def above(self) -> float:
        """The height of the middle of the label."""
        return self.y - LABEL_HEIGHT / 2

    @property
    def middle(self) -> float:
        """The height of the middle of the bar, where its total stands."""
        return self.y + BAR_HEIGHT / 2

    @property
    def end(self) -> float:
        """Where the last segment ends."""
        return sum(segment.width for segment in self.segments)


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
        y = LABEL_HEIGHT + index * (LABEL_HEIGHT + BAR_HEIGHT + GAP)
        bars.append(Bar(label, y, sum(values.values()), _segments(values, longest)))
    series = list(dict.fromkeys(name for _, values in rows for name in values))
    height = len(rows) * (LABEL_HEIGHT + BAR_HEIGHT + GAP)
    return Chart(title, series, bars, BAR_WIDTH + VALUE_WIDTH, height)


def _segments(values: Mapping[str, Number], longest: Number) -> list[Segment]:
    segments, x = [], 0.0
    for series, value in values.items():
        width = round(float(value) / float(longest) * BAR_WIDTH, 2)
        if value:
            segments.append(Segment(series, value, round(x, 2), width))
        x += width
    return segments
