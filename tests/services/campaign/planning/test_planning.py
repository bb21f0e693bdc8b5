"""Designing, submitting, and hearing the decision, on both databases."""

from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.ids import new_id
from contracts.finance import ApprovalVoided
from contracts.roles import MARKETING_MANAGER
from services.campaign.planning.actions import design_campaign, redesign_campaign
from services.campaign.planning.design import DraftLine
from services.campaign.planning.model import PlanVersion
from services.campaign.planning.plan import content_hash
from services.campaign.planning.queries import take_campaign
from services.campaign.planning.reactions import PlanningReactions
from services.campaign.waves.planning import drop_wave, plan_wave
from tests.harness.people import person
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    DatabaseOf,
    a_decision,
    a_design,
    a_draft,
    a_plan,
    a_planned_wave,
    a_submitted_campaign,
    an_approved_campaign,
    campaign_of,
    decide,
    published,
    submit,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def redesign(database: Database, campaign_id: Any, **changes: Any) -> None:
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        redesign_campaign(session, OWNER, campaign=campaign, design=a_design(**changes))


def frozen_plans(database: Database) -> list[PlanVersion]:
    with database.reading() as session:
        return list(session.scalars(select(PlanVersion).order_by(PlanVersion.number)))


def test_a_designed_campaign_is_published_as_it_stands(database: Database) -> None:
    campaign_id = a_draft(database)
    (designed,) = published(database, "campaign.designed.v1")
    assert designed["campaign_id"] == str(campaign_id)
    assert designed["goals"] == [{"metric": "valid_leads", "target": "40"}]
    assert designed["budget"][0]["amount"] == "1200.50"


def test_a_subject_that_no_event_can_carry_signs_nothing(database: Database) -> None:
    actor = person("m" * 256, MARKETING_MANAGER)
    with pytest.raises(Forbidden), database.transaction(actor) as session:
        design_campaign(session, actor, a_design())


def test_the_planner_owns_what_has_no_other_owner(database: Database) -> None:
    assert campaign_of(database, a_draft(database)).owner == OWNER.subject


def test_a_changed_draft_is_published_again(database: Database) -> None:
    campaign_id = a_draft(database)
    redesign(database, campaign_id, name="Autumn seminar")
    assert [one["name"] for one in published(database, "campaign.designed.v1")][1] == "Autumn seminar"
    assert campaign_of(database, campaign_id).version == 2


def test_a_line_goes_on_under_its_id_when_the_draft_changes(database: Database) -> None:
    campaign_id = a_draft(database)
    redesign(database, campaign_id, budget=[DraftLine(name="venue", amount=Decimal(900))])
    before, after = (one["budget"][0] for one in published(database, "campaign.designed.v1"))
    assert (before["line_id"], after["amount"]) == (after["line_id"], "900.00")


def test_a_code_is_used_once_in_a_department(database: Database) -> None:
    a_draft(database)
    with pytest.raises(Conflict, match="SPRING-26"):
        a_draft(database)


def test_another_department_may_use_the_same_code(database: Database) -> None:
    a_draft(database)
    with database.transaction(STRANGER) as session:
        design_campaign(session, STRANGER, a_design(department="south"))
    assert len(published(database, "campaign.designed.v1")) == 2


