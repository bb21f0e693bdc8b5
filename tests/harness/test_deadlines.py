"""A test that takes too long fails, whether it waits or blocks, and those after it run."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TESTS = """
from chassis import green
green.patch()
import threading, time
import eventlet

def test_that_waits(): time.sleep(30)
def test_that_waits_for_another(): threading.Event().wait(30)
def test_that_blocks(): eventlet.patcher.original("time").sleep(30)
def test_that_is_done_by_others():
    def turn():
        while True: time.sleep(0)
    spinning = eventlet.spawn(turn)
    try: time.sleep(30)
    finally: spinning.kill()
def test_in_time(): time.sleep(0.01)
"""


def test_whatever_a_test_does_it_ends(tmp_path: Path) -> None:
    (tmp_path / "test_late.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.harness.deadlines", "--timeout", "1"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        check=False,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "4 failed, 1 passed" in done.stdout, done.stdout
    assert done.stdout.count("Failed: Timeout (>1.0s) from pytest-timeout") >= 4
