"""A child process ends with its owner, and can be stopped, killed and frozen with all below it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fanfare.local.process import Child, StartFailed, descendants, run_tool, wait_until

PARENT_OF_ONE = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
DEAF = "import signal, time; signal.signal(15, lambda *_: None); print('deaf', flush=True); time.sleep(60)"
OBEDIENT = """
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("up", flush=True)
signal.sigwait([signal.SIGTERM])
sys.exit(7)
"""
OWNER = """
import os, pathlib, sys
from fanfare.local.process import Child
child = Child("child", ["sleep", "60"], log=pathlib.Path(sys.argv[1])).start()
print(child.pid, flush=True)
os.kill(os.getpid(), int(sys.argv[2]))
"""


def python(code: str, log: Path) -> Child:
    return Child("python", [sys.executable, "-c", code], log=log)


def runs(pid: int) -> bool:
    """Whether a process is there and is no zombie that nobody has fetched."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_process_takes_its_children_with_it(tmp_path: Path) -> None:
    child = python(PARENT_OF_ONE, tmp_path / "log").start()
    assert wait_until(lambda: len(descendants(child.pid)) == 1, seconds=10)
    (grandchild,) = descendants(child.pid)
    child.kill()
    assert child.exit_code == -signal.SIGKILL
    assert wait_until(lambda: not runs(grandchild), seconds=5)


def test_a_process_that_does_not_hear_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = python(DEAF, tmp_path / "log").start()
    assert wait_until(lambda: "deaf" in child.tail(), seconds=10)
    assert child.stop(grace=0.2) == -signal.SIGKILL


def test_a_frozen_process_can_be_stopped_in_an_orderly_way(tmp_path: Path) -> None:
    child = python(OBEDIENT, tmp_path / "log").start()
    assert wait_until(lambda: "up" in child.tail(), seconds=10)
    child.freeze()
    assert child.stop(grace=5) == 7


def test_a_process_that_ends_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = python("import sys; sys.exit('no such colour')", tmp_path / "log").start()
    with pytest.raises(StartFailed, match=r"exit code 1\nno such colour"):
        child.wait_ready(lambda: False, seconds=10)


def test_a_tool_that_fails_is_reported_with_its_output() -> None:
    with pytest.raises(StartFailed, match="no such colour"):
        run_tool([sys.executable, "-c", "import sys; sys.exit('no such colour')"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_child_outlives_an_owner_that_is_killed(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path / "log"), str(int(number))]
    owner = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert owner.returncode == -number
    pid = int(owner.stdout)
    assert wait_until(lambda: not runs(pid), seconds=5), os.listdir(f"/proc/{pid}")
