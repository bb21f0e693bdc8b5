"""The worker that reads uploaded files, one batch of records a step, and takes imports back.

It keeps the file open from step to step, and reads the next batch while the present one is saved. Whenever
a step fails, or another worker has taken over after the lease ran out, the file is dropped and opened again
from the checkpoint.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import cast
from uuid import UUID

from sqlalchemy import or_, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.lead.customers.model import Channel
from services.lead.imports.actions import fail_import, finish_import, undo_batch, wait_for_confirmation
from services.lead.imports.ahead import ReadAhead
from services.lead.imports.blocks import Near, look_ahead
from services.lead.imports.bulk import is_postgresql
from services.lead.imports.files import OpenFile, Reading
from services.lead.imports.matching import gather
from services.lead.imports.model import TRIES, WORKED_ON, Import, ImportPiece, Mode
from services.lead.imports.modes import least_score, merges
from services.lead.imports.rows import Draft
from services.lead.imports.saving import save_batch
from services.lead.imports.sniffing import UnreadableFile
from services.lead.settings import LeadSettings


class Importer:
    """Imports files and takes imports back, oldest first."""

    name = "importer"

    def __init__(self, settings: LeadSettings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.token = new_id()
        self.actor = Actor.system("lead")
        self._open: tuple[UUID, ReadAhead] | None = None
        self._renew_at: datetime | None = None
        self._touched: set[str] = set()

    def step(self) -> bool:
        """Save one batch, or end an import. True when there was something to do."""
        current, self._open = self._open, None
        if current is None:
            leased = self._lease()
            if leased is None:
                return False
            import_id, undoing = leased
            if undoing:
                self._take_back(import_id)
                return True
            file = self._open_file(import_id)
            if file is None:
                return True
            current = import_id, file
        goes_on = False
        try:
            goes_on = self._save_batch(*current)
        finally:
            if goes_on:
                self._open = current
            else:
                current[1].close()
        return True

    def _lease(self) -> tuple[UUID, bool] | None:
        """The import to work on, and whether it is to be undone."""
        free = or_(Import.leased_until.is_(None), Import.leased_until < now(), Import.leased_by == self.token)
        waiting = select(Import).where(Import.state.in_(WORKED_ON), free)
        waiting = waiting.order_by(Import.id).limit(1)
        with self.database.reading(self.actor) as session:
            # An idle worker must not take SQLite's only write lock several times a second.
            if session.scalar(waiting) is None:
                return None
        with self.database.transaction(self.actor) as session:
            import_ = session.scalar(waiting.with_for_update(skip_locked=True))
            if import_ is None:
                return None
            import_.tries += 1
            if import_.tries > TRIES:
                fail_import(session, import_, reason=f"saving failed {TRIES} times in a row; see the log")
                return None
            import_.take(self.token, at=now(), seconds=self.settings.lease_seconds)
            return import_.id, import_.state == "undoing"

    def _open_file(self, import_id: UUID) -> ReadAhead | None:
        """The file of an import at its checkpoint; None when it cannot be read, which fails the import."""
        with self.database.reading(self.actor) as session:
            import_ = session.get_one(Import, import_id)
        self._renew_at = now() + timedelta(seconds=self.settings.lease_seconds / 3)
        try:
            reading = Reading(**import_.reading)
            file = OpenFile(partial(self._pieces, import_id), told=import_.told, reading=reading)
            file.skip_to(import_.position)
        except UnreadableFile as error:
            self._fail(import_id, error)
            return None
        finally:
            self._renew_at = None
        consents = cast(list[Channel], import_.consents)
        rows = file.rows(phone_region=import_.phone_region, consents=consents)
        mode = cast(Mode, import_.mode)
        gathering = partial(gather, merge=merges(mode))
        look = partial(self._look, import_.department, least_score(mode))
        self._touched = set()
        return ReadAhead(file, rows, count=self.settings.import_batch, gather=gathering, look=look)

    def _look(self, department: str, least: float, drafts: Sequence[Draft]) -> Near | None:
        """The slowest of the lookups, ahead of time. SQLite, which answers one at a time, gains nothing."""
        with self.database.reading(self.actor) as session:
            return look_ahead(session, department, drafts, least=least) if is_postgresql(session) else None

    def _fail(self, import_id: UUID, error: UnreadableFile) -> None:
        with self.database.transaction(self.actor) as session:
            import_ = session.get_one(Import, import_id, with_for_update=True)
            if import_.leased_by == self.token:
                fail_import(session, import_, reason=str(error))

    def _renew(self, import_id: UUID) -> None:
        """Keep the lease while a large file is looked through; a batch renews it by itself."""
        if self._renew_at is None or now() < self._renew_at:
            return
        seconds = self.settings.lease_seconds
        mine = update(Import).where(Import.id == import_id, Import.leased_by == self.token)
        with self.database.transaction(self.actor) as session:
            session.execute(mine.values(leased_until=now() + timedelta(seconds=seconds)))
        self._renew_at = now() + timedelta(seconds=seconds / 3)

    def _pieces(self, import_id: UUID) -> Iterator[bytes]:
        for number in range(2**31):
            self._renew(import_id)
            with self.database.reading(self.actor) as session:
                piece = session.get(ImportPiece, (import_id, number))
            if piece is None:
                return
            yield piece.body

    def _save_batch(self, import_id: UUID, ahead: ReadAhead) -> bool:
        """Save the next records. True when there may be more."""
        try:
            batch = ahead.take(touched=self._touched)
        except UnreadableFile as error:
            self._fail(import_id, error)
            return False
        with self.database.transaction(self.actor) as session:
            import_ = session.get_one(Import, import_id, with_for_update=True)
            mine = import_.state == "running" and import_.leased_by == self.token
            if not mine or import_.position != batch.position:
                return False
            _describe(import_, ahead.file)
            if import_.confirm:
                wait_for_confirmation(import_)
                return False
            self._touched = save_batch(session, import_, batch)
            if batch.is_last:
                finish_import(session, import_)
                return False
            import_.take(self.token, at=now(), seconds=self.settings.lease_seconds)
            return True

    def _take_back(self, import_id: UUID) -> None:
        with self.database.transaction(self.actor) as session:
            import_ = session.get_one(Import, import_id, with_for_update=True)
            if import_.leased_by != self.token:
                return
            if undo_batch(session, import_, count=self.settings.import_batch):
                import_.take(self.token, at=now(), seconds=self.settings.lease_seconds)


def _describe(import_: Import, file: OpenFile) -> None:
    """What was found out about the file, for whoever has to confirm it."""
    import_.format, import_.codec, import_.delimiter = file.format, file.codec, file.delimiter
    import_.header, import_.mapping, import_.headed = file.header, file.fields, file.headed
    if import_.sample is None or import_.confirm:
        import_.sample = file.sample
