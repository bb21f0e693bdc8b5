"""What moves when a task ends later."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.campaign.tasks.schedule import Dates, Shift, applied, shifts
from services.campaign.tasks.tree import Frame, Node, problems_of, with_begun
from tests.services.campaign.tasks.plans import FIRST, a_node, a_plan, day, key, sound_plans

WIDE = Frame(starts_on=FIRST, ends_on=FIRST + timedelta(days=4000), currency="EUR")


def moved(plan: dict[UUID, Node], number: int, last: int) -> dict[int, tuple[int, int]]:
    """The first and last day of each task that moves when task ``number`` ends on day ``last``."""
    found = shifts(plan, {key(number): Dates(starts_on=plan[key(number)].starts_on, ends_on=day(last))})
    return {
        one.task_id.int: ((one.new.starts_on - FIRST).days, (one.new.ends_on - FIRST).days) for one in found
    }


def test_successors_move_as_far_as_needed_and_keep_their_durations() -> None:
    plan = a_plan(
        a_node(1, 0, 2), a_node(2, 3, 5, after=[(1, 0)]), a_node(3, 20, 22, after=[(2, 0)]), a_node(4, 3, 4)
    )
    assert moved(plan, 1, 5) == {1: (0, 5), 2: (6, 8)}


def test_lags_are_kept() -> None:
    assert moved(a_plan(a_node(1, 0, 2), a_node(2, 5, 6, after=[(1, 2)])), 1, 3) == {1: (0, 3), 2: (6, 7)}


def test_what_has_ended_does_not_move_and_what_has_begun_keeps_its_start() -> None:
    plan = a_plan(
        a_node(1, 0, 2),
        a_node(2, 3, 5, after=[(1, 0)], ended=True),
        a_node(3, 3, 5, after=[(1, 0)], begun=True),
    )
    assert moved(plan, 1, 9) == {1: (0, 9)}


def test_a_task_grows_with_its_sub_tasks_and_moves_what_comes_after_it() -> None:
    plan = a_plan(a_node(1, 0, 5), a_node(2, 0, 5, under=1), a_node(3, 6, 7, after=[(1, 0)]))
    assert moved(plan, 2, 7) == {1: (0, 7), 2: (0, 7), 3: (8, 9)}


def test_sub_tasks_do_not_begin_before_the_task_that_was_moved() -> None:
    plan = a_plan(a_node(1, 0, 2), a_node(2, 3, 9, after=[(1, 0)]), a_node(3, 3, 4, under=2))
    assert moved(plan, 1, 4) == {1: (0, 4), 2: (5, 11), 3: (5, 6)}


def test_an_earlier_end_moves_nothing_else() -> None:
    assert moved(a_plan(a_node(1, 0, 5), a_node(2, 6, 8, after=[(1, 0)])), 1, 2) == {1: (0, 2)}


@settings(max_examples=50, deadline=None)
@given(sound_plans(), st.data())
def test_a_later_end_keeps_the_plan_sound_and_moves_nothing_that_has_ended(
    plan: dict[UUID, Node], data: st.DataObject
) -> None:
    open_ones = sorted(node.id for node in plan.values() if not node.ended)
    if not open_ones:
        return
    slipped = plan[data.draw(st.sampled_from(open_ones))]
    later = slipped.ends_on + timedelta(days=data.draw(st.integers(0, 20)))
    moves = shifts(plan, {slipped.id: Dates(starts_on=slipped.starts_on, ends_on=later)})
    after = applied(plan, moves)
    assert problems_of(after, WIDE) == []
    begun = with_begun(plan)
    for move in moves:
        assert not plan[move.task_id].ended
        assert move.new.starts_on >= move.old.starts_on
        assert move.new.ends_on >= move.old.ends_on
        assert move.new.starts_on == move.old.starts_on or not begun[move.task_id].begun
        assert _duration(move.new) >= _duration(move.old)


@settings(max_examples=50, deadline=None)
@given(sound_plans(), st.data())
def test_nothing_moves_twice(plan: dict[UUID, Node], data: st.DataObject) -> None:
    slipped = plan[data.draw(st.sampled_from(sorted(plan)))]
    given_ = {slipped.id: Dates(starts_on=slipped.starts_on, ends_on=slipped.ends_on + timedelta(days=9))}
    after = applied(plan, shifts(plan, given_))
    again: list[Shift] = shifts(after, given_)
    assert again == []


def _duration(dates: Dates) -> timedelta:
    return dates.ends_on - dates.starts_on
