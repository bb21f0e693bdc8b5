"""What of a plan does not add up, each rule broken once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.campaign import Schedule
from services.campaign.audience.model import INCLUDE, SEGMENT, AudienceSource
from services.campaign.planning.checks import ERROR, WARNING, findings_of
from services.campaign.planning.design import DraftLine
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import Parts
from services.campaign.planning.relatives import Relatives
from services.campaign.procurement.model import PlannedPurchase
from services.campaign.staffing.model import Participant
from services.campaign.waves.model import Wave
from tests.services.campaign.builders import T0, a_design, minutes

LINE = DraftLine(name="venue", amount=Decimal(1000), responsible="otto")


def a_campaign(**changes: Any) -> Campaign:
    return Campaign.begin(a_design(**{"budget": [LINE], **changes}), planner="mia", at=T0)


def parts(**changes: Any) -> Parts:
    wave = Wave(number=1, channel="email", template_id=new_id())
    somebody = Participant(person="mia", duty="lead", note="")
    return Parts(**{"waves": [wave], "participants": [somebody], **changes})


def found(campaign: Campaign, given: Parts | None = None, **around: Any) -> set[tuple[str, str]]:
    findings = findings_of(campaign, given or parts(), Relatives(**around))
    return {(one.field, one.severity) for one in findings}


def a_purchase(campaign: Campaign, **changes: Any) -> PlannedPurchase:
    line_id = campaign.budget[0].line_id
    return PlannedPurchase(**{"line_id": line_id, "amount": Decimal(1), "needed_on": None, **changes})


def test_a_sound_plan_has_no_findings() -> None:
    assert found(a_campaign()) == set()


@pytest.mark.parametrize(
    ("finding", "changes"),
    [
        (("segment_id", ERROR), {"segment_id": None}),
        (("goals", WARNING), {"goals": []}),
        (("purposes", WARNING), {"purposes": []}),
        (("budget.0.responsible", WARNING), {"budget": [DraftLine(name="venue", amount=Decimal(1))]}),
        (
            ("budget.0.ends_on", ERROR),
            {"budget": [DraftLine(name="a", amount=Decimal(0), ends_on=date(2027, 3, 1))]},
        ),
    ],
)
def test_what_the_design_lacks_is_named(finding: tuple[str, str], changes: dict[str, Any]) -> None:
    assert found(a_campaign(**changes)) == {finding}


def test_a_plan_without_waves_and_people_says_so() -> None:
    assert found(a_campaign(), Parts()) == {("waves", ERROR), ("participants", WARNING)}


def test_a_wave_that_begins_outside_of_the_campaign_is_an_error() -> None:
    late = Wave(number=3, schedule_row={"not_before": "2027-03-01T08:00:00+00:00"})
    assert found(a_campaign(), parts(waves=[late])) == {("waves.3.schedule", ERROR)}
    soon = Wave(number=3, schedule_row={"not_before": minutes(0).isoformat()})
    assert found(a_campaign(), parts(waves=[soon])) == set()
    early = Wave(number=2, schedule_row={"local_time": "2026-11-30T09:00"})
    assert found(a_campaign(), parts(waves=[early])) == {("waves.2.schedule", ERROR)}
    local = Wave(number=1, schedule_row={"local_time": "2026-12-01T09:00"})
    assert local.schedule == Schedule(local_time="2026-12-01T09:00")
    assert found(a_campaign(), parts(waves=[local])) == set()


def test_a_wave_is_paid_from_a_line_that_is_there() -> None:
    lost = Wave(number=2, unit_cost=Decimal(1), budget_line_id=new_id())
    assert found(a_campaign(), parts(waves=[lost])) == {("waves.2.budget_line_id", ERROR)}


def test_purchases_beyond_their_line_are_an_error() -> None:
    campaign = a_campaign()
    dear = parts(purchases=[a_purchase(campaign, amount=Decimal(600)) for _ in range(2)])
    assert found(campaign, dear) == {("budget.0.amount", ERROR)}


def test_a_purchase_without_line_or_after_the_end_is_named() -> None:
    campaign = a_campaign()
    late = a_purchase(campaign, needed_on=date(2027, 3, 1))
    lost = a_purchase(campaign, line_id=new_id())
    expected = {("purchases.0.needed_on", WARNING), ("purchases.1.line_id", ERROR)}
    assert found(campaign, parts(purchases=[late, lost])) == expected


def test_an_audience_hears_only_of_products_of_the_campaign() -> None:
    source = AudienceSource(role=INCLUDE, kind=SEGMENT, position=1, product="X9")
    assert found(a_campaign(), parts(audience=[source])) == {("products", ERROR)}


def test_a_part_should_keep_to_the_dates_and_the_budget_of_what_it_belongs_to() -> None:
    parent = a_campaign(ends_on=date(2027, 1, 31), code="PROGRAMME")
    assert found(a_campaign(parent_id=parent.id), parent=parent) == {("ends_on", WARNING)}
    child = a_campaign(parent_id=parent.id, ends_on=date(2027, 1, 1))
    assert found(child, parent=parent, siblings=[a_campaign()]) == {("budget", WARNING)}


def test_children_that_last_longer_or_cost_more_are_named_above_them() -> None:
    children = [a_campaign(ends_on=date(2027, 3, 31)), a_campaign()]
    assert found(a_campaign(), children=children) == {("ends_on", WARNING), ("budget", WARNING)}


def test_money_of_another_currency_is_not_compared() -> None:
    assert found(a_campaign(), children=[a_campaign(currency="JPY"), a_campaign()]) == set()
