"""Whatever is planned, moved, split, rescheduled and finished, in any order: the plan stays sound."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.campaign.tasks.schedule import Dates, applied, shifts
from services.campaign.tasks.tree import Node, Predecessor, below, in_order, problems_of
from tests.services.campaign.tasks.plans import FRAME, LINE, a_node, key

places = st.integers(0, 40)


class Planning(RuleBasedStateMachine):
    """Takes over what the rules let pass, as the actions do."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: dict[UUID, Node] = {}
        self.facts: dict[UUID, Node] = {}

    def pick(self, place: int) -> Node:
        return list(self.plan.values())[place % len(self.plan)]

    def try_(self, *nodes: Node) -> None:
        after = {**self.plan, **{node.id: node for node in nodes}}
        if not problems_of(after, FRAME):
            self.plan = after

    @rule(first=st.integers(0, 60), days=st.integers(0, 9), share=st.integers(0, 70))
    def add(self, first: int, days: int, share: int) -> None:
        number = len(self.plan)
        self.try_(a_node(number, first, first + days, line_id=LINE, share=Decimal(share)))

    @precondition(lambda self: self.plan)
    @rule(place=places, above=places)
    def move(self, place: int, above: int) -> None:
        self.try_(replace(self.pick(place), parent_id=self.pick(above).id))

    @precondition(lambda self: self.plan)
    @rule(place=places, earlier=places, lag=st.integers(0, 3))
    def wait_for(self, place: int, earlier: int, lag: int) -> None:
        node = self.pick(place)
        self.try_(replace(node, predecessors=(*node.predecessors, Predecessor(self.pick(earlier).id, lag))))

    @precondition(lambda self: self.plan)
    @rule(place=places, share=st.integers(0, 70))
    def split(self, place: int, share: int) -> None:
        node = self.pick(place)
        if node.share < share or node.ended:
            return
        part = replace(node, id=key(len(self.plan)), parent_id=node.id, predecessors=(), share=Decimal(share))
        self.try_(replace(node, share=node.share - share), part)

    @precondition(lambda self: self.plan)
    @rule(place=places, days=st.integers(0, 15))
    def slip(self, place: int, days: int) -> None:
        node = self.pick(place)
        if node.ended:
            return
        later = Dates(starts_on=node.starts_on, ends_on=node.ends_on + timedelta(days=days))
        moves = shifts(self.plan, {node.id: later})
        if all(one.new.ends_on <= FRAME.ends_on for one in moves):
            self.plan = applied(self.plan, moves)

    @precondition(lambda self: self.plan)
    @rule(place=places)
    def finish(self, place: int) -> None:
        node = self.pick(place)
        if all(self.plan[one].ended for one in below(self.plan, node.id)):
            self.plan[node.id] = self.facts[node.id] = replace(node, ended=True)

    @invariant()
    def nothing_is_broken(self) -> None:
        assert problems_of(self.plan, FRAME) == []
        assert len(in_order(self.plan)) == 2 * len(self.plan)

    @invariant()
    def no_line_is_overdrawn(self) -> None:
        assert sum(node.share for node in self.plan.values()) <= FRAME.lines[LINE]

    @invariant()
    def what_has_ended_stays(self) -> None:
        for one, fact in self.facts.items():
            assert (self.plan[one].starts_on, self.plan[one].ends_on) == (fact.starts_on, fact.ends_on)


TestPlanning = Planning.TestCase
TestPlanning.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
