"""Storing a batch: its row, its documents and its manifest, in the caller's transaction."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, insert, select

from chassis.clock import now
from chassis.database import Session
from services.outreach.channels.dm.press import Printed
from services.outreach.mailings.model import Mailing
from services.outreach.prints import manifest
from services.outreach.prints.letter import Letter
from services.outreach.prints.model import MANIFEST, READY, PrintBatch, print_documents


def store_batch(
    session: Session, mailing_id: UUID, *, letters: Sequence[Letter], printed: Printed
) -> PrintBatch:
    """A new batch of ``letters`` in the order in which they were printed.

    Locks the mailing's row, so that its batches are numbered without gaps.
    """
    mailing = session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    last = select(func.max(PrintBatch.number)).where(PrintBatch.mailing_id == mailing_id)
    batch = PrintBatch(
        mailing_id=mailing_id,
        department=mailing.department,
        number=(session.scalar(last) or 0) + 1,
        pieces=len(letters),
        pages=printed.pages["letters"],
        checksum=sha256(printed.documents["letters"]).hexdigest(),
        state=READY,
        created_at=now(),
    )
    session.add(batch)
    session.flush()
    contents = {**printed.documents, MANIFEST: manifest.encoded(_entries(letters, printed))}
    rows = [
        {
            "batch_id": batch.id,
            "name": name,
            "pages": printed.pages.get(name, 0),
            "checksum": sha256(content).hexdigest(),
            "content": content,
        }
        for name, content in contents.items()
    ]
    session.execute(insert(print_documents), rows)
    return batch


def _entries(letters: Sequence[Letter], printed: Printed) -> list[manifest.Entry]:
    entries, page = [], 1
    for number, (letter, pages) in enumerate(zip(letters, printed.of_each, strict=True)):
        entries.append(
            manifest.entry(
                sequence=number + 1,
                token=letter.code,
                name=letter.slip.name,
                lines=letter.slip.lines,
                country=letter.slip.country,
                postal_code=letter.slip.postal_code,
                page=page,
                pages=pages,
            )
        )
        page += pages
    return entries
