"""A drill that kills must meet mails on their way, or it proves nothing."""

import pytest

from bench.chaos.kill_sender import moments, own_faults


def test_the_kills_are_spread_over_the_wave_the_same_on_every_run() -> None:
    found = moments(mails=100_000, kills=20)
    assert found == moments(mails=100_000, kills=20) == sorted(found)
    assert len(set(found)) == 20
    assert found[-1] - found[0] > 50_000
    assert found[0] > 0 and found[-1] < 100_000


@pytest.mark.parametrize(
    ("unknown", "marked", "fault"),
    [
        ([192, 0, 0, 0], 192, "3 of 4 kills met no mail on its way, and so proved nothing"),
        ([201, 10], 211, "a kill left 201 uncertain, more than 200"),
        ([10, 10], 21, "the kills left 20 uncertain, which is not what is marked so"),
    ],
)
def test_a_drill_that_proves_nothing_or_breaks_its_bound_is_told(
    unknown: list[int], marked: int, fault: str
) -> None:
    assert own_faults(unknown, marked=marked) == [fault]


def test_kills_that_leave_what_is_marked_are_within_the_bound() -> None:
    assert own_faults([192, 0, 200, 8], marked=400) == []
