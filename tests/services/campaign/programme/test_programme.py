"""Programmes: campaigns with all that lies below them, and how their figures add up."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import Goal
from services.campaign.planning.design import DraftLine
from services.campaign.planning.model import Campaign
from services.campaign.programme.figures import Counts, own_figures, rolled_up
from services.campaign.programme.queries import programme
from tests.services.campaign.builders import OWNER, T0, DatabaseOf, a_design, a_draft, a_running_campaign
from tests.services.campaign.conftest import Served
from tests.services.campaign.statements import count_statements

ROLL_UPS = {"leads": "sum", "revenue": "by_currency", "roi": "not"}
GOALS = [Goal(metric=metric, target=Decimal(3)) for metric in ROLL_UPS]


def figures(currency: str = "EUR", **changes: Any) -> Any:
    design = a_design(
        goals=GOALS, currency=currency, budget=[DraftLine(name="a", amount=Decimal(7))], **changes
    )
    campaign = Campaign.begin(design, planner="mia", at=T0)
    counts = Counts(responses=2, by_status={"targeted": 3, "won": 1})
    return own_figures(campaign, counts, roll_ups=ROLL_UPS, leads=("won",))


def test_money_adds_up_by_its_currency_and_rates_do_not_add_up() -> None:
    total = rolled_up(figures(), [figures(), figures("JPY")], roll_ups=ROLL_UPS)
    assert total.budget == {"EUR": Decimal(14), "JPY": Decimal(7)}
    assert total.goals == {
        ("leads", None): Decimal(9),
        ("revenue", "EUR"): Decimal(6),
        ("revenue", "JPY"): Decimal(3),
    }


def test_counts_add_up_and_dates_span_everything() -> None:
    later = figures(ends_on=date(2027, 6, 30))
    total = rolled_up(figures(), [later], roll_ups=ROLL_UPS)
    assert (total.campaigns, total.targets, total.responses, total.leads) == (2, 8, 4, 2)
    assert (total.starts_on, total.ends_on) == (date(2026, 12, 1), date(2027, 6, 30))
    assert (total.by_status, total.by_state) == ({"targeted": 6, "won": 2}, {"draft": 2})


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def test_the_tree_has_every_level_and_costs_the_same_whatever_its_size(database: Database) -> None:
    top = a_draft(database, code="TOP")
    middle = a_running_campaign(database, contacts=[new_id(), new_id()], code="MIDDLE", parent_id=top)
    for number in range(3):
        a_draft(database, code=f"LEAF-{number}", parent_id=middle)
    a_draft(database, code="ELSEWHERE")
    with database.reading() as session, count_statements(database) as statements:
        node = programme(session, OWNER, top)
    assert [one.campaign.code for one in node.parts] == ["MIDDLE"]
    assert [one.campaign.code for one in node.parts[0].parts] == ["LEAF-0", "LEAF-1", "LEAF-2"]
    assert (node.own.targets, node.total.targets, node.total.campaigns) == (0, 2, 5)
    assert len([one for one in statements if one.startswith(("SELECT", "WITH"))]) <= 5


def test_a_programme_is_shown_with_its_sums(served: Served) -> None:
    top = a_draft(served.database, code="TOP", goals=GOALS[:1])
    a_draft(served.database, code="LEAF", parent_id=top, goals=GOALS)
    shown = served.client.get(f"/campaigns/{top}/programme", as_=OWNER).json()
    assert shown["total"]["budget"] == [{"currency": "EUR", "amount": "2401.00"}]
    assert shown["total"]["goals"] == [
        {"metric": "leads", "currency": None, "target": "6"},
        {"metric": "revenue", "currency": "EUR", "target": "3"},
    ]
    assert [one["code"] for one in shown["parts"]] == ["LEAF"]
