"""The arithmetic of a claim's lines."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ids import new_id
from services.finance.claims.items import NewItem, by_line, granted_of
from services.finance.claims.model import Claim

LINES = [UUID(int=number) for number in range(1, 4)]
AMOUNTS = st.decimals(min_value="0.01", max_value="9999", places=2)
ITEMS = st.lists(st.tuples(st.sampled_from(LINES), AMOUNTS, st.none() | AMOUNTS), min_size=1, max_size=8)


@settings(max_examples=50)
@given(ITEMS)
def test_what_is_granted_and_what_is_released_is_what_was_asked(
    asked: list[tuple[UUID, Decimal, Decimal | None]],
) -> None:
    claim = Claim(claimant="mia", currency="EUR", state="draft", edition=0)
    claim.write([NewItem(line, amount) for line, amount, _ in asked], purpose="Fair")
    claim.state = "submitted"
    committed = claim.held
    items = zip(claim.items, asked, strict=True)
    claim.approve({str(item.id): grant for item, (*_, grant) in items if grant is not None})
    released = by_line((share.line_id, share.asked - share.granted) for share in claim.shares)
    for line in LINES:
        zero = Decimal(0)
        assert committed.get(line, zero) == claim.held.get(line, zero) + released.get(line, zero)
    assert claim.due == sum(claim.held.values()) <= claim.amount


def test_no_item_gets_more_than_it_asks_or_less_than_nothing() -> None:
    item = new_id()
    assert granted_of(item, Decimal(5), {str(item): Decimal(9)}) == 5
    assert granted_of(item, Decimal(5), {str(item): Decimal(-1)}) == 0
    assert granted_of(item, Decimal(5), {}) == 5
