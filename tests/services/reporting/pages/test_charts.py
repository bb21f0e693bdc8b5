"""The geometry of the charts."""

from decimal import Decimal

from services.reporting.pages.charts import BAR_WIDTH, LABEL_WIDTH, bar_chart


def test_the_longest_bar_takes_the_whole_width() -> None:
    chart = bar_chart("x", [("a", {"count": 50}), ("b", {"count": 200})])
    assert [bar.segments[0].width for bar in chart.bars] == [BAR_WIDTH / 4, BAR_WIDTH]


def test_segments_stand_side_by_side() -> None:
    [bar] = bar_chart("x", [("a", {"incurred": Decimal(1), "committed": 0, "available": Decimal(3)})]).bars
    assert [(one.series, one.x) for one in bar.segments] == [
        ("incurred", LABEL_WIDTH),
        ("available", LABEL_WIDTH + BAR_WIDTH / 4),
    ]
    assert bar.end == LABEL_WIDTH + BAR_WIDTH
    assert bar.by_series(["incurred", "committed", "available"]) == [1, 0, 3]


def test_a_chart_of_zeros_is_empty() -> None:
    assert bar_chart("x", [("a", {"count": 0})]).empty
    assert bar_chart("x", []).empty
