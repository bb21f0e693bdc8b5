"""How deliveries end in the ledger: many at once, in one statement.

On PostgreSQL they travel as one JSON document, which costs a tenth of as many rows of parameters. "Is not
distinct from" keeps it from going through all that a lease ever held, instead of the few that are meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text, update

from chassis.clock import now
from chassis.database import Session
from contracts.outreach import Outcome
from services.outreach.mailings.model import QUEUED, Ended, deliveries

_MANY = text(
    """
    UPDATE deliveries AS d
    SET state = g.outcome, reason = g.reason, answer = g.answer, ended_at = :moment, lease = NULL,
        provider_id = NULLIF(g.provider_id, ''), price = g.price, currency = NULLIF(g.currency, '')
    FROM json_to_recordset(:endings) AS g (
        delivery_id uuid, outcome text, reason text, answer text,
        provider_id text, price numeric, currency text
    )
    WHERE d.id = g.delivery_id AND d.lease IS NOT DISTINCT FROM :lease
    RETURNING d.target_id, d.contact_id, d.state, d.reason
    """
)

_LATER = text(
    """
    UPDATE deliveries AS d SET due_at = (g.pair ->> 1)::timestamptz
    FROM json_array_elements(:due) AS g (pair)
    WHERE d.id = (g.pair ->> 0)::uuid AND d.state = 'queued'
    """
)


class Ending(msgspec.Struct, frozen=True):
    """How one delivery ended. ``reason`` is for people and events, ``answer`` is the server's own words."""

    delivery_id: UUID
    outcome: Ended
    reason: str = ""
    answer: str = ""
    provider_id: str = ""
    price: Decimal | None = None
    currency: str = ""


def end(session: Session, endings: Sequence[Ending], *, lease: UUID) -> list[Outcome]:
    """End deliveries that are still held by ``lease``. Returns the outcomes of those that were."""
    moment = now()
    if session.get_bind().dialect.name == "postgresql":
        document = msgspec.json.encode(endings).decode()
        rows = session.execute(_MANY, {"endings": document, "lease": str(lease), "moment": moment}).all()
    else:
        rows = list(_one_by_one(session, endings, lease=lease, moment=moment))
    return [
        Outcome(target_id=target_id, contact_id=contact_id, outcome=state, reason=reason, at=moment)
        for target_id, contact_id, state, reason in rows
    ]


def postpone(session: Session, due: Mapping[UUID, datetime]) -> None:
    """Let deliveries that are queued be due at another moment, each at its own."""
    if not due:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LATER, {"due": msgspec.json.encode(list(due.items())).decode()})
        return
    for delivery_id, moment in due.items():
        still = (deliveries.c.id == delivery_id, deliveries.c.state == QUEUED)
        session.execute(update(deliveries).where(*still).values(due_at=moment))


def _one_by_one(
    session: Session, endings: Sequence[Ending], *, lease: UUID, moment: datetime
) -> Iterator[Any]:
    columns = deliveries.c
    for one in endings:
        statement = (
            update(deliveries)
            .where(columns.id == one.delivery_id, columns.lease == lease)
            .values(
                state=one.outcome,
                reason=one.reason,
                answer=one.answer,
                ended_at=moment,
                lease=None,
                provider_id=one.provider_id or None,
                price=one.price,
                currency=one.currency or None,
            )
            .returning(columns.target_id, columns.contact_id, columns.state, columns.reason)
        )
        yield from session.execute(statement)
