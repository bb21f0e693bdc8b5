"""The head of the archive: its lock makes the writers of the archive take turns."""

from typing import cast

from sqlalchemy import Table

from chassis.database import Session
from services.reporting.archive.model import ArchiveHead
from services.reporting.bulk import insert_into

HEAD = 1

_HEADS = cast(Table, ArchiveHead.__table__)


def hold_archive(session: Session, *, positions: int = 0) -> int:
    """Let nobody else write to the archive until this transaction ends.

    Takes ``positions`` new positions and returns the last one.
    """
    statement = insert_into(session, _HEADS).values(id=HEAD, position=positions)
    head = statement.on_conflict_do_update(
        index_elements=[ArchiveHead.id], set_={"position": ArchiveHead.position + positions}
    )
    last: int = session.execute(head.returning(ArchiveHead.position)).scalar_one()
    return last
