"""Reports over HTTP: as data, as files, for whoever may read them."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.envelope import Message
from chassis.ids import new_id
from contracts.roles import ANALYST
from services.reporting.reports.registry import FILTERS, REPORTS
from tests.harness.people import person
from tests.services.reporting.builders import (
    assigned,
    balance,
    captured,
    designed,
    launched,
    message,
    opened,
    outcomes,
    posted,
    progressed,
)
from tests.services.reporting.outcome_builders import (
    accepted,
    converted,
    heard,
    lifted,
    side,
    suppressed,
    surveyed,
)
from tests.services.reporting.people import ANNA, FEED, REP, ROOT, SAM
from tests.services.reporting.running import Reporting

EVIL = '=HYPERLINK("http://evil.example")'


@pytest.fixture(scope="module")
def reporting(shared_reporting: Reporting) -> Reporting:
    """The story of SPRING, and a campaign of the south that cost 5000 EUR, was launched and has won a target.

    A third one was only planned; its name is a formula.
    """
    spring = shared_reporting.campaign_id
    shared_reporting.hear(*fair_of_the_south(), *rest_of_spring(spring))
    return shared_reporting


def fair_of_the_south() -> list[Message]:
    south, planned, budget, line = (new_id() for _ in range(4))
    mailing, target = new_id(), new_id()
    return [
        message(
            designed(
                south,
                code="SOUTH",
                name="Southern fair",
                kind="exhibition",
                region="south",
                starts_on=date(2026, 7, 1),
            ),
            south,
            1,
        ),
        message(launched(south, 10), south, 2),
        message(progressed(south, (target, "won"), (new_id(), "opportunity")), south, 3),
        message(opened(south, budget, balance(line, budget=6000)), budget, 1),
        message(posted(south, budget, balance(line, budget=6000, incurred=5000)), budget, 2),
        message(designed(planned, code="PLAN", name=EVIL, starts_on=date(2026, 9, 1)), planned, 1),
        message(outcomes(south, [target], mailing_id=mailing), mailing, 1),
        message(heard(south, mailing, "delivered", "bounced_soft"), mailing, 2),
    ]


def rest_of_spring(spring: UUID) -> list[Message]:
    lead, first, second, third = (new_id() for _ in range(4))
    return [
        message(surveyed(spring, side("price", 8, 6)), new_id(), 1),
        message(captured(spring, lead), lead, 1),
        message(assigned(spring, lead), lead, 2),
        message(accepted(spring, lead), lead, 3),
        message(converted(spring, lead), lead, 4),
        message(suppressed(spring, first), first, 1),
        message(suppressed(spring, second), second, 1),
        message(lifted(second), second, 2),
        message(suppressed(None, third), third, 1),
    ]


def tables(reporting: Reporting, path: str) -> dict[str, list[dict[str, Any]]]:
    answer = reporting.client.get(f"/reports/{path}", as_=ANNA)
    assert answer.status_code == 200, answer.text
    return {table["name"]: table["rows"] for table in answer.json()["tables"]}


def keyed(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows by their first cell."""
    return {next(iter(row.values())): row for row in rows}


def test_campaigns_are_compared_and_ranked_by_roi(reporting: Reporting) -> None:
    [first, second, third] = tables(reporting, "comparison")["comparison"]
    assert [row["rank"] for row in (first, second, third)] == [1, 1, None]
    assert third["campaign"].startswith("PLAN") and third["roi"] is None
    assert {first["roi"], second["roi"]} == {"-1.0000"}


def test_another_figure_may_rank_and_the_lowest_cost_is_the_best(reporting: Reporting) -> None:
    rows = keyed(tables(reporting, "comparison?by=kind&rank=cost_per_lead")["comparison"])
    assert (rows["bulk_mail"]["rank"], rows["exhibition"]["rank"]) == (1, None)
    rows = keyed(tables(reporting, "comparison?by=kind&rank=opportunities")["comparison"])
    assert (rows["exhibition"]["rank"], rows["bulk_mail"]["rank"]) == (1, 2)


def test_regions_without_a_name_are_a_group_of_their_own(reporting: Reporting) -> None:
    rows = keyed(tables(reporting, "comparison?by=region")["comparison"])
    assert {key: row["campaigns"] for key, row in rows.items()} == {"south": 1, "": 2}


def test_periods_tell_activities_and_what_each_of_them_brought(reporting: Reporting) -> None:
    rows = keyed(tables(reporting, "comparison?by=period&period=quarter")["comparison"])
    assert list(rows) == ["2026-Q3", "2026-Q4"]
    assert (rows["2026-Q3"]["campaigns"], rows["2026-Q3"]["activities"]) == (2, 1)
    assert rows["2026-Q3"]["opportunities_per_activity"] == "2.0000"
    assert rows["2026-Q3"]["contracts_per_activity"] == "0.0000"


def test_spend_falls_into_bands_in_their_order(reporting: Reporting) -> None:
    rows = tables(reporting, "comparison?by=spend&bands=100,1000")["comparison"]
    assert [row["spend"] for row in rows] == ["< 100", "100 – 1000", "≥ 1000"]


