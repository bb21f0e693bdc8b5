"""The figures of the active campaigns as Prometheus sees them (REP-06)."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from chassis import clock, metrics
from chassis.database import Database
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.reporting.archive.actions import store
from services.reporting.metrics.collector import CampaignCollector
from services.reporting.metrics.exporter import Exporter
from services.reporting.metrics.ranking import SHOWN
from services.reporting.metrics.snapshot import AMOUNTS, COUNTS, OTHER
from services.reporting.projections.actions import fold
from tests.services.reporting.builders import balance, designed, launched, message, opened, story
from tests.services.reporting.running import Reporting


class Board:
    """An exporter on a database of its own, and what a scrape of it shows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.collector = CampaignCollector(stale_seconds=60)
        self.exporter = Exporter(database, self.collector, active_days=14)
        self.registry = CollectorRegistry()
        self.registry.register(self.collector)

    def hear(self, *messages: object) -> None:
        with self.database.transaction() as session:
            fold(session, store(session, messages))  # type: ignore[arg-type]

    def launch(self, targets: int, **plan: object) -> str:
        campaign_id = new_id()
        self.hear(message(designed(campaign_id, **plan), campaign_id, 1))
        self.hear(message(launched(campaign_id, targets), campaign_id, 2))
        return str(campaign_id)

    def series(self) -> dict[str, float]:
        """Every series with its value, after one more snapshot."""
        self.exporter.step()
        return self.scrape()

    def scrape(self) -> dict[str, float]:
        lines = generate_latest(self.registry).decode().splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}


@pytest.fixture
def board(database_of: Callable[[str], Database]) -> Board:
    return Board(database_of("reporting"))


def test_an_active_campaign_has_its_figures_as_gauges(board: Board) -> None:
    campaign_id = new_id()
    board.hear(*story(campaign_id))
    series = board.series()
    assert series[f'fanfare_campaign_targets{{campaign_id="{campaign_id}"}}'] == 4
    assert series[f'fanfare_campaign_valid_leads{{campaign_id="{campaign_id}"}}'] == 1
    assert series[f'fanfare_campaign_cost{{campaign_id="{campaign_id}",currency="EUR"}}'] == 400
    assert series["fanfare_campaign_active"] == 1


def test_names_stand_only_in_the_info_metric(board: Board) -> None:
    board.launch(1)
    named = [name for name in board.series() if "Spring launch" in name]
    assert [name.partition("{")[0] for name in named] == ["fanfare_campaign_info"]


def test_small_campaigns_go_under_other_so_that_totals_match(board: Board) -> None:
    for targets in range(1, 61):
        board.launch(targets)
    found = {
        name: value for name, value in board.series().items() if name.startswith("fanfare_campaign_targets{")
    }
    assert len(found) == 51
    assert found[f'fanfare_campaign_targets{{campaign_id="{OTHER}"}}'] == sum(range(1, 11))
    assert sum(found.values()) == sum(range(1, 61))


def test_the_number_of_series_does_not_grow_with_that_of_campaigns(board: Board) -> None:
    messages = []
    for targets in range(1, 301):
        campaign_id = new_id()
        messages += [message(designed(campaign_id), campaign_id, 1)]
        messages += [message(launched(campaign_id, targets), campaign_id, 2)]
    board.hear(*messages)
    shown = board.series()
    assert shown["fanfare_campaign_active"] == 300
    assert len(shown) <= (SHOWN + 1) * (len(COUNTS) + len(AMOUNTS)) + SHOWN + 2


def test_money_is_kept_apart_by_currency(board: Board) -> None:
    for currency in ("EUR", "USD"):
        campaign_id, budget = new_id(), new_id()
        board.hear(message(designed(campaign_id, currency=currency), campaign_id, 1))
        board.hear(message(launched(campaign_id, 1), campaign_id, 2))
        board.hear(message(opened(campaign_id, budget, balance(new_id()), currency=currency), budget))
    budgets = [name for name in board.series() if name.startswith("fanfare_campaign_budget{")]
    assert sorted(name[-5:-2] for name in budgets) == ["EUR", "USD"]


@pytest.mark.parametrize("ended", [False, True])
def test_drafts_and_campaigns_long_over_have_no_series(board: Board, ended: bool) -> None:
    if ended:
        board.launch(5, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    else:
        campaign_id = new_id()
        board.hear(message(designed(campaign_id), campaign_id))
    assert board.series()["fanfare_campaign_active"] == 0
    assert not [name for name in board.scrape() if "campaign_id" in name]


def test_a_stale_snapshot_shows_only_its_age(board: Board) -> None:
    board.launch(5)
    assert len(board.series()) > 5
    clock.travel(seconds=61)
    assert list(board.scrape()) == ["fanfare_campaign_snapshot_timestamp_seconds"]


def test_nothing_is_shown_before_the_first_snapshot(board: Board) -> None:
    assert board.scrape() == {}


def test_every_series_is_listed_in_the_catalogue(board: Board) -> None:
    board.hear(*story(new_id()))
    names = {name.partition("{")[0] for name in board.series()}
    assert names <= metrics.CATALOGUE.keys()


def test_the_service_shows_its_campaigns_on_the_metrics_page(reporting: Reporting) -> None:
    def shown() -> bool:
        page = reporting.client.get(f"{reporting.client.probe_url}/metrics").text
        pattern = rf'fanfare_campaign_executed_targets{{campaign_id="{reporting.campaign_id}"}} 3\.0'
        return re.search(pattern, page) is not None

    assert wait_until(shown, seconds=10)
