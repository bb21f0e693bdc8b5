"""The geometry of the charts."""

from decimal import Decimal

from services.reporting.pages.charts import BAR_HEIGHT, BAR_WIDTH, LABEL_HEIGHT, bar_chart


def test_the_longest_bar_takes_the_whole_width() -> None:
    chart = bar_chart("x", [("a", {"count": 50}), ("b", {"count": 200})])
    assert [bar.segments[0].width for bar in chart.bars] == [BAR_WIDTH / 4, BAR_WIDTH]


def test_segments_stand_side_by_side() -> None:
    [bar] = bar_chart("x", [("a", {"incurred": Decimal(1), "committed": 0, "available": Decimal(3)})]).bars
    assert [(one.series, one.x) for one in bar.segments] == [
        ("incurred", 0),
        ("available", BAR_WIDTH / 4),
    ]
    assert bar.end == BAR_WIDTH
    assert bar.by_series(["incurred", "committed", "available"]) == [1, 0, 3]


def test_no_label_touches_a_bar() -> None:
    first, second = bar_chart("x", [("a", {"count": 1}), ("b", {"count": 1})]).bars
    half = LABEL_HEIGHT / 2
    assert first.above - half >= 0 and first.above + half <= first.y
    assert first.y + BAR_HEIGHT < second.above - half


def test_a_chart_of_zeros_is_empty() -> None:
    assert bar_chart("x", [("a", {"count": 0})]).empty
    assert bar_chart("x", []).empty
