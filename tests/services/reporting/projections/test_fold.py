"""What each event changes in the projected rows."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from chassis.clock import now
from chassis.envelope import decode
from chassis.ids import new_id
from contracts.campaign import CampaignClosed, CampaignReopened, TargetsChanged
from contracts.lead import LeadJudgementUndone
from services.reporting.archive.facts import Fact
from services.reporting.projections import shapes
from services.reporting.projections.fold import Fold
from services.reporting.projections.shapes import Row, Shape
from tests.services.reporting.builders import (
    NOON,
    amendment_submitted,
    assigned,
    balance,
    captured,
    changed,
    contact_saved,
    designed,
    fact,
    launched,
    opened,
    outcomes,
    posted,
    progressed,
    qualified,
    responded,
    started,
    story,
)

CAMPAIGN, TARGET, LEAD, LINE, BUDGET, MAILING, WAVE = (new_id() for _ in range(7))


def fold(*facts: Fact) -> Fold:
    return Fold(facts)


def only(fold: Fold, shape: Shape) -> Row:
    [row] = fold.rows[shape].values()
    return row


def test_a_plan_is_known_by_its_latest_version() -> None:
    row = only(
        fold(fact(designed(CAMPAIGN, name="Second"), 2), fact(designed(CAMPAIGN, name="First"), 1)),
        shapes.CAMPAIGNS,
    )
    assert row["name"] == "Second"
    assert row["goals"] == [{"metric": "valid_leads", "target": "10"}]


def test_a_change_under_way_shows_in_the_plan_and_leaves_the_state_alone() -> None:
    row = only(
        fold(
            fact(designed(CAMPAIGN), 1),
            fact(launched(CAMPAIGN, 40), 3),
            fact(amendment_submitted(CAMPAIGN), 4),
            fact(changed(CAMPAIGN, name="Longer launch"), 5),
        ),
        shapes.CAMPAIGNS,
    )
    assert (row["name"], row["state"]) == ("Longer launch", "running")


def test_a_target_list_that_was_changed_has_the_length_that_was_told_last() -> None:
    longer = TargetsChanged(campaign_id=CAMPAIGN, targets=42, added=2, launched_at=now(), at=now())
    row = only(fold(fact(launched(CAMPAIGN, 40), 3), fact(longer, 4)), shapes.CAMPAIGNS)
    assert (row["state"], row["targets"]) == ("running", 42)


def test_a_launched_campaign_runs_with_its_frozen_target_list() -> None:
    row = only(fold(fact(started(CAMPAIGN), 2), fact(launched(CAMPAIGN, 40), 3)), shapes.CAMPAIGNS)
    assert (row["state"], row["targets"]) == ("running", 40)


def test_a_closed_campaign_is_closed_until_its_budget_is_reopened() -> None:
    told: dict[str, Any] = {
        "campaign_id": CAMPAIGN,
        "budget_id": BUDGET,
        "at": datetime(2027, 2, 26, tzinfo=UTC),
        "by": "clara",
    }
    closed = fact(CampaignClosed(**told, settlement_id=new_id()), 5)
    reopened = fact(CampaignReopened(**told, reason="A late invoice"), 6)
    assert only(fold(closed), shapes.CAMPAIGNS)["state"] == "closed"
    assert only(fold(reopened, closed), shapes.CAMPAIGNS)["state"] == "completed"


def test_a_target_never_falls_back_to_an_earlier_status() -> None:
    row = only(
        fold(
            fact(progressed(CAMPAIGN, (TARGET, "lead")), 5),
            fact(progressed(CAMPAIGN, (TARGET, "contacted")), 4),
        ),
        shapes.TARGETS,
    )
    assert row["progress"] == 4


def test_a_target_is_reached_only_by_an_accepted_delivery() -> None:
    failed = fold(fact(outcomes(CAMPAIGN, [TARGET], "failed")))
    accepted = fold(fact(outcomes(CAMPAIGN, [TARGET], "accepted")))
    assert failed.rows[shapes.TARGETS] == {}
    assert only(accepted, shapes.TARGETS)["reached"] == 1


def test_the_outcomes_of_a_mailing_add_up_over_its_pages() -> None:
    pages = [
        outcomes(CAMPAIGN, [new_id(), new_id()], "accepted", mailing_id=MAILING, wave_id=WAVE),
        outcomes(CAMPAIGN, [new_id()], "accepted", mailing_id=MAILING, wave_id=WAVE),
        outcomes(CAMPAIGN, [new_id()], "uncertain", mailing_id=MAILING, wave_id=WAVE),
    ]
    row = only(fold(*(fact(page, number) for number, page in enumerate(pages, 1))), shapes.MAILINGS)
    assert (row["accepted"], row["failed"], row["suppressed"], row["uncertain"]) == (3, 0, 0, 1)


def test_a_lead_gathers_its_capture_judgement_and_owner_in_any_order() -> None:
    events = [captured(CAMPAIGN, LEAD), qualified(CAMPAIGN, LEAD), assigned(CAMPAIGN, LEAD)]
    facts = [fact(event, sequence) for sequence, event in enumerate(events, 1)]
    row = only(fold(*facts), shapes.LEADS)
    assert (row["source"], row["outcome"], row["assignee"]) == ("campaign", "near_term", "rosa")
    assert only(fold(*reversed(facts)), shapes.LEADS) == row


def test_a_lead_whose_judgement_was_taken_back_is_what_it_was_before() -> None:
    undone = LeadJudgementUndone(
        lead_id=LEAD,
        campaign_id=CAMPAIGN,
        department="north",
        judgement_id=new_id(),
        outcome="near_term",
        state="new",
        pool="inbox",
        reason="a mistake",
        by="sam",
        at=NOON,
    )
    events = [captured(CAMPAIGN, LEAD), qualified(CAMPAIGN, LEAD), undone]
    facts = [fact(event, sequence) for sequence, event in enumerate(events, 1)]
    row = only(fold(*facts), shapes.LEADS)
    assert (row["source"], row["outcome"], row["grade"]) == ("campaign", None, None)
    assert only(fold(*reversed(facts)), shapes.LEADS) == row


def test_a_response_judged_again_counts_with_its_later_verdict() -> None:
    response_id = new_id()
    first = responded(CAMPAIGN, TARGET, response_id=response_id, verdict="undecided")
    later = responded(CAMPAIGN, TARGET, response_id=response_id, verdict="interested")
    assert only(fold(fact(later, 6), fact(first, 5)), shapes.RESPONSES)["verdict"] == "interested"


def test_a_budget_line_stands_as_its_latest_entry_left_it() -> None:
    row = only(
        fold(
            fact(posted(CAMPAIGN, BUDGET, balance(LINE, incurred=300)), 3),
            fact(posted(CAMPAIGN, BUDGET, balance(LINE, incurred=100)), 2),
            fact(opened(CAMPAIGN, BUDGET, balance(LINE)), 1),
        ),
        shapes.BUDGET_LINES,
    )
    assert (row["incurred"], row["available"]) == (300, 700)


def test_what_was_allocated_to_a_line_adds_up_and_reversals_take_from_it() -> None:
    shares = [("allocate", 80), ("allocate", -30), ("incur", 100)]
    row = only(
        fold(
            *(
                fact(
                    posted(CAMPAIGN, BUDGET, balance(LINE, incurred=150), kind=kind, amount=Decimal(amount)),
                    at,
                )
                for at, (kind, amount) in enumerate(shares, start=2)
            )
        ),
        shapes.BUDGET_LINES,
    )
    assert (row["allocated"], row["incurred"]) == (50, 150)


def test_each_campaign_counts_the_events_it_was_folded_from() -> None:
    result = fold(
        fact(outcomes(CAMPAIGN, [TARGET]), position=7),
        fact(outcomes(CAMPAIGN, [TARGET]), position=3),
        fact(outcomes(new_id(), [TARGET]), position=9),
    )
    row = result.rows[shapes.EVENT_SOURCES][CAMPAIGN, "mailing.outcomes.v1"]
    assert (row["events"], row["first_position"], row["last_position"]) == (2, 3, 7)


def test_an_event_about_no_campaign_changes_no_row() -> None:
    assert not any(fold(fact(contact_saved("north"))).rows.values())


def test_the_rows_do_not_depend_on_which_aggregate_came_first() -> None:
    told = [fact(decode(one), one.position, position) for position, one in enumerate(story(CAMPAIGN), 1)]
    expected = fold(*told).rows
    for seed in range(20):
        assert fold(*_shuffled(told, seed)).rows == expected


def _shuffled(facts: Iterable[Fact], seed: int) -> list[Fact]:
    mixed = list(facts)
    random.Random(seed).shuffle(mixed)
    return mixed
