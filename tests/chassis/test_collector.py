"""What was loaded to stay is looked at no more; what was made since is."""

import subprocess
import sys

import pytest

RING = """
import gc, weakref
from chassis import collector

class Ring:
    def __init__(self):
        self.itself = self
"""
"""Garbage that only the collector finds; in a process of its own, whose heap is small."""

KEPT = """
with collector.loading():
    assert not gc.isenabled()
    stays = weakref.ref(Ring())
goes = weakref.ref(Ring())
gc.collect()
assert gc.isenabled()
assert stays() is not None and goes() is None
"""

FAILED = """
try:
    with collector.loading():
        raise ImportError
except ImportError:
    assert gc.isenabled()
else:
    raise AssertionError
"""

SETTLED = """
gone = weakref.ref(Ring())
collector.settle()
assert gone() is None
assert gc.get_freeze_count() > 0
"""


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(KEPT, id="what is loaded stays and what comes later goes"),
        pytest.param(FAILED, id="the collector is back when loading fails"),
        pytest.param(SETTLED, id="settling drops what loading left"),
    ],
)
def test_the_collector_looks_at_what_may_have_become_garbage(happens: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RING + happens], stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
