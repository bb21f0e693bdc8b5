"""The evaluation over HTTP: figures that can be traced, for those who may see them."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.roles import (
    FINANCE_APPROVER,
    FINANCE_CLERK,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
)
from tests.harness.people import person
from tests.services.reporting.builders import balance, designed, message, opened, outcomes, responded, story
from tests.services.reporting.people import ANNA, FEED, REP, ROOT, SAM
from tests.services.reporting.running import Reporting

ROUTES = ("evaluation", "figures/valid_leads/events")


@pytest.fixture
def reporting(reporting_on_sqlite: Reporting) -> Reporting:
    return reporting_on_sqlite


def value(reporting: Reporting, figure: str, campaign_id: UUID | None = None) -> object:
    path = f"/campaigns/{campaign_id or reporting.campaign_id}/evaluation"
    return reporting.client.get(path, as_=ROOT).json()["figures"][figure]["value"]


def test_an_evaluation_gives_every_figure_of_the_campaign(reporting_on_both: Reporting) -> None:
    evaluation = reporting_on_both.client.get(reporting_on_both.path("evaluation"), as_=ANNA).json()
    assert {name: figure["value"] for name, figure in evaluation["figures"].items()} == {
        "targets": 4,
        "executed_targets": 3,
        "responses": 3,
        "responding_targets": 2,
        "response_rate": "0.6667",
        "leads": 2,
        "valid_leads": 1,
        "lead_conversion": "0.3333",
        "budget": "1000.0000",
        "committed": "100.0000",
        "direct_cost": "400.0000",
        "allocated_cost": "0.0000",
        "cost": "400.0000",
        "cost_per_lead": "400.0000",
        "opportunities": 0,
        "contracts": 0,
        "revenue": "0.0000",
        "roi": "-1.0000",
    }
    assert evaluation["figures"]["revenue"]["note"] == "no contracts recorded"
    assert evaluation["figures"]["cost"]["unit"] == "EUR"


def test_a_figure_names_its_formula_and_the_events_behind_it(reporting: Reporting) -> None:
    evaluation = reporting.client.get(reporting.path("evaluation"), as_=ANNA).json()
    assert evaluation["figures"]["lead_conversion"] == {
        "value": "0.3333",
        "unit": "ratio",
        "formula": "valid leads ÷ executed targets",
        "note": None,
        "sources": [
            {"type": "lead.qualified.v1", "events": 2, "first_position": 14, "last_position": 15},
            {"type": "mailing.outcomes.v1", "events": 2, "first_position": 7, "last_position": 8},
        ],
    }
    assert evaluation["position"] == 16


def test_an_evaluation_says_how_far_each_goal_is_attained(reporting: Reporting) -> None:
    [goal] = reporting.client.get(reporting.path("evaluation"), as_=ANNA).json()["goals"]
    assert (goal["metric"], goal["target"], goal["actual"]) == ("valid_leads", "10", 1)
    assert goal["attainment"] == "0.1000"
    assert goal["sources"][0]["type"] == "lead.qualified.v1"


def test_an_evaluation_holds_the_rows_behind_the_charts(reporting: Reporting) -> None:
    evaluation = reporting.client.get(reporting.path("evaluation"), as_=ANNA).json()
    assert [one["count"] for one in evaluation["funnel"]] == [4, 3, 2, 2, 1, 0]
    [wave] = evaluation["waves"]
    assert (wave["number"], wave["channel"], wave["accepted"], wave["failed"]) == (1, "email", 3, 1)
    [line] = evaluation["budget_lines"]
    assert (line["name"], line["incurred"], line["available"]) == ("Mail", "400.0000", "500.0000")
    assert evaluation["progress"]["targeted"] == 4


def test_a_campaign_without_deliveries_has_no_rates(reporting: Reporting) -> None:
    campaign_id = new_id()
    reporting.hear(message(designed(campaign_id), campaign_id))
    for figure in ("response_rate", "lead_conversion", "cost_per_lead", "roi"):
        assert value(reporting, figure, campaign_id) is None


def test_a_target_reached_by_two_waves_is_executed_once(reporting: Reporting) -> None:
    target = new_id()
    for _ in range(2):
        mailing = new_id()
        page = outcomes(reporting.campaign_id, [target], mailing_id=mailing)
        reporting.hear(message(page, mailing))
    assert value(reporting, "executed_targets") == 4


def test_a_response_that_arrives_before_its_campaign_counts_once_it_is_known(reporting: Reporting) -> None:
    campaign_id = new_id()
    reporting.hear(message(responded(campaign_id, new_id()), campaign_id, 2))
    path = f"/campaigns/{campaign_id}/evaluation"
    assert reporting.client.get(path, as_=ROOT).status_code == 404
    reporting.hear(message(designed(campaign_id), campaign_id, 1))
    assert value(reporting, "responses", campaign_id) == 1


def test_budget_lines_in_two_currencies_give_no_cost(reporting: Reporting) -> None:
    budget = new_id()
    dollars = opened(reporting.campaign_id, budget, balance(new_id(), incurred=5), currency="USD")
    reporting.hear(message(dollars, budget))
    figure = reporting.client.get(reporting.path("evaluation"), as_=ANNA).json()["figures"]["cost"]
    assert (figure["value"], figure["note"]) == (None, "budget lines in several currencies are not added")


def test_campaigns_are_listed_newest_first_with_their_figures(reporting: Reporting) -> None:
    later = new_id()
    reporting.hear(message(designed(later, name="Later"), later))
    page = reporting.client.get("/campaigns?limit=1", as_=ANNA).json()
    assert page["items"][0]["campaign"]["name"] == "Later"
    rest = reporting.client.get(f"/campaigns?cursor={page['next']}", as_=ANNA).json()
    [item] = rest["items"]
    assert item["campaign"]["id"] == str(reporting.campaign_id)
    assert (item["figures"]["valid_leads"], item["figures"]["cost"]) == (1, "400.0000")


def test_the_list_narrows_to_a_state(reporting: Reporting) -> None:
    later = new_id()
    reporting.hear(message(designed(later), later))
    for state, campaign_id in (("draft", later), ("running", reporting.campaign_id)):
        [item] = reporting.client.get(f"/campaigns?state={state}", as_=ANNA).json()["items"]
        assert item["campaign"]["id"] == str(campaign_id)


def test_the_events_of_a_figure_can_be_read_page_by_page(reporting: Reporting) -> None:
    reporting.hear(*story(new_id()))
    first = reporting.client.get(reporting.path("figures/lead_conversion/events?limit=3"), as_=ANNA)
    assert [one["type"] for one in first.json()] == [
        "mailing.outcomes.v1",
        "mailing.outcomes.v1",
        "lead.qualified.v1",
    ]
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    rest = reporting.client.get(link, as_=ANNA).json()
    assert [one["data"]["outcome"] for one in rest] == ["not_a_target"]


def test_a_figure_without_sources_has_no_events(reporting: Reporting) -> None:
    assert reporting.client.get(reporting.path("figures/revenue/events"), as_=ANNA).json() == []
    assert reporting.client.get(reporting.path("figures/applause/events"), as_=ANNA).status_code == 404


@pytest.mark.parametrize(
    "role", [MARKETING_MANAGER, MARKETING_STAFF, SALES_MANAGER, FINANCE_APPROVER, FINANCE_CLERK]
)
def test_marketing_sales_managers_and_finance_may_evaluate(reporting: Reporting, role: str) -> None:
    assert reporting.client.get(reporting.path("evaluation"), as_=person("kim", role)).ok


@pytest.mark.parametrize("route", ROUTES)
def test_other_roles_may_not_evaluate(reporting: Reporting, route: str) -> None:
    for actor in (REP, FEED):
        assert reporting.client.get(reporting.path(route), as_=actor).status_code == 403
        assert reporting.client.get("/campaigns", as_=actor).status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_a_campaign_of_another_department_is_not_found(reporting: Reporting, route: str) -> None:
    assert reporting.client.get(reporting.path(route), as_=SAM).status_code == 404
    assert reporting.client.get("/campaigns", as_=SAM).json()["items"] == []
