"""Every write is in the audit trail, or the operators' guide says where else it can be traced."""

import ast
import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import Table, inspect

from chassis import migrate
from chassis.database import Audited
from fanfare.commands import SERVICES
from tests.architecture.source import Source, sources
from tests.docs.tables import GUIDE

NAMES_TABLE = {"insert": 0, "update": 0, "delete": 0, "inserting": 1, "_inserting": 1}
"""What makes a statement past the session, and the place of the argument that says of which table."""


def mapped(service: str) -> dict[str, type]:
    """The mapped classes of a service by their tables."""
    migrate.models_of(service)
    base = importlib.import_module(f"services.{service}.base").Base
    return {one.local_table.name: one.class_ for one in base.registry.mappers}


def written_past_the_session(source: Source) -> Iterator[str]:
    """The tables of which a module makes statements itself."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    named = [(_called(call), call) for call in calls]
    wanted = [(NAMES_TABLE[name], call) for name, call in named if name in NAMES_TABLE]
    if not wanted:
        return
    module = importlib.import_module(source.path.removesuffix(".py").replace("/", "."))
    for place, call in wanted:
        if len(call.args) > place and (table := _table(call.args[place], module)) is not None:
            yield table


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _table(node: ast.expr, module: ModuleType) -> str | None:
    found: Any = getattr(module, node.id, None) if isinstance(node, ast.Name) else None
    if isinstance(found, Table):
        return str(found.name)
    there = inspect(found, raiseerr=False) if isinstance(found, type) else None
    return str(there.local_table.name) if there is not None else None


def told(heading: str) -> set[tuple[str, str]]:
    """What the table below a line of the guide names: services with their tables."""
    _, _, after = GUIDE.read_text().partition(f"{heading}\n")
    rows = re.match(r"\s*((?:\|.*\n)+)", after)
    assert rows is not None, heading
    cells = [[cell.strip() for cell in row.split("|")[1:3]] for row in rows[1].splitlines()]
    return {(service, table) for service, tables in cells for table in re.findall(r"`(\w+)`", tables)}


def tables(*, audited: bool) -> set[tuple[str, str]]:
    return {
        (service, table)
        for service in SERVICES
        for table, one in mapped(service).items()
        if issubclass(one, Audited) is audited
    }


def test_the_guide_names_every_table_without_entries() -> None:
    assert told("These tables have no entries of their own:") == tables(audited=False)


def test_the_guide_names_every_audited_table_that_is_written_past_the_trail() -> None:
    written = {
        (service, table)
        for service in SERVICES
        for source in sources(f"services/{service}")
        for table in written_past_the_session(source)
    }
    found = told("These are audited, and some statements pass the trail by:")
    assert found == written & tables(audited=True)
