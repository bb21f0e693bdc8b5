"""What the rest of the house hears of an import: pages of contacts, and figures."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import PAGE_LIMIT
from contracts.lead import ContactCard, ImportContactsSaved
from services.lead.imports.model import Import

rows_total = counter(
    "lead_import_rows_total",
    "Rows of imported files by what became of them.",
    ("outcome",),
    starts=((outcome,) for outcome in ("created", "updated", "rejected", "asked", "answered")),
)
imports_total = counter(
    "lead_imports_total",
    "Imports by how they ended.",
    ("outcome",),
    starts=((outcome,) for outcome in ("finished", "failed", "cancelled", "undone")),
)


def tell_saved(session: Session, import_: Import, cards: Sequence[ContactCard]) -> None:
    """Tell of contacts in pages as large as the contract allows."""
    for start in range(0, len(cards), PAGE_LIMIT):
        page = list(cards[start : start + PAGE_LIMIT])
        publish(session, import_, ImportContactsSaved(import_id=import_.id, contacts=page))
