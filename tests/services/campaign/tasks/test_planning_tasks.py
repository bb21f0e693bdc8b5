"""Planning tasks in a draft, and adding them while the campaign runs, on both databases."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from services.campaign.copying.actions import copy_campaign
from services.campaign.planning.actions import redesign_campaign
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import content_of
from services.campaign.planning.queries import take_campaign
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.planning import change_task, drop_task
from services.campaign.tasks.queries import take_task, tree
from services.campaign.tasks.tree import MOST_TASKS
from tests.services.campaign.builders import (
    COLLEAGUE,
    OWNER,
    DatabaseOf,
    a_design,
    a_draft,
    a_planned_wave,
    a_running_campaign,
    a_submitted_campaign,
    campaign_of,
    published,
    submit,
)
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row, planned_tasks, task_of


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def fields_of(problem: Invalid) -> set[str]:
    return {one["field"] for one in problem.fields}


def change(database: Database, task_id: UUID, **changes: Any) -> Task:
    with database.transaction(OWNER) as session:
        return change_task(session, OWNER, work=take_task(session, OWNER, task_id), changes=changes)


def drop(database: Database, task_id: UUID) -> None:
    with database.transaction(OWNER) as session:
        drop_task(session, OWNER, work=take_task(session, OWNER, task_id))


def test_tasks_are_planned_together_and_name_each_other(database: Database) -> None:
    campaign_id = a_draft(database)
    late = {"starts_on": date(2026, 12, 3)}
    child, parent, last = planned_tasks(
        database,
        campaign_id,
        a_task_row(ref="c", parent_ref="p", ends_on=date(2026, 12, 2)),
        a_task_row(ref="p"),
        a_task_row(parent_ref="p", predecessors=[{"ref": "c", "lag_days": 0}], **late),
    )
    assert task_of(database, child).parent_id == parent
    assert [one.task_id for one in task_of(database, last).predecessors] == [child]
    with database.reading() as session:
        (top,) = tree(session, campaign_id)
    assert [branch.task.id for branch in top.tasks] == [child, last]
    assert len(published(database, "task.planned.v1")) == 3


def test_a_list_with_one_wrong_task_plans_none_of_them(database: Database) -> None:
    campaign_id = a_draft(database)
    with pytest.raises(Invalid) as refused:
        planned_tasks(
            database, campaign_id, a_task_row(), a_task_row(line_id=new_id()), a_task_row(parent_ref="x")
        )
    assert fields_of(refused.value) == {"tasks.2.parent_ref"}
    with pytest.raises(Invalid) as refused:
        planned_tasks(database, campaign_id, a_task_row(), a_task_row(line_id=new_id()))
    assert fields_of(refused.value) == {"tasks.1.line_id"}
    with database.reading() as session:
        assert tree(session, campaign_id) == []


def test_a_campaign_has_so_many_tasks_and_no_more(database: Database) -> None:
    campaign_id = a_draft(database)
    with pytest.raises(Invalid):
        planned_tasks(database, campaign_id, *[a_task_row()] * (MOST_TASKS + 1))


def test_the_plan_covers_the_tasks(database: Database) -> None:
    campaign_id = a_draft(database)
    a_planned_wave(database, campaign_id)
    (task_id,) = planned_tasks(database, campaign_id, a_task_row())
    submit(database, campaign_id)
    with database.reading() as session:
        content = content_of(session, session.get_one(Campaign, campaign_id))
    assert [one["task_id"] for one in content["tasks"]] == [str(task_id)]
    (event,) = published(database, "campaign.submitted.v1")
    assert [(one["name"], one["assignee"]) for one in event["tasks"]] == [("Book the venue", "tim")]
    with pytest.raises(Conflict):
        change(database, task_id, name="Another")


def test_each_change_of_a_task_raises_its_version_and_is_kept(database: Database) -> None:
    (task_id,) = planned_tasks(database, a_draft(database), a_task_row())
    changed = change(database, task_id, name="Book a hall", ends_on=date(2026, 12, 5))
    assert (changed.name, changed.version) == ("Book a hall", 2)
    assert change(database, task_id, name="Book a hall").version == 2


def test_a_campaign_that_changes_under_its_tasks_is_mended_before_it_is_submitted(database: Database) -> None:
    campaign_id = a_draft(database)
    a_planned_wave(database, campaign_id)
    one, other = planned_tasks(database, campaign_id, a_task_row(), a_task_row())
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        later = a_design(starts_on=date(2026, 12, 2), segment_id=campaign.segment_id)
        redesign_campaign(session, OWNER, campaign=campaign, design=later)
    with pytest.raises(Invalid) as refused:
        submit(database, campaign_id)
    assert fields_of(refused.value) == {"tasks.0.starts_on", "tasks.1.starts_on"}
    for task_id in (one, other):
        change(database, task_id, starts_on=date(2026, 12, 2))
    submit(database, campaign_id)


def test_a_dropped_task_takes_its_parts_along_but_nothing_that_waits_for_it(database: Database) -> None:
    campaign_id = a_draft(database)
    after = {"starts_on": date(2026, 12, 5), "ends_on": date(2026, 12, 6)}
    parent, child, last = planned_tasks(
        database,
        campaign_id,
        a_task_row(ref="p"),
        a_task_row(ref="c", parent_ref="p"),
        a_task_row(predecessors=[{"ref": "c"}], **after),
    )
    with pytest.raises(Conflict):
        drop(database, parent)
    drop(database, last)
    drop(database, parent)
    dropped = [one["task_id"] for one in published(database, "task.dropped.v1")]
    assert dropped == [str(last), str(child), str(parent)]
    with database.reading() as session:
        assert tree(session, campaign_id) == []


def test_nothing_is_planned_while_a_plan_is_in_review(database: Database) -> None:
    with pytest.raises(Conflict):
        planned_tasks(database, a_submitted_campaign(database), a_task_row())


def test_a_task_added_to_a_running_campaign_is_handed_over_at_once(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    (task_id,) = planned_tasks(database, campaign_id, a_task_row(assignee=None))
    task = task_of(database, task_id)
    assert (task.state, task.assignee) == ("handed_over", OWNER.subject)
    assert [one["assignee"] for one in published(database, "task.assigned.v1")] == [OWNER.subject]
    with pytest.raises(Forbidden):
        planned_tasks(database, campaign_id, a_task_row(), actor=COLLEAGUE)


def test_what_was_approved_of_a_task_does_not_change_while_it_runs(database: Database) -> None:
    _, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    with pytest.raises(Invalid) as refused:
        change(database, task_id, share=Decimal(5), ends_on=date(2026, 12, 6))
    assert fields_of(refused.value) == {"share", "ends_on"}
    assert change(database, task_id, description="Two rooms").description == "Two rooms"


def test_shares_never_go_over_the_line_that_they_draw_on(database: Database) -> None:
    campaign_id = a_draft(database)
    (line,) = campaign_of(database, campaign_id).budget
    share = {"line_id": line.line_id, "share": Decimal("1200.50")}
    planned_tasks(database, campaign_id, a_task_row(**share))
    with pytest.raises(Invalid) as refused:
        planned_tasks(database, campaign_id, a_task_row(line_id=line.line_id, share=Decimal("0.01")))
    assert fields_of(refused.value) == {"tasks.0.share"}


def test_a_copy_has_the_tasks_with_their_dates_moved_and_its_own_lines(database: Database) -> None:
    source_id = a_draft(database)
    (line,) = campaign_of(database, source_id).budget
    share = {"line_id": line.line_id, "share": Decimal(7)}
    later = {"starts_on": date(2026, 12, 5), "ends_on": date(2026, 12, 6)}
    rows = (
        a_task_row(ref="p", ends_on=date(2026, 12, 9)),
        a_task_row(ref="a", parent_ref="p", **share),
        a_task_row(parent_ref="p", predecessors=[{"ref": "a"}], **later),
    )
    old = planned_tasks(database, source_id, *rows)
    with database.transaction(OWNER) as session:
        copy = copy_campaign(
            session,
            OWNER,
            source=session.get_one(Campaign, source_id),
            code="AGAIN",
            name="Again",
            starts_on=date(2027, 12, 1),
        )
    with database.reading() as session:
        parent, first, second = tasks_in_order(session, copy.id)
    assert first.parent_id == second.parent_id == parent.id
    assert [one.task_id for one in second.predecessors] == [first.id]
    assert first.line_id == copy.budget[0].line_id
    assert first.share == 7
    assert second.starts_on == date(2027, 12, 5)
    assert not {parent.id, first.id, second.id} & set(old)
