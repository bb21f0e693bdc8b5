"""Lanes share the tests: each runs once, whatever lane has it, and a failure is the failure of all."""

import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
HEAD = """\
import os, signal, sys
from pathlib import Path

def note(words, ran=Path(__file__).parent / "ran"):
    with ran.open("a") as file: file.write(words + " ")

note("loaded")
"""


def run_lanes(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.harness.lanes", "--rootdir", str(folder), str(folder), *arguments],
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def write_tests(folder: Path, files: int, **endings: str) -> None:
    """Files of three tests each; the last one of a file ends with what is given by its name."""
    for number in range(files):
        tests = [f"def test_{one}():\n    note('{number}.{one}')" for one in range(3)]
        ending = endings.get(f"test_{number}", "pass")
        (folder / f"test_{number}.py").write_text("\n".join([HEAD, *tests, f"    {ending}"]))


def noted(folder: Path) -> list[str]:
    return (folder / "ran").read_text().split()


def test_each_test_runs_once_and_is_loaded_once(tmp_path: Path) -> None:
    write_tests(tmp_path, 5)
    done = run_lanes(tmp_path)
    assert done.returncode == 0, done.stdout
    tests = {f"{number}.{one}" for number in range(5) for one in range(3)}
    assert sorted(noted(tmp_path)) == sorted([*tests, *["loaded"] * 5])


def test_a_failure_fails_the_whole_and_is_shown_once_with_what_was_printed(tmp_path: Path) -> None:
    printing = "print('of', 'two'); os.system('echo of $((1+2))'); assert 2 != 2"
    write_tests(tmp_path, 4, test_2=printing)
    done = run_lanes(tmp_path)
    assert done.returncode == 1
    for line in (r"E +assert 2 != 2", "of two", "of 3", r"FAILED .*test_2\.py::test_2.*"):
        assert len(re.findall(rf"^\d\| {line}$", done.stdout, re.MULTILINE)) == 1, done.stdout
    assert noted(tmp_path).count("loaded") == 4 and len(noted(tmp_path)) == 16

    (tmp_path / "ran").unlink()
    again = run_lanes(tmp_path, "--last-failed")
    assert again.returncode == 1
    assert noted(tmp_path) == ["loaded", "2.2"]


def test_what_failed_in_any_lane_is_known_as_failed(tmp_path: Path) -> None:
    for _ in range(3):
        write_tests(tmp_path, 6, test_0="assert 0", test_2="assert 0", test_5="assert 0")
        assert run_lanes(tmp_path).returncode == 1
        (tmp_path / "ran").unlink()
        assert run_lanes(tmp_path, "--last-failed").returncode == 1
        assert sorted(noted(tmp_path)) == ["0.2", "2.2", "5.2", *["loaded"] * 3]
        write_tests(tmp_path, 6)
        assert run_lanes(tmp_path, "--last-failed").returncode == 0
        (tmp_path / "ran").unlink()


def test_a_lane_that_is_killed_fails_the_whole_and_is_named(tmp_path: Path) -> None:
    write_tests(tmp_path, 4, test_1="os.kill(os.getpid(), signal.SIGKILL)")
    done = run_lanes(tmp_path)
    assert done.returncode not in {0, 5}
    assert "| SIGKILL\n" in done.stdout
    # What follows the file at which it was killed the lane may have drawn already.
    assert len(noted(tmp_path)) >= 16 - 3


def test_a_crash_of_the_interpreter_is_traced_by_its_lane(tmp_path: Path) -> None:
    write_tests(tmp_path, 2, test_1="os.kill(os.getpid(), signal.SIGABRT)")
    done = run_lanes(tmp_path)
    assert done.returncode not in {0, 5}
    assert re.search(r"^\d\| .*Fatal Python error: Aborted$", done.stdout, re.MULTILINE), done.stdout
    assert "Fatal Python error" not in done.stderr


def test_what_cannot_be_loaded_is_told_and_nothing_runs(tmp_path: Path) -> None:
    write_tests(tmp_path, 3)
    (tmp_path / "test_1.py").write_text("import nothing_of_this_name")
    done = run_lanes(tmp_path)
    assert done.returncode == 2
    assert len(re.findall(r"^ERROR .*test_1\.py", done.stdout, re.MULTILINE)) == 1, done.stdout
    assert noted(tmp_path) == ["loaded"] * 2


def test_nothing_to_run_is_told(tmp_path: Path) -> None:
    write_tests(tmp_path, 1)
    assert run_lanes(tmp_path, "-k", "nothing").returncode == 5
    assert run_lanes(tmp_path, "-k", "test_2").returncode == 0
    assert noted(tmp_path) == ["loaded", "loaded", "0.2"]
