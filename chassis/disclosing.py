"""What a service answers a person who asks for a copy of their data, or for its erasure.

Services keep the figures of each answer in a table of their own, and publish it page by page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.clock import now
from chassis.columns import Moment
from chassis.database import Aggregate
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.privacy import DataAnswered, HeldRecord, pages_of

log = get_logger(__name__)

ERASURE = "erasure"


class Disclosure(Aggregate):
    """Once for each request; ``id`` is that of the request. Nobody is named."""

    kind: Mapped[str] = mapped_column(String(16))
    held: Mapped[int]
    erased: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(Moment)


def disclose(
    session: Session,
    table: type[Disclosure],
    page: type[DataAnswered],
    *,
    request_id: UUID,
    kind: str,
    records: Sequence[HeldRecord] = (),
    erased: int = 0,
    kept: Sequence[str] = (),
) -> None:
    """Keep the answer in ``table`` and publish it as events of the class ``page``.

    ``records`` are what was held: handed out, unless they were to be erased. ``kept`` says what stays.
    """
    figures: dict[str, Any] = {"held": len(records), "erased": erased, "answered_at": now()}
    given = table(id=request_id, kind=kind, **figures)
    session.add(given)
    told = () if kind == ERASURE else records
    for one in pages_of(page, request_id=request_id, records=told, kept=kept if records else (), **figures):
        publish(session, given, one)
    log.info("privacy_answered", request_id=str(request_id), kind=kind, held=len(records), erased=erased)
