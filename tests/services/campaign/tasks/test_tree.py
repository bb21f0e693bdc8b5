"""The rules of a plan of tasks: which are named, and that nothing unsound passes."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from services.campaign.tasks.tree import Node, below, children_of, problems_of
from tests.services.campaign.tasks.plans import FRAME, LINE, a_node, a_plan, key, raw_plans


def fields_of(*nodes: Node) -> set[tuple[int, str]]:
    return {(problem.task_id.int, problem.field) for problem in problems_of(a_plan(*nodes), FRAME)}


def test_a_plan_that_adds_up_has_no_problems() -> None:
    assert not fields_of(a_node(1, 0, 9), a_node(2, 0, 3, under=1), a_node(3, 6, 9, under=1, after=[(2, 2)]))


@pytest.mark.parametrize(
    ("nodes", "broken"),
    [
        ([a_node(1, 3, 2)], {(1, "ends_on")}),
        ([a_node(1, -1, 2)], {(1, "starts_on")}),
        ([a_node(1, 1, 401)], {(1, "ends_on")}),
        ([a_node(1, 2, 5), a_node(2, 1, 6, under=1)], {(2, "starts_on"), (2, "ends_on")}),
        ([a_node(1, 0, 3), a_node(2, 3, 4, after=[(1, 0)])], {(2, "starts_on")}),
        ([a_node(1, 0, 3), a_node(2, 5, 6, after=[(1, 2)])], {(2, "starts_on")}),
        ([a_node(1, under=9)], {(1, "parent_id")}),
        ([a_node(1, ended=True), a_node(2, under=1)], {(2, "parent_id")}),
        ([a_node(1, after=[(9, 0)])], {(1, "predecessors")}),
        ([a_node(1, after=[]), a_node(2, 5, after=[(1, 0), (1, 1)])], {(2, "predecessors")}),
        ([a_node(1), a_node(2, 9, after=[(1, -1)])], {(2, "predecessors")}),
        ([a_node(1, line_id=key(5), share=Decimal(1))], {(1, "line_id")}),
        ([a_node(1, share=Decimal(1))], {(1, "line_id")}),
        ([a_node(1, line_id=LINE, share=Decimal(-1))], {(1, "share")}),
        ([a_node(1, line_id=LINE, share=Decimal("1.005"))], {(1, "share")}),
    ],
)
def test_each_broken_rule_names_the_task_and_the_field(nodes: list[Node], broken: set[Any]) -> None:
    assert fields_of(*nodes) == broken


def test_the_shares_of_a_line_do_not_go_over_it() -> None:
    under = a_node(2, line_id=LINE, share=Decimal("40.00"), under=1)
    assert not fields_of(a_node(1, line_id=LINE, share=Decimal("60.00")), under)
    assert fields_of(a_node(1, line_id=LINE, share=Decimal("60.01")), under) == {(2, "share")}


def test_a_circle_of_predecessors_is_named_as_a_chain() -> None:
    plan = a_plan(a_node(1, after=[(3, 0)]), a_node(2, after=[(1, 0)]), a_node(3, after=[(2, 0)]))
    (problem,) = problems_of(plan, FRAME)
    assert problem.field == "predecessors"
    assert all(f"task {number}" in problem.reason for number in (1, 2, 3))
    assert "→" in problem.reason


def test_a_circle_of_parents_is_named_as_a_chain() -> None:
    (problem,) = problems_of(a_plan(a_node(1, under=2), a_node(2, under=1)), FRAME)
    assert problem.field == "parent_id"
    assert "task 1 → task 2" in problem.reason or "task 2 → task 1" in problem.reason


@pytest.mark.parametrize("up", [True, False])
def test_a_task_waits_neither_for_what_it_is_part_of_nor_for_its_parts(up: bool) -> None:
    above = a_node(1, 0, 9, after=[] if up else [(3, 0)])
    middle = a_node(2, 0, 9, under=1)
    leaf = a_node(3, 0, 9, under=2, after=[(1, 0)] if up else [])
    assert {field for _, field in fields_of(above, middle, leaf)} == {"predecessors"}


def test_a_circle_through_the_tree_is_found() -> None:
    first, second = a_node(1, 0, 9), a_node(2, 10, 12, after=[(1, 0)])
    assert fields_of(first, second, a_node(3, 0, 9, under=1, after=[(2, 0)]))


def test_what_has_ended_keeps_its_dates_whatever_the_rules_say() -> None:
    assert not fields_of(a_node(1, 390, 420, ended=True), a_node(2, 3, 4, after=[(1, 0)]))


@settings(max_examples=50, deadline=None)
@given(raw_plans())
def test_what_passes_has_no_circle_and_no_line_is_overdrawn(plan: dict[UUID, Node]) -> None:
    if problems_of(plan, FRAME):
        return
    for node in plan.values():
        assert node.id not in below(plan, node.id)
        assert node.id not in _earlier(plan, node.id)
    assert sum(node.share for node in plan.values()) <= FRAME.lines[LINE]
    assert all(node.share >= 0 for node in plan.values())
    assert sum(len(found) for found in children_of(plan).values()) == len(plan)


def _earlier(plan: dict[UUID, Node], task_id: UUID) -> set[UUID]:
    found: set[UUID] = set()
    waiting = [one.task_id for one in plan[task_id].predecessors]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [further.task_id for further in plan[one].predecessors]
    return found
