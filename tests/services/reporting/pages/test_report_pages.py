"""The pages of the reports: for readers, in both languages, fast however many campaigns there are."""

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import insert

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.reporting.overview.report import overview
from services.reporting.pages.charts import bar_chart
from services.reporting.pages.showing import MOST_BARS, MOST_ROWS, cell, chart_of
from services.reporting.pages.words import words_of
from services.reporting.projections.model import Campaign
from services.reporting.reports.registry import REPORTS
from services.reporting.reports.tables import Column, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.totals.model import CampaignTotal
from tests.harness.databases import SqliteFiles
from tests.services.reporting.builders import designed, message
from tests.services.reporting.people import ANNA, REP, SAM
from tests.services.reporting.running import Reporting

CAMPAIGNS = 500
SECONDS = 0.3


@pytest.fixture(scope="module")
def reporting(shared_reporting: Reporting) -> Reporting:
    return shared_reporting


@pytest.fixture(scope="module")
def crowded(sqlite_files: SqliteFiles) -> Iterator[Database]:
    """Five hundred campaigns that have been counted."""
    database = Database(f"sqlite:///{sqlite_files.migrated('reporting')}", service="reporting")
    ids = [new_id() for _ in range(CAMPAIGNS)]
    counts = {name: 2000 for name in ("executed_targets", "responses", "responding_targets", "leads")}
    counts |= {"valid_leads": 100, "opportunities": 20, "won": 3, "position": 1_000_000}
    money = dict.fromkeys(("budget", "committed", "direct_cost", "allocated_cost"), Decimal(900))
    plan: dict[str, Any] = {"plan_sequence": 1, "state_sequence": 1, "launch_sequence": 1, "targets": 2000}
    plan |= {"state": "running", "department": "north", "kind": "seminar", "currency": "EUR"}
    with database.transaction() as session:
        days = (date(2026, 1, 1) + timedelta(days=number % 300) for number in range(CAMPAIGNS))
        rows = [
            {"campaign_id": one, "code": f"C{number}", "name": f"Campaign {number}", "starts_on": day, **plan}
            for number, (one, day) in enumerate(zip(ids, days, strict=True))
        ]
        session.execute(insert(Campaign), rows)
        totals = [
            {"campaign_id": one, "counted_at": now(), "currency": "EUR", **counts, **money} for one in ids
        ]
        session.execute(insert(CampaignTotal), totals)
    yield database
    database.close()


def test_the_overview_of_five_hundred_campaigns_is_made_in_time_from_totals_alone(crowded: Database) -> None:
    said: list[str] = []
    with crowded.reading() as session:
        sqlalchemy_event.listen(
            crowded.engine, "before_cursor_execute", lambda *given: said.append(given[2]), named=False
        )
        durations = []
        for _ in range(3):
            began = time.process_time()
            made = overview(session, ANNA, ReportQuery())
            durations.append(time.process_time() - began)
    tables = {name for text in said for name in re.findall(r"(?:FROM|JOIN) (\w+)", text)}
    assert tables == {"campaigns", "campaign_totals"}
    assert sum(text.startswith("SELECT") for text in said) == 3
    assert made.tables[0].rows[0] == ("campaigns", CAMPAIGNS)
    assert min(durations) < SECONDS


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(("language", "none"), [("en", "Sign out"), ("zh", "退出登录")])
def test_every_report_has_a_page_in_both_languages(
    reporting: Reporting, report: str, language: str, none: str
) -> None:
    page = reporting.client.get(f"/pages/{report}?lang={language}", as_=ANNA)
    assert page.status_code == 200, page.text
    assert f'<html lang="{language}">' in page.text and none in page.text
    assert f"<h1>{words_of(language)(f'report.{report}')}</h1>" in page.text
    assert "<script" not in page.text and " style=" not in page.text


def test_pages_are_for_readers_and_show_their_departments_alone(reporting: Reporting) -> None:
    for path in ("/pages/overview", "/pages/overview/latest"):
        assert reporting.client.get(path, as_=REP).status_code == 403
        assert reporting.client.get(path).status_code == 401
        assert "SPRING" in reporting.client.get(path, as_=ANNA).text
        assert "SPRING" not in reporting.client.get(path, as_=SAM).text
    assert reporting.client.get("/pages/weather", as_=ANNA).status_code == 404


