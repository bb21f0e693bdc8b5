"""Plans of tasks as plain values, to hold the rules against."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.campaign.tasks.tree import Frame, Node, Predecessor, by_id, problems_of

FIRST = date(2026, 12, 1)
LINE = UUID(int=999)
FRAME = Frame(
    starts_on=FIRST, ends_on=FIRST + timedelta(days=400), currency="EUR", lines={LINE: Decimal("100.00")}
)


def key(number: int) -> UUID:
    return UUID(int=number)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def a_node(number: int, first: int = 0, last: int | None = None, **values: Any) -> Node:
    """A task from one day of the campaign to another."""
    last = first if last is None else last
    after = tuple(Predecessor(key(one), lag) for one, lag in values.pop("after", ()))
    under = values.pop("under", None)
    return Node(
        id=key(number),
        name=f"task {number}",
        starts_on=day(first),
        ends_on=day(last),
        parent_id=None if under is None else key(under),
        predecessors=after,
        **values,
    )


def a_plan(*nodes: Node) -> dict[UUID, Node]:
    return by_id(nodes)


@st.composite
def raw_plans(draw: st.DrawFn) -> dict[UUID, Node]:
    """Any tasks at all: parents, predecessors, dates and shares as they come."""
    count = draw(st.integers(1, 7))
    numbers = st.integers(0, count - 1)
    nodes = []
    for number in range(count):
        first = draw(st.integers(0, 30))
        after = draw(
            st.lists(st.tuples(numbers, st.integers(0, 3)), max_size=2, unique_by=lambda one: one[0])
        )
        values: dict[str, Any] = {"after": after, "under": draw(st.none() | numbers)}
        ended = draw(st.integers(0, 4)) == 0
        if draw(st.booleans()):
            values |= {"line_id": LINE, "share": Decimal(draw(st.integers(-5, 60)))}
        nodes.append(a_node(number, first, first + draw(st.integers(0, 5)), ended=ended, **values))
    return by_id(nodes)


@st.composite
def rows(draw: st.DrawFn, *, parent: int, start: int) -> list[Node]:
    """Tasks one after the other from day ``start`` on, all of them parts of one; some have begun or ended."""
    nodes: list[Node] = []
    at = start
    for number in range(parent + 1, parent + 1 + draw(st.integers(0, 3))):
        lag = draw(st.integers(0, 2)) if nodes else 0
        after = [(number - 1, lag)] if nodes else []
        state = draw(st.sampled_from(("open", "open", "begun", "ended")))
        last = at + lag + draw(st.integers(0, 4))
        facts = {"begun": state == "begun", "ended": state == "ended"}
        nodes.append(a_node(number, at + lag, last, under=parent, after=after, **facts))
        at = last + 1
    return nodes


@st.composite
def sound_plans(draw: st.DrawFn) -> dict[UUID, Node]:
    """Plans that keep to every rule: tasks in a row, each with parts in a row."""
    nodes: list[Node] = []
    start, tops = 0, list[int]()
    for _ in range(draw(st.integers(1, 4))):
        number = len(nodes)
        parts = draw(rows(parent=number, start=start))
        ends = [(part.ends_on - FIRST).days for part in parts]
        end = max([start, *ends]) + draw(st.integers(0, 2))
        after = [(top, 0) for top in tops[-1:] if draw(st.booleans())]
        nodes += [a_node(number, start, end, after=after), *parts]
        start = end + 1
        tops.append(number)
    plan = by_id(nodes)
    assert problems_of(plan, FRAME) == []
    return plan
