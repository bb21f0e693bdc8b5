"""What events say of touches, worth, satisfaction and copies, as rows. No database."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from chassis.ids import new_id
from contracts import lead
from contracts.event import Event
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.projections.shapes import (
    LEAD_TOUCHES,
    LEAD_WORTHS,
    MAILING_FEEDBACKS,
    SATISFACTIONS,
    Shape,
)
from tests.services.reporting.builders import NOON, captured, fact, qualified
from tests.services.reporting.outcome_builders import (
    accepted,
    converted,
    heard,
    opened_copies,
    side,
    surveyed,
    touched,
)

CAMPAIGN, LEAD = new_id(), new_id()


def rows(shape: Shape, *events: Event) -> list[dict[str, Any]]:
    """The rows of a shape that events come to, told in this order by one aggregate."""
    return list(Fold(fact(event, number) for number, event in enumerate(events, 1)).rows[shape].values())


def test_what_is_folded_here_is_read_from_the_archive_in_a_rebuild() -> None:
    assert {"lead.touched.v1", "lead.converted.v1", "mailing.feedback.v1"} <= set(FOLDED)


def test_an_answer_that_made_a_lead_is_one_touch_however_often_it_is_judged() -> None:
    answer = new_id()
    first = captured(CAMPAIGN, LEAD, response_id=answer)
    again = touched(CAMPAIGN, LEAD, touch_id=answer)
    assert len(rows(LEAD_TOUCHES, first, again)) == 1
    assert len(rows(LEAD_TOUCHES, first, again, touched(CAMPAIGN, LEAD))) == 2


def test_the_worth_of_a_lead_follows_its_judgement_and_conversion() -> None:
    [row] = rows(
        LEAD_WORTHS,
        captured(CAMPAIGN, LEAD),
        qualified(CAMPAIGN, LEAD),
        accepted(CAMPAIGN, LEAD),
        converted(CAMPAIGN, LEAD),
    )
    assert (row["value"], row["currency"], row["accepted_by"]) == (5000, "EUR", "rosa")
    assert (row["amount"], row["amount_currency"], row["converted_at"]) == (3000, "EUR", NOON)


def test_a_judgement_that_was_undone_leaves_no_worth() -> None:
    undone = lead.LeadJudgementUndone(
        lead_id=LEAD,
        department="north",
        judgement_id=new_id(),
        outcome="near_term",
        state="captured",
        reason="mistake",
        by="sam",
        at=NOON,
    )
    [row] = rows(LEAD_WORTHS, captured(None, LEAD), qualified(None, LEAD), undone)
    assert (row["value"], row["currency"]) == (None, None)


def test_a_lead_belongs_to_the_contact_that_it_was_moved_to() -> None:
    survivor = new_id()
    moved = lead.LeadMoved(
        lead_id=LEAD,
        contact_id=survivor,
        previous_contact_id=new_id(),
        why="merge",
        moved_by="sam",
        moved_at=NOON,
    )
    [row] = rows(LEAD_WORTHS, captured(None, LEAD), moved)
    assert row["contact_id"] == survivor


def test_satisfaction_counts_answers_of_people_that_tell_both() -> None:
    answers = [
        surveyed(CAMPAIGN, side("price", 8, 6), side("service", 5, None)),
        surveyed(CAMPAIGN, side("price", 6, 8)),
        surveyed(CAMPAIGN, side("price", 1, 1), machine=True),
    ]
    [row] = rows(SATISFACTIONS, *answers)
    told = {name: row[name] for name in ("side", "answers", "expectation", "experience")}
    assert told == {"side": "price", "answers": 2, "expectation": Decimal(14), "experience": Decimal(14)}


@pytest.mark.parametrize("pages", [1, 2])
def test_what_is_heard_of_copies_adds_up_over_pages(pages: int) -> None:
    mailing = new_id()
    page = heard(CAMPAIGN, mailing, "delivered", "delivered", "bounced_hard", "complained")
    [row] = rows(MAILING_FEEDBACKS, *[page] * pages, opened_copies(CAMPAIGN, mailing, False, True, True))
    counts = {name: row[name] for name in ("delivered", "bounced_hard", "complained", "opened")}
    assert counts == {"delivered": 2 * pages, "bounced_hard": pages, "complained": pages, "opened": 1}
    assert row["opened_by_machines"] == 2
    assert msgspec.json.encode(row)
