"""Every command that the documents name exists, and takes what they give it."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fanfare.commands import fanfare
from tests.docs.documents import DOCUMENTS, code, commands, name_of
from tests.docs.tables import ROOT

PLACEHOLDERS = {"NAME": "lead"}

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def parse(line: str) -> None:
    """Have click read a command line without running it. Raises ClickException where it cannot."""
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(line)]
    command: click.Command = fanfare
    context = click.Context(command)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        if found is None:
            raise click.UsageError(f"there is no command {words[0]}")
        command, words = found, words[1:]
    if words:
        asked = any(option.name == "yes" for option in command.params)
        command.make_context(command.name, [*words, "--yes"] if asked else words)


def fanfare_runs(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command for real, where nothing is configured."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    return subprocess.run(
        [sys.executable, "-m", "fanfare", *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@every_document
def test_every_fanfare_command_is_there(document: Path) -> None:
    for line in commands(document, "fanfare"):
        try:
            parse(line)
        except click.ClickException as error:
            pytest.fail(f"fanfare {line}: {error.format_message()}")


@every_document
def test_every_make_target_is_there(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    for line in commands(document, "make"):
        target, *options = line.split()
        assert target in targets, line
        assert {option.partition("=")[0] for option in options} <= variables, line


@every_document
def test_every_module_that_is_run_is_there(document: Path) -> None:
    for line in code(document):
        if called := re.search(r"python -m ([\w.]+)", line):
            path = ROOT / called[1].replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), line


def test_a_command_that_is_not_there_is_found() -> None:
    for line in ("rum all", "run nobody", "dead lost", "migrate all --in 3", "dead replay campaign x"):
        with pytest.raises(click.ClickException):
            parse(line)


@pytest.mark.slow
def test_what_an_operator_runs_by_hand_works_on_a_fresh_machine(tmp_path: Path) -> None:
    lines = [
        ("migrate", "all"),
        ("token", "--subject", "ada", "--role", "administrator", "--department", "*"),
        ("dead", "list", "--waiting"),
        ("projections", "rebuild", "all"),
        ("settings", "outreach"),
    ]
    for line in lines:
        ended = fanfare_runs(*line, folder=tmp_path)
        assert ended.returncode == 0, f"fanfare {' '.join(line)}: {ended.stderr[-500:]}"
