"""Lanes share the tests: each runs once, whatever lane has it, and a failure is the failure of all."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def run_lanes(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "tests.harness.lanes",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, str(folder), *arguments],
        check=False,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )


def write_tests(folder: Path, files: int, *, failing: int = -1) -> None:
    for number in range(files):
        lines = [
            "from pathlib import Path",
            *(
                f"def test_{one}():\n"
                f"    with (Path(__file__).parent / 'ran').open('a') as ran: ran.write('{number}.{one} ')\n"
                f"    assert {number} != {failing}"
                for one in range(3)
            ),
        ]
        (folder / f"test_{number}.py").write_text("\n".join(lines))


def test_each_test_runs_once(tmp_path: Path) -> None:
    write_tests(tmp_path, 5)
    done = run_lanes(tmp_path)
    assert done.returncode == 0, done.stdout
    expected = {f"{number}.{one}" for number in range(5) for one in range(3)}
    ran = (tmp_path / "ran").read_text().split()
    assert len(ran) == 15 and set(ran) == expected


def test_one_failure_fails_the_whole_and_is_shown(tmp_path: Path) -> None:
    write_tests(tmp_path, 4, failing=2)
    done = run_lanes(tmp_path)
    assert done.returncode == 1
    assert "assert 2 != 2" in done.stdout
    assert len((tmp_path / "ran").read_text().split()) == 12


def test_nothing_to_run_is_told(tmp_path: Path) -> None:
    assert run_lanes(tmp_path).returncode == 5
