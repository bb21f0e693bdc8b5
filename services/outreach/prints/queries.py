"""Reading print batches and their documents."""

from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.mailings import queries as mailings
from services.outreach.prints.model import PrintBatch, PrintDocument


def batch(session: Session, actor: Actor, batch_id: UUID) -> PrintBatch:
    """One batch. Raises NotFound, for one of a foreign department too."""
    found = session.get(PrintBatch, batch_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("print batch", batch_id)
    return found


def batches(session: Session, actor: Actor, mailing_id: UUID) -> Select[PrintBatch]:
    """The batches of a mailing. Raises NotFound for a mailing that the actor may not see."""
    mailings.mailing(session, actor, mailing_id)
    return select(PrintBatch).where(PrintBatch.mailing_id == mailing_id)


def document(session: Session, actor: Actor, batch_id: UUID, name: str) -> PrintDocument:
    """A document of a batch. Raises NotFound where the batch has none of that name, or none any more."""
    batch(session, actor, batch_id)
    found = session.get(PrintDocument, (batch_id, name))
    if found is None:
        raise NotFound(name, batch_id)
    return found