def test_what_cannot_be_asked_for_is_refused_by_its_name(reporting: Reporting) -> None:
    for query in (
        "by=colour",
        "bands=10,5",
        "bands=x",
        "from=2026-02-01&until=2026-01-01",
        "rank=beauty",
        "currency=EURO",
    ):
        answer = reporting.client.get(f"/reports/comparison?{query}", as_=ANNA)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] in {*query.replace("=", "&").split("&")}
    assert reporting.client.get("/reports/weather", as_=ANNA).status_code == 404
    assert reporting.client.get("/reports/funnel/weather", as_=ANNA).status_code == 404


def test_the_overview_sums_up_and_lists_the_latest(reporting: Reporting) -> None:
    made = tables(reporting, "overview")
    sums = keyed(made["sums"])
    assert (sums["campaigns"]["count"], sums["targets"]["count"], sums["leads"]["count"]) == (3, 14, 3)
    assert [row["campaign"][:5] for row in made["latest"]] == ["SPRIN", "PLAN ", "SOUTH"]
    assert made["money"][0]["cost"] == "5400.0000"


def test_the_funnel_narrows_from_targets_to_won(reporting: Reporting) -> None:
    made = tables(reporting, "funnel")
    assert [row["count"] for row in made["funnel"]] == [14, 4, 2, 3, 1, 2, 1]
    assert [row["count"] for row in made["lead_funnel"]] == [3, 2, 1, 1, 1, 1]
    assert made["funnel"][0]["of_previous"] is None


def test_sales_tell_growth_wins_satisfaction_and_reps(reporting: Reporting) -> None:
    made = tables(reporting, "sales?from=2026-10-01&until=2026-11-30")
    october, november = made["growth"]
    assert (october["leads"], november["leads"], november["growth"]) == (0, 3, None)
    assert keyed(made["wins"])["total"]["win_rate"] is None
    assert keyed(tables(reporting, "sales")["wins"])["total"]["win_rate"] == "0.5000"
    assert made["satisfaction"][0]["satisfaction"] == "0.7500"
    [rep] = made["reps"]
    told = (rep["rep"], rep["held"], rep["accepted_leads"], rep["converted"], rep["amount"])
    assert told == ("rosa", 1, 1, 1, "3000.0000")


def test_budgets_are_listed_by_line_and_summed_by_currency(reporting: Reporting) -> None:
    made = tables(reporting, "budgets")
    assert [(row["campaign"], row["incurred"]) for row in made["budget_lines"]] == [
        ("SPRING", "400.0000"),
        ("SOUTH", "5000.0000"),
    ]
    [euros] = made["budget_totals"]
    assert Decimal(euros["budget"]) - Decimal(euros["committed"]) - Decimal(euros["incurred"]) == Decimal(
        euros["available"]
    )


def test_the_health_of_the_outreach_counts_what_was_heard(reporting: Reporting) -> None:
    rows = keyed(tables(reporting, "delivery")["channels"])
    assert (rows["total"]["accepted"], rows["total"]["delivered"], rows["total"]["failed"]) == (4, 1, 1)
    assert rows["total"]["bounce_rate"] == "0.2500"


def test_suppressions_of_no_campaign_are_for_those_who_see_everything(reporting: Reporting) -> None:
    [row] = tables(reporting, "delivery")["suppressions"]
    assert (row["reason"], row["added"], row["lifted"], row["in_force"]) == ("unsubscribed", 2, 1, 1)
    seen = reporting.client.get("/reports/delivery", as_=ROOT).json()["tables"][1]["rows"]
    assert seen[0]["added"] == 3


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_holds_nothing_of_other_departments(reporting: Reporting, report: str) -> None:
    answer = reporting.client.get(f"/reports/{report}", as_=SAM)
    assert answer.status_code == 200
    assert "SPRING" not in answer.text and "rosa" not in answer.text and "price" not in answer.text


def test_reports_are_for_readers_alone(reporting: Reporting) -> None:
    for path in ("/reports/overview", "/reports/overview/latest"):
        assert reporting.client.get(path, as_=REP).status_code == 403
        assert reporting.client.get(path, as_=FEED).status_code == 403
        assert reporting.client.get(path).status_code == 401


@pytest.mark.parametrize("report", REPORTS)
def test_every_table_is_given_as_both_kinds_of_file(reporting: Reporting, report: str) -> None:
    for name, rows in tables(reporting, report).items():
        text = reporting.client.get(f"/reports/{report}/{name}", as_=ANNA).content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) == len(rows) + 1
        book = reporting.client.get(f"/reports/{report}/{name}?format=xlsx", as_=ANNA)
        assert zipfile.is_zipfile(io.BytesIO(book.content))


def test_no_cell_of_a_file_is_run_as_a_formula(reporting: Reporting) -> None:
    path = "/reports/budgets/budget_lines"
    line, budget, campaign = (new_id() for _ in range(3))
    bad = msgspec.structs.replace(balance(line), name=EVIL)
    reporting.hear(
        message(designed(campaign, code="BAD", department="east"), campaign, 1),
        message(opened(campaign, budget, bad), budget, 1),
    )
    east = person("eve", ANALYST, departments=("east",))
    text = reporting.client.get(path, as_=east).text
    assert EVIL.replace('"', '""') in text and f"'{EVIL[:11]}" in text
    book = reporting.client.get(f"{path}?format=xlsx", as_=east)
    sheet = zipfile.ZipFile(io.BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "'=HYPERLINK" in sheet


def test_every_report_has_filters_for_its_page() -> None:
    assert FILTERS.keys() == REPORTS.keys()
