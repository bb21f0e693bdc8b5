"""Imports run from the services to the chassis to the contracts, never back and never sideways."""

import contextlib
import io

from importlinter.cli import lint_imports

from tests.architecture.source import ROOT


def test_imports_keep_to_the_rules_in_pyproject() -> None:
    told = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(told):
        result = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert result == 0, told.getvalue()


def test_the_rules_are_all_there() -> None:
    rules = (ROOT / "pyproject.toml").read_text()
    assert 'layers = ["fanfare", "services", "chassis", "contracts"]' in rules
    assert 'type = "independence"' in rules
    for folder in sorted(
        path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").is_file()
    ):
        assert f'"services.{folder}"' in rules, f"{folder} is missing from the independent services"
