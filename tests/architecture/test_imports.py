"""Imports run from the services to the chassis to the contracts, never back and never sideways."""

import subprocess
import sys

from tests.architecture.source import ROOT

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
"""In a process of its own: the linter switches off the loggers of the one it runs in."""


def test_imports_keep_to_the_rules_in_pyproject() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_all_there() -> None:
    rules = (ROOT / "pyproject.toml").read_text()
    assert 'layers = ["fanfare", "services", "chassis", "contracts"]' in rules
    assert 'type = "independence"' in rules
    for folder in sorted(
        path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").is_file()
    ):
        assert f'"services.{folder}"' in rules, f"{folder} is missing from the independent services"
