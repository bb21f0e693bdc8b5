"""Lets days pass for the processes of a stack: their clocks are so far ahead as a file says.

Python imports ``sitecustomize`` before anything else, and the one on their path here has ``chassis.clock``
look into the file, and ``chassis.ids`` make ids of that time; nothing in the product knows of it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chassis import clock
from fanfare.demo import staging
from fanfare.demo.staging import Servers
from fanfare.demo.world import World
from fanfare.local.stack import SOURCE, Stack

DAY = 86_400
AHEAD = """\
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from chassis import clock, ids

class Ahead:
    ahead = property(lambda _: timedelta(seconds=float(Path(os.environ["CLOCK_AHEAD"]).read_text())))

def new_id(fresh=ids.new_id):
    return UUID(int=fresh().int + (int(clock._offset.ahead.total_seconds() * 1000) << 80))

clock._offset = Ahead()
ids.new_id = new_id
"""


@dataclass
class Calendar:
    """How far the clocks of a stack's processes are ahead. ``settings`` is what these need to look there."""

    folder: Path
    settings: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "sitecustomize.py").write_text(AHEAD)
        ahead = str(self.folder / "seconds")
        self.settings = {"PYTHONPATH": f"{self.folder}:{SOURCE}", "CLOCK_AHEAD": ahead}
        self.jump(days=0)

    def jump(self, *, days: float) -> None:
        """Let it be so many days after the beginning, for the processes and for the tests."""
        unread = self.folder / "next"
        unread.write_text(str(days * DAY))
        unread.rename(self.folder / "seconds")
        clock.travel(seconds=days * DAY)


@contextmanager
def staged(servers: Servers, folder: Path, **settings: str) -> Iterator[tuple[World, Stack, Calendar]]:
    """A real stack with a calendar."""
    calendar = Calendar(folder / "calendar")
    settings |= calendar.settings
    try:
        with staging.staged(servers, folder, embedded=False, settings=settings) as (world, stack):
            yield world, stack, calendar
    finally:
        clock.travel(seconds=0)
