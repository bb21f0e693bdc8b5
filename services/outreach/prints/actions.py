"""Handing batches to the print house, and entering what the post brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Session
from chassis.metrics import counter
from services.outreach.channels.dm.codes import Codes
from services.outreach.mailings.feedback import Heard, record_feedback
from services.outreach.mailings.model import deliveries, mailings
from services.outreach.prints import queries
from services.outreach.prints.model import PrintBatch

Result = Literal["recorded", "known", "unknown"]

scanned = counter(
    "outreach_returns_total",
    "Codes of returned mail that were entered, by what came of it.",
    ("result",),
    starts=[("recorded",), ("known",), ("unknown",)],
)


@dataclass(frozen=True)
class Returned:
    """What came of one code: recorded, known from before, or unknown."""

    code: str
    result: Result
    delivery_id: UUID | None = None
    mailing_id: UUID | None = None
    contact_id: UUID | None = None


def mark_sent(session: Session, actor: Actor, batch_id: UUID) -> PrintBatch:
    """A batch has gone to the print house. Raises NotFound."""
    batch = queries.batch(session, actor, batch_id)
    batch.send(actor.subject)
    return batch


def enter_returns(session: Session, actor: Actor, given: Sequence[str], codes: Codes) -> list[Returned]:
    """Record letters that came back, by the codes on them; the same again changes nothing.

    A code of nobody, of another key, or of a department that the actor may not see is unknown.
    """
    ids = {code: codes.delivery_of(code) for code in given}
    rows = {
        row.id: row
        for row in session.execute(
            select(deliveries.c.id, deliveries.c.mailing_id, deliveries.c.contact_id, deliveries.c.feedback)
            .join(mailings, mailings.c.id == deliveries.c.mailing_id)
            .where(
                deliveries.c.id.in_([one for one in ids.values() if one]),
                mailings.c.channel == "dm",
                actor.scope(mailings.c.department),
            )
        )
    }
    known = {delivery_id for delivery_id, row in rows.items() if row.feedback == "returned"}
    record_feedback(session, [Heard(one, "returned", "returned") for one in sorted(rows.keys() - known)])
    answers = []
    for code in given:
        row = rows.get(ids[code]) if ids[code] else None
        if row is None:
            answers.append(Returned(code, "unknown"))
        else:
            result: Result = "known" if row.id in known else "recorded"
            known.add(row.id)
            answers.append(Returned(code, result, row.id, row.mailing_id, row.contact_id))
        scanned.labels(result=answers[-1].result).inc()
    return answers
