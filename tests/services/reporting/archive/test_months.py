"""Months of the archive: their names, their order, and their ends."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.archive.months import Month

moments = st.datetimes(datetime(1900, 1, 1), datetime(2900, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(moments)
def test_a_moment_lies_in_its_month_and_before_the_next(moment: datetime) -> None:
    month = Month.of(moment)
    assert month.starts_at <= moment < month.later(1).starts_at
    assert Month.read(str(month)) == month
    assert month.later(14).later(-14) == month


def test_a_moment_belongs_to_its_month_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert str(Month.of(datetime(2026, 12, 1, 7, 59, tzinfo=shanghai))) == "2026-11"
    assert Month(2026, 11).later(2) == Month(2027, 1)
    assert (Month(2026, 1).partition, Month(2026, 1).detached) == (
        "archived_events_2026_01",
        "detached_events_2026_01",
    )


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "0000-01", "2026-01; DROP TABLE leads"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        Month.read(text)
