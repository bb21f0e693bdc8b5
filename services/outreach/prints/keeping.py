"""What is not kept for ever: the printed matter of batches that were sent long ago, and places of no use."""

from datetime import timedelta

from sqlalchemy import delete, select

from chassis.clock import now
from chassis.database import Session
from services.outreach.prints import places
from services.outreach.prints.model import PrintBatch, PrintDocument


def tidy(session: Session, *, keep_days: float) -> None:
    """Drop the documents of batches that were marked as sent so many days ago; their rows stay."""
    long_ago = now() - timedelta(days=keep_days)
    old = select(PrintBatch.id).where(PrintBatch.sent_at <= long_ago)
    session.execute(delete(PrintDocument).where(PrintDocument.batch_id.in_(old)))
    places.forget_finished(session)
