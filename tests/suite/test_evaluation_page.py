"""The page behind the signed link that a demonstration ends with, in a real browser."""

from decimal import Decimal
from typing import Any

import pytest

from fanfare.demo.people import WATCHER
from services.reporting.pages.words import words_of
from tests.harness.browser import Browser
from tests.suite.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

WORDS = words_of("en")
ROWS = """
    const rows = [...document.querySelectorAll(`section[aria-labelledby='${arguments[0]}'] tbody tr`)];
    return rows.map(row => [...row.children].map(cell => cell.innerText.trim()))"""
BARS = """
    const chart = document.querySelector(`section[aria-labelledby='${arguments[0]}'] svg[role=img]`);
    const totals = [...chart.querySelectorAll('.value')].map(text => text.textContent);
    const drawn = [...chart.querySelectorAll('rect')].map(bar => bar.getBoundingClientRect())
        .filter(box => box.width > 0 && box.height > 0);
    return [chart.getBoundingClientRect().width, drawn.length, totals]"""


@pytest.fixture
def page(browser: Browser, real: Stage) -> Browser:
    """The browser with the page in it."""
    browser.open(real.world.page_url)
    return browser


@pytest.fixture
def evaluation(real: Stage) -> dict[str, Any]:
    world = real.world
    found: dict[str, Any] = world.api.get(WATCHER, "reporting", f"{world.campaign}/evaluation")
    return found


def test_the_figures_of_the_page_are_those_of_the_evaluation(
    page: Browser, evaluation: dict[str, Any]
) -> None:
    shown = {name: read(value) for name, value, *_ in page.run(ROWS, "figures")}
    titled = {WORDS(f"column.{name}"): expected(figure) for name, figure in evaluation["figures"].items()}
    assert shown == titled


def test_the_charts_are_drawn_and_tell_the_totals_of_the_evaluation(
    page: Browser, evaluation: dict[str, Any]
) -> None:
    stages = [stage["count"] for stage in evaluation["funnel"]]
    deliveries = [
        sum(wave[name] for name in ("accepted", "failed", "suppressed", "uncertain"))
        for wave in evaluation["waves"]
    ]
    budgets = [Decimal(line["budget"]) for line in evaluation["budget_lines"]]
    for section, totals in {"funnel": stages, "mailings": deliveries, "budget": budgets}.items():
        width, drawn, told = page.run(BARS, section)
        assert width > 100 and drawn >= sum(total > 0 for total in totals) > 0
        assert [read(total) for total in told] == totals


def read(shown: str) -> Decimal | None:
    """The number in a cell, without its unit."""
    return None if shown == WORDS("ui.no_value") else Decimal(shown.partition(" ")[0].replace(",", ""))


def expected(figure: dict[str, Any]) -> Decimal | None:
    """The value that a page should show, where ratios stand in percent and all but counts have two places."""
    if figure["value"] is None:
        return None
    value = Decimal(figure["value"])
    return round(value * 100 if figure["unit"] == "ratio" else value, 2)
