"""Reads bounces and replies from a folder on an IMAP server.

The place in the folder (RFC 9051: the UID of the last mail read, under its UIDVALIDITY) is kept in the
transaction that keeps the mails, and the server is told that they are seen only after that.
"""

import imaplib
import ipaddress
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select

from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.database import Database
from chassis.logs import get_logger
from services.outreach.hearing.arriving import Arrival, keep, reading_failures
from services.outreach.hearing.model import IMAP, InboundFolder

log = get_logger(__name__)

BATCH = 20
ANSWER_SECONDS = 20.0
MOST_NAMED = 500
ACTOR = Actor.system("outreach")

_BROKEN = (imaplib.IMAP4.error, OSError)


@dataclass(frozen=True)
class Mailbox:
    """A folder on a server. ``tls`` from the first byte, else STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str

    @classmethod
    def at(cls, url: str) -> "Mailbox":
        """Of imaps://user:password@host:port/folder, or imap:// for STARTTLS. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
            raise ValueError("the IMAP URL must be imaps://user:password@host/folder, or imap://…")
        tls = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if tls else 143),
            tls=tls,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )

    @property
    def name(self) -> str:
        """What the place in the folder is kept under."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    def connect(self) -> imaplib.IMAP4:
        """A session in the folder. Raises IMAP4.error and OSError, also before a password goes out plain."""
        context = ssl.create_default_context()
        if self.tls:
            session: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=context, timeout=ANSWER_SECONDS
            )
        else:
            session = imaplib.IMAP4(self.host, self.port, timeout=ANSWER_SECONDS)
        try:
            if not self.tls and "STARTTLS" in session.capabilities:
                session.starttls(context)
            elif not self.tls and not _on_this_machine(self.host):
                raise imaplib.IMAP4.error("the server offers no STARTTLS; the password is not sent")
            session.login(self.user, self.password)
            _ok(session.select(f'"{self.folder}"'))
        except _BROKEN:
            session.shutdown()
            raise
        return session


class ImapReader:
    """Looks into the folder every ``pause`` seconds; of a mail over ``most_bytes`` it takes the beginning."""

    name = "imap-reader"

    def __init__(self, mailbox: Mailbox, database: Database, *, pause: float, most_bytes: int) -> None:
        self._mailbox = mailbox
        self._database = database
        self._pause = pause
        self._most_bytes = most_bytes
        self._session: imaplib.IMAP4 | None = None
        self._look_at = 0.0
        self._backoff = Backoff(base=1.0, cap=60.0)

    def step(self) -> bool:
        """Take some mails. True when there were any."""
        if time.monotonic() < self._look_at:
            return False
        try:
            taken = self._take()
        except _BROKEN as error:
            self._drop()
            reading_failures.labels(source=IMAP).inc()
            log.warning("imap_waits", mailbox=self._mailbox.host, reason=str(error))
            self._look_at = time.monotonic() + self._backoff.next()
            return False
        self._backoff.reset()
        if not taken:
            self._look_at = time.monotonic() + self._pause
        return taken

    def _take(self) -> bool:
        fresh = self._session is None
        session = self._session = self._session or self._mailbox.connect()
        validity, last = self._place(session)
        if fresh:
            _mark_seen(session, _uids(session, f"UID 1:{last} UNSEEN") if last else [])
        else:
            _ok(session.noop())
        uids = [uid for uid in _uids(session, f"UID {last + 1}:*") if uid > last][:BATCH]
        if not uids:
            return False
        arrivals = list(self._fetched(session, uids))
        with self._database.transaction(ACTOR) as transaction:
            place = transaction.scalar(
                select(InboundFolder).where(InboundFolder.name == self._mailbox.name).with_for_update()
            )
            if place is None or (place.uid_validity, place.last_uid) != (validity, last):
                return True
            keep(transaction, arrivals)
            place.last_uid = uids[-1]
        _mark_seen(session, uids)
        return True

    def _place(self, session: imaplib.IMAP4) -> tuple[int, int]:
        """The folder's UIDVALIDITY and the UID of the last mail read in it; 0 in one that began anew."""
        _, found = session.response("UIDVALIDITY")
        told = int(found[0]) if found and found[0] else None
        with self._database.reading(ACTOR) as reading:
            place = reading.get(InboundFolder, self._mailbox.name)
        if place is not None and told in {None, place.uid_validity}:
            return place.uid_validity, place.last_uid
        with self._database.transaction(ACTOR) as transaction:
            place = transaction.get(InboundFolder, self._mailbox.name, with_for_update=True)
            if place is None:
                place = InboundFolder(name=self._mailbox.name, uid_validity=told or 0, last_uid=0)
                transaction.add(place)
            elif told is not None and place.uid_validity != told:
                place.uid_validity, place.last_uid = told, 0
            return place.uid_validity, place.last_uid

    def _fetched(self, session: imaplib.IMAP4, uids: list[int]) -> Iterator[Arrival]:
        for uid in uids:
            answer = _ok(session.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{self._most_bytes}>)"))
            raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if raw is not None:
                yield Arrival(IMAP, raw)

    def _drop(self) -> None:
        if self._session is not None:
            self._session.shutdown()
            self._session = None


def _uids(session: imaplib.IMAP4, wanted: str) -> list[int]:
    found = _ok(session.uid("SEARCH", wanted))
    return sorted(int(one) for one in re.findall(rb"\d+", b" ".join(part for part in found if part)))


def _mark_seen(session: imaplib.IMAP4, uids: list[int]) -> None:
    for start in range(0, len(uids), MOST_NAMED):
        named = ",".join(map(str, uids[start : start + MOST_NAMED]))
        _ok(session.uid("STORE", named, "+FLAGS.SILENT", r"(\Seen)"))


def _ok(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, parts = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server said {status} {parts!r}"[:500])
    return parts


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
