"""What runs beside ``fanfare run all``: its workers, which it does not outlive."""

import os
import signal
from pathlib import Path

import pytest

from fanfare.local.process import Child, descendants, wait_until
from fanfare.local.stack import Stack, sqlite_databases

pytestmark = pytest.mark.embedded

SECONDS = 60


def works(pid: int) -> bool:
    try:
        return b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_worker_that_dies_ends_the_whole_and_is_told(tmp_path: Path) -> None:
    stack = Stack(
        databases=sqlite_databases(tmp_path), broker_url="memory://", folder=tmp_path, embedded=True
    )
    with stack:
        whole: Child = stack.processes["all"]
        [worker] = [pid for pid in descendants(whole.pid) if works(pid)]
        os.kill(worker, signal.SIGKILL)
        assert wait_until(lambda: not whole.alive, seconds=SECONDS)
        assert whole.exit_code == 1
        assert "the workers have died" in whole.tail()
