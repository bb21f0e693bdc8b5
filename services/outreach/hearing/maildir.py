"""Reads bounces and replies from a maildir, where a mail server of the house delivers them.

A mail goes from new/ to cur/ when it has been committed. A crash in between costs nothing: the mail is
found again and known.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from chassis.auth import Actor
from chassis.database import Database
from chassis.logs import get_logger
from services.outreach.hearing.arriving import Arrival, keep, reading_failures
from services.outreach.hearing.model import MAILDIR

log = get_logger(__name__)

BATCH = 20
SEEN = ":2,S"
RETRY_SECONDS = 5.0
ACTOR = Actor.system("outreach")


class MaildirReader:
    """Takes what is new in ``folder``; of a mail larger than ``most_bytes`` the beginning."""

    name = "maildir-reader"

    def __init__(self, folder: Path, database: Database, *, most_bytes: int) -> None:
        self._new, self._cur = folder / "new", folder / "cur"
        self._database = database
        self._most_bytes = most_bytes
        self._unreadable: set[str] = set()
        self._look_at = 0.0

    def step(self) -> bool:
        """Take some mails. True when there were any."""
        if time.monotonic() < self._look_at:
            return False
        try:
            taken = list(self._mails(os.listdir(self._new)))
        except OSError as error:
            reading_failures.labels(source=MAILDIR).inc()
            log.error("maildir_waits", folder=str(self._new), reason=str(error))
            self._look_at = time.monotonic() + RETRY_SECONDS
            return False
        if not taken:
            return False
        with self._database.transaction(ACTOR) as session:
            keep(session, (arrival for _, arrival in taken))
        for name, _ in taken:
            self._move(name)
        return True

    def _mails(self, names: list[str]) -> Iterator[tuple[str, Arrival]]:
        for name in sorted(set(names) - self._unreadable)[:BATCH]:
            try:
                with open(self._new / name, "rb") as file:
                    raw = file.read(self._most_bytes)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._unreadable.add(name)
                reading_failures.labels(source=MAILDIR).inc()
                log.error("maildir_file_unreadable", file=name, reason=str(error))
                continue
            yield name, Arrival(MAILDIR, raw)

    def _move(self, name: str) -> None:
        try:
            (self._new / name).rename(self._cur / f"{name.partition(':')[0]}{SEEN}")
        except FileNotFoundError:
            log.info("maildir_file_gone", file=name)
