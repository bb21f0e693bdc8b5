"""The shapes that rows are merged by agree with the tables that hold them."""

import pytest

from services.reporting.projections.actions import table_of
from services.reporting.projections.shapes import LEADS, SHAPES, Shape


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape_has_exactly_the_columns_and_the_key_of_its_table(shape: Shape) -> None:
    table = table_of(shape)
    assert set(shape.columns) == set(table.columns.keys())
    assert shape.key == tuple(column.name for column in table.primary_key)


def test_a_column_that_no_event_told_yet_is_blank() -> None:
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    LEADS.put(rows, {"lead_id": 1, "sequence": 4, "campaign_id": None})
    assert rows[1,]["qualification_sequence"] == 0
    assert rows[1,]["outcome"] is None
