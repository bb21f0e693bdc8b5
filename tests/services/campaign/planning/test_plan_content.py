"""What an approval covers, and the hash that fixes it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.campaign import Goal
from services.campaign.audience.model import INCLUDE, AudienceSource
from services.campaign.audience.model import SEGMENT as SEGMENT_KIND
from services.campaign.planning.design import DraftLine
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import content_hash, in_currency, line_row, plain, plan_content
from services.campaign.staffing.model import Participant
from services.campaign.waves.model import PLANNED, Wave
from tests.services.campaign.builders import T0, a_design

SEGMENT = new_id()
LINE = DraftLine(name="venue", amount=Decimal(1))


def a_campaign(**changes: Any) -> Campaign:
    return Campaign.begin(a_design(segment_id=SEGMENT, budget=[], **changes), planner="mia", at=T0)


def a_wave(number: int, channel: str = "email") -> Wave:
    return Wave(number=number, channel=channel, template_id=new_id(), state=PLANNED)


def hash_of(campaign: Campaign, *waves: Wave) -> str:
    return content_hash(plan_content(campaign, waves))


def test_equal_plans_hash_alike_however_they_were_written() -> None:
    one = a_campaign(goals=[Goal(metric="revenue", target=Decimal("1200.50"))], purposes=["brand", "retain"])
    other = a_campaign(
        goals=[Goal(metric="revenue", target=Decimal("1.2005E+3"))], purposes=["retain", "brand"]
    )
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Autumn seminar"},
        {"message": "Come and see"},
        {"click_means": "undecided"},
        {"currency": "CHF"},
        {"owner": "otto"},
        {"products": ["X1"]},
        {"goals": []},
    ],
)
def test_whatever_is_approved_changes_the_hash(changes: dict[str, Any]) -> None:
    assert hash_of(a_campaign(**changes)) != hash_of(a_campaign())


def test_plans_that_use_nothing_new_hash_as_they_did_before_it_was_there() -> None:
    content = plan_content(a_campaign(region="north"), [], participants=[], purchases=[])
    assert content.keys().isdisjoint({"regions", "participants", "purchases"})
    assert set(line_row(LINE, line_id=SEGMENT, amount="1")) == {"line_id", "name", "amount"}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "venue"},
        {"responsible": "otto"},
        {"starts_on": date(2026, 12, 2)},
        {"ends_on": date(2026, 12, 2)},
        {"on_breach": "warn"},
    ],
)
def test_whatever_a_line_says_is_approved_with_it(changes: dict[str, Any]) -> None:
    said = line_row(replace(LINE, **changes), line_id=SEGMENT, amount="1")
    assert said != line_row(LINE, line_id=SEGMENT, amount="1")


def test_regions_and_staff_are_part_of_what_is_approved() -> None:
    campaign = a_campaign(region="north")
    member = Participant(person="mia", duty="lead", note="", share_percent=None)
    plans = [
        plan_content(campaign, []),
        plan_content(campaign, [], participants=[member]),
        plan_content(a_campaign(regions=["north", "east"]), []),
    ]
    assert len({content_hash(plan) for plan in plans}) == 3


def test_the_first_start_does_not_change_what_was_approved() -> None:
    campaign = a_campaign()
    own = AudienceSource(role=INCLUDE, kind=SEGMENT_KIND, position=0, segment_id=SEGMENT)
    assert plan_content(campaign, [], [own]) == plan_content(campaign, [])


def test_the_waves_are_part_of_what_is_approved() -> None:
    assert hash_of(a_campaign(), a_wave(1)) != hash_of(a_campaign())


def test_the_order_in_which_waves_are_read_does_not_matter() -> None:
    first, second = a_wave(1), a_wave(2, "sms")
    assert hash_of(a_campaign(), first, second) == hash_of(a_campaign(), second, first)


def test_the_hash_is_64_hexadecimal_digits() -> None:
    assert len(bytes.fromhex(hash_of(a_campaign()))) == 32


@pytest.mark.parametrize(
    ("amount", "text"), [("1200.50", "1200.5"), ("1E+3", "1000"), ("0.00", "0"), ("100", "100")]
)
def test_decimals_are_written_plainly(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [("300", "EUR", "300.00"), ("1E+3", "EUR", "1000.00"), ("300", "JPY", "300"), ("1.5", "KWD", "1.500")],
)
def test_amounts_are_kept_with_the_decimals_of_their_currency(amount: str, currency: str, text: str) -> None:
    assert in_currency(Decimal(amount), currency) == text


def test_a_line_keeps_its_id_while_its_name_or_id_is_kept() -> None:
    lines = [DraftLine(name=name, amount=Decimal(1)) for name in ("venue", "print")]
    campaign = Campaign.begin(a_design(budget=lines), planner="mia", at=T0)
    venue, prints = campaign.budget
    renamed = DraftLine(name="hall", amount=Decimal(3), line_id=venue.line_id)
    campaign.take_design(
        a_design(budget=[renamed, lines[1], DraftLine(name="venue", amount=Decimal(2))]), planner="mia"
    )
    assert [line.line_id for line in campaign.budget[:2]] == [venue.line_id, prints.line_id]
    assert campaign.budget[2].line_id not in (venue.line_id, prints.line_id)
