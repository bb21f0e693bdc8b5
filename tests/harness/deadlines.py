"""Ends a test that takes too long by the clock's signal.

pytest-timeout takes the cooperative process for one that is not in its main thread, and would give each test
a thread of its own: a green one, which is deaf while something blocks, and takes 3 ms to begin and end.
"""

import signal
from types import FrameType
from typing import Any

import pytest

AGAIN_SECONDS = 1.0
"""The signal may come while something else than the test is at work, which bears it then: it comes again."""


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:
    """Start the clock. Nobody else shall do so."""

    plugin: Any = item.config.pluginmanager.get_plugin("timeout")

    def end(_signal: int, _frame: FrameType | None) -> None:
        plugin.timeout_sigalrm(item, settings)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout, AGAIN_SECONDS)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_cancel_timer() -> bool:
    """Stop the clock."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return True