def test_a_form_whose_inputs_are_empty_asks_for_all(reporting: Reporting) -> None:
    page = reporting.client.get("/pages/comparison?from=&until=&kind=&by=region&rank=roi", as_=ANNA)
    assert page.status_code == 200
    assert re.search(r'<option value="region" selected>', page.text)


@pytest.mark.parametrize(
    ("by", "asked"),
    [
        ("kind", "by=campaign&kind=bulk_mail"),
        ("department", "by=campaign&department=north"),
        (
            "period&period=quarter&until=2026-11-30",
            "by=campaign&period=quarter&until=2026-11-30&from=2026-10-01",
        ),
    ],
)
def test_a_group_leads_to_its_campaigns_and_these_to_their_events(
    reporting: Reporting, by: str, asked: str
) -> None:
    page = reporting.client.get(f"/pages/comparison?by={by}", as_=ANNA).text
    [link] = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
    assert link.replace("&amp;", "&") == f"/pages/comparison?{asked}"
    campaigns = reporting.client.get(link.replace("&amp;", "&"), as_=ANNA).text
    assert f'href="/campaigns/{reporting.campaign_id}/page"' in campaigns
    page = reporting.client.get(reporting.path("page"), as_=ANNA).text
    assert f'href="{reporting.path("page/events/cost")}"' in page


def test_the_states_of_the_overview_lead_to_their_campaigns(reporting: Reporting) -> None:
    page = reporting.client.get("/pages/overview?lang=zh", as_=ANNA).text
    [link] = re.findall(r'"(/pages/comparison\?[^"]*state=running)"', page)
    campaigns = reporting.client.get(link.replace("&amp;", "&"), as_=ANNA).text
    assert '<html lang="zh">' in campaigns and '<option value="running" selected>' in campaigns
    assert f"/campaigns/{reporting.campaign_id}/page" in campaigns


def test_what_a_campaign_brought_to_a_source_leads_to_that_campaign_and_no_sum_does(
    reporting: Reporting,
) -> None:
    page = reporting.client.get("/pages/sources", as_=ANNA).text
    assert re.findall(r'<th scope="row"><a href="([^"]+)"', page) == [reporting.path("page")]


def test_the_files_of_a_page_keep_its_filters(reporting: Reporting) -> None:
    page = reporting.client.get("/pages/comparison?by=period&period=year", as_=ANNA).text
    [link] = re.findall(r'href="(/pages/comparison/comparison[^"]+format=csv)"', page)
    file = reporting.client.get(link.replace("&amp;", "&"), as_=ANNA)
    assert file.text.splitlines()[1].startswith("2026,")


def test_names_cannot_smuggle_markup_into_a_report(reporting: Reporting) -> None:
    campaign = new_id()
    reporting.hear(message(designed(campaign, name="<script>alert(1)</script>"), campaign))
    assert "<script" not in reporting.client.get("/pages/overview", as_=ANNA).text


def test_the_first_page_leads_to_the_overview(reporting: Reporting) -> None:
    answer = reporting.client.get("/pages")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pages/overview")


def test_a_chart_leaves_out_the_sum_and_what_is_too_much() -> None:
    rows = [(f"row {number}", number) for number in range(MOST_BARS + 5)]
    table = Table(
        name="sources",
        columns=(Column("source", "word", "source"), Column("leads")),
        rows=[*rows, ("total", 300)],
        drawn=("leads",),
    )
    assert len(chart_of(table, words_of("en")).bars) == MOST_BARS < MOST_ROWS
    none = Table(name="sources", columns=table.columns, rows=[("x", None)], drawn=("leads",))
    assert chart_of(none, words_of("en")) == bar_chart("Sources", [("x", {"leads": 0})])


def test_a_cell_without_a_value_says_so_in_the_language_of_the_page() -> None:
    assert cell(None, Column("roi", "ratio"), words_of("zh")) == "不适用"
    assert cell(Decimal("-0.25"), Column("roi", "ratio"), words_of("en")) == "-25.00 %"
    assert cell(None, Column("campaign", "text"), words_of("en")) == "unknown"
