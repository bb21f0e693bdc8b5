"""Processes from a forge are as those started in earnest: they log, end, are killed, and die with us."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fanfare.local.process import Child, living, wait_until
from tests.harness import forge

SOURCE = Path(__file__).parents[2]
SECONDS = 60
WAITS = "workers_wait"


def child_of(folder: Path, *arguments: str, **environment: str) -> Child:
    values = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), **environment}
    command = [sys.executable, "-m", "fanfare", *arguments]
    return Child("one", command, log=folder / "one.log", environment=values, folder=folder)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["settings", "lead"], 0, "FANFARE_PHONE_REGION"),
        (["settings", "nobody"], 2, "is not one of"),
        (["run", "lead"], 2, "FANFARE_LOG_LEVEL"),
    ],
)
def test_what_it_says_and_how_it_ends_is_kept(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    child = child_of(tmp_path, *arguments, FANFARE_LOG_LEVEL="loud").start()
    assert isinstance(child._process, forge.Forked)
    assert child.wait(seconds=SECONDS)
    assert child.exit_code == code
    assert said in child.log.read_text()


@pytest.mark.parametrize("arguments", [["settings", "lead"], ["run", "lead"]])
def test_what_customises_python_elsewhere_does_so_first(tmp_path: Path, arguments: list[str]) -> None:
    custom = "import sys; from chassis import clock; print('fanfare.commands' in sys.modules, clock.now)"
    (tmp_path / "sitecustomize.py").write_text(custom)
    settings = {"PYTHONPATH": f"{tmp_path}:{SOURCE}", "FANFARE_LOG_LEVEL": "loud"}
    child = child_of(tmp_path, *arguments, **settings).start()
    assert isinstance(child._process, forge.Forked)
    assert child.wait(seconds=SECONDS)
    assert child.log.read_text().startswith("False <function now")


def worker(folder: Path) -> Child:
    """Waits for its database, which nobody migrates."""
    return child_of(
        folder, "work", "lead", "--probe-port", "0", FANFARE_DATABASE_URL=f"sqlite:///{folder}/lead.db"
    )


def test_a_signal_reaches_it_and_a_kill_ends_it(tmp_path: Path) -> None:
    child = worker(tmp_path)
    child.start()
    assert wait_until(lambda: WAITS in child.tail(), seconds=SECONDS), child.tail()
    assert child.stop() == 0
    before = child.log.read_text().count(WAITS)
    child.start()
    assert wait_until(lambda: child.log.read_text().count(WAITS) > before, seconds=SECONDS), child.tail()
    child.kill()
    assert child.exit_code == -signal.SIGKILL


def test_it_does_not_outlive_who_ordered_it(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path\n"
        "from tests.harness.test_forge import worker\n"
        "from tests.harness import forge\n"
        "child = worker(Path(sys.argv[1])); print(forge.launched(child).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=SOURCE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert pid in living()
        owner.kill()
    assert wait_until(lambda: pid not in living(), seconds=SECONDS)
