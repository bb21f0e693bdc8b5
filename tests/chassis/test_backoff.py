"""Waits grow after each failure, never beyond the cap, and end when told to stop."""

import time

import pytest

from chassis.backoff import Backoff


def test_each_wait_is_drawn_from_the_upper_half_of_a_doubling_ceiling() -> None:
    backoff = Backoff(base=1.0, cap=100.0)
    waits = [backoff.next() for _ in range(5)]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))


def test_no_wait_is_longer_than_the_cap_however_often_it_fails() -> None:
    backoff = Backoff(base=1.0, cap=3.0)
    assert max(backoff.next() for _ in range(2000)) <= 3.0


def test_after_a_success_it_starts_from_the_base_again() -> None:
    backoff = Backoff(base=1.0, cap=100.0)
    for _ in range(6):
        backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.0


@pytest.mark.parametrize("seconds", [60.0, 3600.0])
def test_a_sleep_ends_once_it_is_told_to(seconds: float) -> None:
    asked: list[None] = []
    began = time.monotonic()
    Backoff.sleep(seconds, until=lambda: asked.append(None) or len(asked) > 2)  # type: ignore[func-returns-value]
    assert time.monotonic() - began < 5
