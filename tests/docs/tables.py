"""The tables of the documents that come from the code: ``python -m tests.docs.tables`` writes them.

A table stands in its document between ``<!-- NAME -->`` and ``<!-- end -->``. With ``--check`` nothing is
written, and the exit code is 1 where one differs.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import chassis
import services
from chassis import config, metrics
from chassis.config import Description, Settings
from deploy.monitoring.objectives import OBJECTIVES
from fanfare.commands import SERVICES, settings_class

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operators.md"
PAGES = (GUIDE, ROOT / "docs" / "metrics.md")
SPOT = re.compile(r"(<!-- ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def settings_of_all() -> str:
    """What every service is configured with."""
    return _table(("Variable", "Type", "Default", "Meaning"), map(_row, config.describe(Settings)))


def settings_of_each() -> str:
    """What one service has beside that, or with another default."""
    common = config.describe(Settings)
    rows = [
        (service, *_row(one))
        for service in SERVICES
        for one in config.describe(settings_class(service))
        if one not in common
    ]
    return _table(("Service", "Variable", "Type", "Default", "Meaning"), rows)


def metrics_of_all() -> str:
    """Every metric that the code makes."""
    for module in (*_modules(chassis.__path__, "chassis."), *_modules(services.__path__, "services.")):
        importlib.import_module(module)
    rows = [
        (f"`{one.name}`", one.kind, ", ".join(one.labels), ", ".join(map(_number, one.buckets)), one.help)
        for _, one in sorted(metrics.CATALOGUE.items())
    ]
    return _table(("Metric", "Kind", "Labels", "Bounds", "Meaning"), rows)


def objectives_of_all() -> str:
    """Every service level objective with its alerts."""
    rows = [
        (
            f"`{one.name}`",
            one.title,
            f"{(100 * one.target).normalize():f} %",
            f"`{one.total}`",
            str(one.least),
        )
        for one in OBJECTIVES
    ]
    return _table(("Objective", "What", "Target", "Out of", "Volume gate"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "settings of all": settings_of_all,
    "settings of each": settings_of_each,
    "metrics": metrics_of_all,
    "objectives": objectives_of_all,
}


def filled(text: str) -> str:
    """The document's text with every table as the code has it now. Raises KeyError for an unknown name."""
    return SPOT.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


def _number(bound: float) -> str:
    return f"{bound:g}"


def _row(setting: Description) -> tuple[str, ...]:
    default = f"`{setting.default}`" if setting.default not in {"", "None"} else "not set"
    return f"`{setting.name}`", setting.type, default, setting.help


def _modules(path: Iterable[str], prefix: str) -> Iterator[str]:
    for module in pkgutil.walk_packages(path, prefix):
        if ".migrations" not in module.name:
            yield module.name


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def main(arguments: list[str]) -> int:
    """Write the tables into their pages. With ``--check`` only say whether they differ, by returning 1."""
    before = {page: page.read_text() for page in PAGES}
    after = {page: filled(text) for page, text in before.items()}
    if "--check" in arguments:
        return int(before != after)
    for page, text in after.items():
        page.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
