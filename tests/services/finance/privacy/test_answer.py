"""Finance holds nothing about contacts, and says so once."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.finance import FinanceAnswered
from contracts.lead import PrivacyRequested
from services.finance.privacy.actions import answer

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_finance_answers_once_that_it_holds_nothing(database_of: Callable[[str], Database]) -> None:
    database = database_of("finance")
    event = PrivacyRequested(
        request_id=new_id(),
        kind="export",
        department="north",
        contact_ids=[new_id()],
        requested_by="mia",
        requested_at=NOON,
        due_at=NOON,
    )
    for _ in range(2):
        with database.transaction() as session:
            answer(session, event)
    with database.reading() as session:
        rows = session.scalars(select(outbox.c.data)).all()
    (told,) = [msgspec.json.decode(row, type=FinanceAnswered) for row in rows]
    assert (told.request_id, told.held, told.pages, told.records) == (event.request_id, 0, 1, [])
