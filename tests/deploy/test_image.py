"""One Dockerfile makes the image of every service, from a lock file that pins every package by hash."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from fanfare.commands import SERVICES

LOCKS = Path("locks")
NAMES = (*SERVICES, "run")


def pins(name: str) -> dict[str, SpecifierSet]:
    """The exact version of each package in a lock file, by the package's name."""
    lines = (LOCKS / f"{name}.txt").read_text().splitlines()
    found = [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalnum()]
    return {one.name: one.specifier for one in found}


def test_the_dockerfile_passes_hadolint() -> None:
    tool = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(tool), "deploy/Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_every_lock_is_cut_from_one_resolution(name: str) -> None:
    everything = pins("all")
    assert len(pins(name)) > 20
    assert {package for package, version in pins(name).items() if everything[package] != version} == set()


@pytest.mark.parametrize("name", [*NAMES, "all", "deploy", "helm"])
def test_every_package_of_a_lock_has_a_hash_and_no_address(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text()
    assert "://" not in text
    requirements = [block for block in text.replace("\\\n", " ").splitlines() if block[:1].isalnum()]
    assert requirements and [line for line in requirements if "--hash=sha256:" not in line] == []


def test_the_tools_that_check_the_chart_are_locked_as_asked() -> None:
    lines = Path("deploy/requirements.txt").read_text().splitlines()
    asked = [Requirement(line) for line in lines if not line.startswith("#")]
    locked = pins("deploy")
    assert len(asked) == 3
    assert [one.name for one in asked if locked.get(one.name) != one.specifier] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    locked = pins("all")
    missing = [one for one in map(Requirement, asked) if locked.get(one.name) != one.specifier]
    assert missing == []
