"""What is wrong with the plan of a wave, by field."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.campaign import Schedule, SendWindow, Trial, Variant
from services.campaign.waves.plan import WavePlan, problems_of
from tests.services.campaign.builders import T0, a_plan

AFTER = new_id()


def a_trial(*shares: int, names: str = "ab") -> Trial:
    variants = [
        Variant(name=name, template_id=new_id(), share=share)
        for name, share in zip(names, shares, strict=True)
    ]
    return Trial(variants=variants, sample_percent=10)


def a_window(**changes: Any) -> Schedule:
    return Schedule(window=SendWindow(**{"opens": "09:00", "closes": "18:00", "days": [1, 2], **changes}))


@pytest.mark.parametrize(
    "plan",
    [
        a_plan(),
        a_plan(trial=a_trial(40, 60)),
        a_plan(schedule=Schedule(not_before=T0, expires_at=T0 + timedelta(days=1))),
        a_plan(schedule=a_window(opens="22:00", closes="06:00")),
        a_plan(after_id=AFTER, answer_classes=["no_answer"], silent_days=14, release="when_due"),
        a_plan(release="when_due"),
        WavePlan(action="leads", after_id=AFTER, score_at_least=Decimal(8)),
        WavePlan(action="sub_campaign", after_id=AFTER, template_campaign_id=new_id()),
    ],
)
def test_a_plan_that_makes_sense_has_no_problems(plan: WavePlan) -> None:
    assert problems_of(plan) == {}


@pytest.mark.parametrize(
    ("plan", "fields"),
    [
        (WavePlan(), {"channel", "template_id"}),
        (a_plan(action="leads"), {"channel", "template_id", "after_id"}),
        (WavePlan(action="leads", after_id=AFTER, schedule=Schedule()), {"schedule"}),
        (WavePlan(action="sub_campaign", after_id=AFTER), {"template_campaign_id"}),
        (a_plan(template_campaign_id=new_id()), {"template_campaign_id"}),
        (a_plan(answer_classes=["interested"], silent_days=3), {"answer_classes", "silent_days"}),
        (a_plan(wait_days=3, release="when_due"), {"wait_days"}),
        (a_plan(after_id=AFTER, answer_classes=["interested"], silent_days=3), {"silent_days"}),
        (
            a_plan(
                after_id=AFTER, answer_classes=["no_answer"], silent_days=3, wait_days=2, release="when_due"
            ),
            {"wait_days"},
        ),
        (a_plan(after_id=AFTER, score_at_least=Decimal("10.5")), {"score_at_least"}),
        (a_plan(after_id=AFTER, score_below=Decimal(-1)), {"score_below"}),
        (a_plan(after_id=AFTER, score_at_least=Decimal(8), score_below=Decimal(8)), {"score_below"}),
        (a_plan(schedule=Schedule(not_before=T0, expires_at=T0)), {"schedule.expires_at"}),
        (
            a_plan(schedule=Schedule(local_time="2026-11-03T09:00", expires_at=T0)),
            {"schedule.expires_at"},
        ),
        (a_plan(schedule=Schedule(local_time="2026-02-30T09:00")), {"schedule.local_time"}),
        (a_plan(schedule=a_window(closes="09:00")), {"schedule.window.closes"}),
        (a_plan(schedule=a_window(days=[1, 1])), {"schedule.window.days"}),
        (a_plan(trial=a_trial(40, 50)), {"trial.variants"}),
        (a_plan(trial=a_trial(40, 60, names="aa")), {"trial.variants"}),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(plan: WavePlan, fields: set[str]) -> None:
    assert set(problems_of(plan)) == fields


def test_a_follow_up_waits_as_long_as_the_silence_that_it_asks_for() -> None:
    plan = a_plan(after_id=AFTER, answer_classes=["no_answer"], silent_days=14)
    assert plan.waits == 14