def test_planners_who_take_one_code_at_once_do_not_both_get_it(database: Database) -> None:
    refused: list[Conflict] = []

    def plan() -> None:
        try:
            a_draft(database)
        except Conflict as error:
            refused.append(error)

    planners = [Thread(target=plan) for _ in range(4)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert len(refused) == 3
    assert len(published(database, "campaign.designed.v1")) == 1


def test_nobody_plans_for_a_foreign_department(database: Database) -> None:
    with pytest.raises(Forbidden), database.transaction(STRANGER) as session:
        design_campaign(session, STRANGER, a_design())


def test_a_bad_design_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(Invalid):
        a_draft(database, ends_on=date(2020, 1, 1))
    assert published(database, "campaign.designed.v1") == []


def test_waves_are_numbered_in_the_order_they_were_planned(database: Database) -> None:
    campaign_id = a_draft(database)
    with database.transaction(OWNER) as session:
        numbers = [plan_wave(session, OWNER, campaign_id=campaign_id, plan=a_plan()).number for _ in range(2)]
    assert numbers == [1, 2]


def test_a_wave_can_be_taken_out_of_a_draft(database: Database) -> None:
    campaign_id = a_draft(database)
    wave_id = a_planned_wave(database, campaign_id)
    with database.transaction(OWNER) as session:
        drop_wave(session, OWNER, campaign_id=campaign_id, wave_id=wave_id)
    with pytest.raises(Invalid, match="waves"):
        submit(database, campaign_id)


def test_a_plan_without_segment_and_wave_is_not_submitted(database: Database) -> None:
    campaign_id = a_draft(database, segment_id=None)
    with pytest.raises(Invalid) as refused:
        submit(database, campaign_id)
    assert {one["field"] for one in refused.value.fields} == {"segment_id", "waves"}
    assert campaign_of(database, campaign_id).state == "draft"


def test_a_submission_names_the_total_and_the_hash_of_the_plan(database: Database) -> None:
    lines = [DraftLine(name="venue", amount=Decimal("0.10")), DraftLine(name="print", amount=Decimal("0.20"))]
    campaign_id = a_submitted_campaign(database, budget=lines)
    (submitted,) = published(database, "campaign.submitted.v1")
    assert submitted["total"] == {"amount": "0.30", "currency": "EUR"}
    assert submitted["plan_hash"] == campaign_of(database, campaign_id).plan_hash
    assert (submitted["plan_version"], submitted["submitted_by"]) == (1, "mia")


def test_a_submitted_plan_cannot_be_changed(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    wave = wave_of(database, campaign_id)
    with pytest.raises(Conflict):
        redesign(database, campaign_id, name="Something dearer")
    with pytest.raises(Conflict):
        a_planned_wave(database, campaign_id)
    with pytest.raises(Conflict), database.transaction(OWNER) as session:
        drop_wave(session, OWNER, campaign_id=campaign_id, wave_id=wave.id)


def test_a_plan_is_submitted_once(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    with pytest.raises(Conflict):
        submit(database, campaign_id)


def test_an_approved_plan_is_frozen_as_it_was_judged(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    (frozen,) = frozen_plans(database)
    assert frozen.plan_hash == content_hash(frozen.content)
    assert frozen.content["waves"][0]["wave_id"] == str(wave_of(database, campaign_id).id)
    assert (frozen.number, frozen.approved_by) == (1, "fay")


def test_an_approval_is_published(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    (approved,) = published(database, "campaign.approved.v1")
    assert (approved["campaign_id"], approved["plan_version"]) == (str(campaign_id), 1)
    assert campaign_of(database, campaign_id).state == "approved"


@pytest.mark.parametrize("outcome", ["rejected", "sent_back"])
def test_a_plan_that_did_not_pass_is_a_draft_again_with_the_comment(database: Database, outcome: str) -> None:
    campaign_id = a_submitted_campaign(database)
    decide(database, a_decision(campaign_of(database, campaign_id), outcome=outcome, comment="too dear"))
    campaign = campaign_of(database, campaign_id)
    assert (campaign.state, campaign.review_outcome, campaign.review_comment) == (
        "draft",
        outcome,
        "too dear",
    )
    assert [one["outcome"] for one in published(database, "campaign.returned.v1")] == [outcome]


def withdraw(database: Database, campaign_id: UUID, **changes: Any) -> None:
    event = ApprovalVoided(
        **{
            "approval_id": new_id(),
            "kind": "plan",
            "subject_id": campaign_id,
            "subject_version": 1,
            "reason": "a mistake",
            "voided_at": now(),
            "withdrawn_by": OWNER.subject,
            **changes,
        }
    )
    with database.transaction() as session:
        PlanningReactions().on_approval_voided(session, event)


def test_a_plan_that_was_withdrawn_is_a_draft_again_and_can_be_handed_in(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    withdraw(database, campaign_id)
    campaign = campaign_of(database, campaign_id)
    assert (campaign.state, campaign.review_outcome, campaign.review_comment) == (
        "draft",
        "withdrawn",
        "a mistake",
    )
    assert [one["outcome"] for one in published(database, "campaign.returned.v1")] == ["withdrawn"]
    submit(database, campaign_id)
    assert campaign_of(database, campaign_id).plan_version == 2


@pytest.mark.parametrize("changes", [{"withdrawn_by": None}, {"kind": "quote"}, {"subject_version": 2}])
def test_what_else_leaves_the_desk_changes_no_plan(database: Database, changes: dict[str, Any]) -> None:
    campaign_id = a_submitted_campaign(database)
    withdraw(database, campaign_id, **changes)
    assert campaign_of(database, campaign_id).state == "in_review"


def test_a_withdrawal_that_comes_late_changes_nothing(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    withdraw(database, campaign_id)
    assert campaign_of(database, campaign_id).state == "approved"


def test_a_plan_handed_in_again_is_the_next_version(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    decide(database, a_decision(campaign_of(database, campaign_id), outcome="sent_back"))
    redesign(database, campaign_id, message="cheaper now")
    submit(database, campaign_id)
    decide(database, a_decision(campaign_of(database, campaign_id)))
    assert [plan.number for plan in frozen_plans(database)] == [2]


@pytest.mark.parametrize("changes", [{"subject_version": 2}, {"subject_hash": "0" * 64}])
def test_a_decision_on_another_plan_changes_nothing(database: Database, changes: dict[str, Any]) -> None:
    campaign_id = a_submitted_campaign(database)
    decide(database, a_decision(campaign_of(database, campaign_id), **changes))
    assert campaign_of(database, campaign_id).state == "in_review"
    assert frozen_plans(database) == []


def test_an_old_approval_does_not_pass_the_plan_handed_in_since(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    first = campaign_of(database, campaign_id)
    decide(database, a_decision(first, outcome="sent_back"))
    redesign(database, campaign_id, message="dearer now", segment_id=first.segment_id)
    submit(database, campaign_id)
    decide(database, a_decision(first))
    assert campaign_of(database, campaign_id).state == "in_review"


def test_a_plan_of_another_department_is_not_there(database: Database) -> None:
    campaign_id = a_draft(database)
    with pytest.raises(NotFound):
        submit(database, campaign_id, STRANGER)


def test_every_event_of_a_campaign_raises_its_version_by_one(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    kinds = ("designed", "submitted", "approved")
    events = sum(len(published(database, f"campaign.{kind}.v1")) for kind in kinds)
    assert campaign_of(database, campaign_id).version == events == 4
