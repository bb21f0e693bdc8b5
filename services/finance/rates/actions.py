"""Recording exchange rates."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.finance import RatesRecorded
from services.finance.rates.files import DatedRate, check_rate, read_rates
from services.finance.rates.model import ExchangeRate, RateSheet

BY_HAND = "by hand"
BATCH = 1000


def record_rate(
    session: Session, actor: Actor, *, base: str, quote: str, day: date, rate: Decimal, source: str = BY_HAND
) -> RateSheet:
    """Record what one unit of ``base`` is in ``quote`` on a day. Raises Invalid, naming the field."""
    if wrong := check_rate(base, quote, rate):
        raise Invalid(wrong)
    return _record(session, actor, rates=[DatedRate(base, quote, day, rate)], source=source)


def import_rates(session: Session, actor: Actor, *, file: BinaryIO, source: str) -> RateSheet:
    """Record the rates of a file, all or none. Raises Invalid, naming rows and columns."""
    return _record(session, actor, rates=read_rates(file), source=source)


def _record(session: Session, actor: Actor, *, rates: Sequence[DatedRate], source: str) -> RateSheet:
    days = [one.day for one in rates]
    sheet = RateSheet(
        source=source,
        count=len(rates),
        first_on=min(days),
        last_on=max(days),
        recorded_by=actor.subject,
        recorded_at=now(),
    )
    session.add(sheet)
    publish(session, sheet, _recorded(sheet))
    session.flush()
    for first in range(0, len(rates), BATCH):
        _write(session, sheet, rates[first : first + BATCH])
    return sheet


def _write(session: Session, sheet: RateSheet, rates: Sequence[DatedRate]) -> None:
    of_dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = of_dialect.insert(ExchangeRate)
    changes = {name: statement.excluded[name] for name in ("rate", "source", "sheet_id")}
    rows = [{"id": new_id(), **vars(one), "source": sheet.source, "sheet_id": sheet.id} for one in rates]
    key = ["base", "quote", "day"]
    merge = statement.on_conflict_do_update(index_elements=key, set_=changes)
    session.connection().execute(merge, rows)


def _recorded(sheet: RateSheet) -> RatesRecorded:
    return RatesRecorded(
        sheet_id=sheet.id,
        source=sheet.source,
        count=sheet.count,
        first_on=sheet.first_on,
        last_on=sheet.last_on,
        recorded_by=sheet.recorded_by,
        recorded_at=sheet.recorded_at,
    )
