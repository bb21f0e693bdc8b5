"""What the documents name is there: settings, metrics, causes, events, files, links, libraries."""

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from chassis import config
from chassis.inbox import Cause
from contracts.roles import ROLES
from contracts.schemas import declared
from fanfare.commands import SERVICES, settings_class
from fanfare.demo.given import GivenStack
from tests.docs.documents import DOCUMENTS, code, name_of
from tests.docs.tables import GUIDE, ROOT
from tests.harness.links import broken

ELSEWHERE = {
    "FANFARE_CONFIG",
    "FANFARE_DEMO_POSTGRES_URL",
    "FANFARE_DEMO_RABBITMQ_URL",
    "FANFARE_TEST_POSTGRES_URL",
    "FANFARE_TEST_RABBITMQ_URL",
    "FANFARE_SCHEMAS",
    "FANFARE_SCREENSHOTS",
}
"""Variables of the demo, the tests and the integrators' example."""

FOLDERS = ("chassis/", "contracts/", "services/", "fanfare/", "tests/", "deploy/", "bench/", "docs/")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


@cache
def variables() -> set[str]:
    """Every variable that sets something, in general or for one service."""
    known = set(ELSEWHERE)
    for service in SERVICES:
        for one in config.describe(settings_class(service)):
            known |= {one.name, one.name.replace("FANFARE_", f"FANFARE_{service.upper()}_", 1)}
    return known | {one.name.replace("FANFARE_", "FANFARE_DEMO_", 1) for one in config.describe(GivenStack)}


def test_the_tables_of_the_guide_are_as_the_code_has_them() -> None:
    # In a process of its own: other tests make metrics that nobody else has.
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "tests.docs.tables", "--check"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, timeout=90, check=False)
    assert ended.returncode == 0, "run python -m tests.docs.tables"


@every_document
def test_every_setting_that_is_named_is_there(document: Path) -> None:
    named = set(re.findall(r"\bFANFARE_[A-Z_]*[A-Z]\b(?!_)", document.read_text()))
    assert named <= variables()


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken(document)) == []


@every_document
def test_every_path_in_code_is_there(document: Path) -> None:
    named = {text for text in code(document) if text.startswith(FOLDERS) and re.fullmatch(r"[\w./-]+", text)}
    named = {path.replace("NAME", "lead") for path in named}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@every_document
def test_every_event_that_is_named_is_declared(document: Path) -> None:
    named = {text for text in code(document) if re.fullmatch(r"[a-z]+\.[a-z_]+\.v\d+", text)}
    assert named <= {event.type for event in declared()} | {"noun.verbed.v1"}


def test_the_guide_says_what_to_do_for_every_cause() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(), re.MULTILINE)
    assert sorted(row for row in rows if row in set(Cause)) == sorted(Cause)


def test_the_guide_names_every_role() -> None:
    assert [role for role in ROLES if f"`{role}`" not in GUIDE.read_text()] == []


def test_the_page_of_libraries_names_those_that_are_needed_and_no_others() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {line.partition("==")[0] for line in project["dependencies"]}
    needed |= {line.partition("==")[0] for service in SERVICES for line in extras[service]}
    page = (ROOT / "docs" / "adr" / "0008-libraries.md").read_text()
    column = " ".join(line.split("|")[2] for line in page.splitlines() if line.startswith("| "))
    named = set(re.findall(r"`([\w-]+)`", column))
    with_own_page = {"nameko", "eventlet", "greenlet"}
    assert needed - with_own_page <= named
    assert named <= needed | {line.partition("==")[0] for line in extras["dev"]}


def test_every_decision_has_a_page_in_the_list_with_the_same_four_parts() -> None:
    folder = ROOT / "docs" / "adr"
    listing = (folder / "README.md").read_text()
    for page in sorted(folder.glob("0*.md")):
        assert f"({page.name})" in listing, page.name
        parts = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert parts == ["Context", "Decision", "Alternatives", "Consequences"], page.name


def test_the_map_names_every_folder_of_every_service() -> None:
    named = set(code(ROOT / "ARCHITECTURE.md"))
    rooms = {one.parent.name for one in (ROOT / "services").glob("*/*/__init__.py")}
    assert rooms - {"migrations"} <= named
