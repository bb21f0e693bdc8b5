"""``python -m tests.chassis.toy_worker DATABASE_URL GRACE_SECONDS PROBE_PORT``: slow work of a toy.

Where ``MIGRATED`` names a file, the database counts as migrated once that is there.
"""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from chassis import logs, work
from chassis.config import Settings
from chassis.database import Database
from chassis.ids import new_id
from tests.chassis.toys import Note


class Toy:
    """Takes a note in its third step; the steps before go wrong, and ``stuck`` never ends its own."""

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        self.database = database
        self.steps = 0

    def step(self) -> bool:
        self.steps += 1
        if self.name == "stuck":
            print("stuck", flush=True)
            threading.Event().wait()
        if self.steps < 3:
            raise ValueError("not in the mood")
        if self.steps > 3:
            return False
        with self.database.transaction() as session:
            session.add(Note(deal_id=new_id(), assignee=self.name))
        return True


def make(settings: Settings, database: Database) -> Sequence[Toy]:
    return [Toy(name, database) for name in os.environ["TOYS"].split(",")]


if __name__ == "__main__":
    logs.configure("toys", "info")
    work.ERROR_SECONDS = 0.1
    known = Settings(service="toys", database_url=sys.argv[1], grace_seconds=float(sys.argv[2]))
    migrated = Path(os.environ.get("MIGRATED", __file__))
    work.run([(make, known)], probe_port=int(sys.argv[3]), is_migrated=lambda *_: migrated.exists())
