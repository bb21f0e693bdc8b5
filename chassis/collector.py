"""Spares the garbage collector of the process what was loaded to stay.

To look through all modules again and again, and once more as the process ends, costs a third of a start.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLD = 20_000
"""Allocations between two looks for garbage cycles; Python's own 700 is for small programs."""


@contextmanager
def paused() -> Iterator[None]:
    """The collector does not run in the block: for what makes millions of objects and no cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """What the block loads stays, so the collector neither runs in it nor looks at it later."""
    with paused():
        try:
            yield
        finally:
            gc.freeze()


def settle() -> None:
    """All is loaded: drop what was needed for it alone, and look at the rest no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(THRESHOLD)
