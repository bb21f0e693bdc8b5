"""Lists whose rows stand below one another: no circles, and filters that take in what is below."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import Invalid
from chassis.ids import new_id
from services.lead.trees import DEEPEST, check_place

IDS = [new_id() for _ in range(8)]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(range(8)), st.none() | st.sampled_from(range(8))), max_size=30))
def test_whatever_is_moved_no_row_ever_stands_below_itself(
    moves: list[tuple[int, int | None]],
) -> None:
    parents: dict[UUID, UUID | None] = dict.fromkeys(IDS)
    for node, parent in moves:
        above = None if parent is None else IDS[parent]
        try:
            check_place(parents, node=IDS[node], parent=above)
        except Invalid:
            continue
        parents[IDS[node]] = above
        for start in IDS:
            seen: list[UUID] = []
            at: UUID | None = start
            while at is not None:
                assert at not in seen
                seen.append(at)
                at = parents[at]


def test_a_parent_of_nobody_is_refused() -> None:
    with pytest.raises(Invalid, match="parent_id"):
        check_place({}, node=None, parent=new_id())


def test_a_tree_is_only_so_deep() -> None:
    ids = [new_id() for _ in range(DEEPEST)]
    parents = dict(zip(ids, [None, *ids[:-1]], strict=True))
    with pytest.raises(Invalid, match="deep"):
        check_place(parents, node=None, parent=ids[-1])
