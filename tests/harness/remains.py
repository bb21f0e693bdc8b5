"""Where words are left in a database, whichever table or column they stand in, and in files."""

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import inspect

from chassis.database import Database


def remains(database: Database, *words: str) -> list[str]:
    """The columns, as table.column, in which one of the words stands, whatever its case."""
    found = set()
    for place, cell in _cells(database):
        if _mentions(cell, words):
            found.add(place)
    return sorted(found)


def files_with(folder: Path, *words: str) -> list[str]:
    """The files below a folder whose content has one of the words."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    return sorted(str(one) for one in files if _mentions(one.read_bytes(), words))


def _cells(database: Database) -> Iterator[tuple[str, object]]:
    with database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings():
                yield from ((f"{table}.{name}", cell) for name, cell in row.items())


def _mentions(cell: object, words: tuple[str, ...]) -> bool:
    if isinstance(cell, bytes):
        text = cell.decode("utf-8", "replace")
    elif isinstance(cell, dict | list):
        text = json.dumps(cell, ensure_ascii=False)
    else:
        text = str(cell)
    return any(word.lower() in text.lower() for word in words)
