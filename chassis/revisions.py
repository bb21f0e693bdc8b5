"""Which revisions of the schema a database has, and which the code needs.

Read without Alembic, which only those who migrate need.
"""

import importlib
import re
from pathlib import Path

from sqlalchemy import inspect, text

from chassis.database import LOST_DATABASE, Database

OWN = Path(__file__).parent / "migrations"
_STATED = re.compile(r"""^(down_)?revision = (?:"(\w+)"|None)$""", re.MULTILINE)


def folders_of(service: str) -> tuple[Path, Path]:
    """Where the revisions stand: those of the chassis, and those of the service."""
    package = importlib.import_module(f"services.{service}")
    return OWN / "versions", Path(str(package.__file__)).parent / "migrations"


def is_current(database: Database, service: str) -> bool:
    """Whether the database has every revision that this code knows of; newer ones do not matter."""
    known, heads = revisions_of(service)
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            had = set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    except LOST_DATABASE:
        return False
    return heads <= had or not had <= known


def revisions_of(service: str) -> tuple[set[str], set[str]]:
    """All revisions, and those that no other one follows."""
    known, followed = set[str](), set[str]()
    for folder in folders_of(service):
        for file in folder.glob("[0-9]*.py"):
            for down, revision in _STATED.findall(file.read_text("utf-8")):
                (followed if down else known).add(revision)
    return known, known - followed
