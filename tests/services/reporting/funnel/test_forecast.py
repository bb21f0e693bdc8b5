"""What open leads may bring, and who came again."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from chassis.database import Database
from chassis.envelope import Message
from chassis.ids import new_id
from services.reporting.funnel.forecast import forecast
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sales.report import sales
from tests.services.reporting.builders import captured, designed, message, qualified
from tests.services.reporting.outcome_builders import converted
from tests.services.reporting.people import ANNA, SAM
from tests.services.reporting.rows import deliver

CAROL, DAVE = new_id(), new_id()


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    """Four near-term leads worth 5000 EUR each, one of which was converted, and one long-term lead."""
    database, campaign = database_of("reporting"), new_id()
    near, long = [new_id() for _ in range(4)], new_id()
    told: list[Message] = [message(designed(campaign), campaign, 1)]
    for lead, contact in zip([*near, long], [CAROL, CAROL, DAVE, DAVE, DAVE], strict=True):
        told.append(message(captured(campaign, lead, contact_id=contact), lead, 1))
        told.append(message(qualified(campaign, lead, "long_term" if lead == long else "near_term"), lead, 2))
    told.append(message(converted(campaign, near[0], contact_id=CAROL), near[0], 3))
    deliver(database, told)
    return database


def test_open_leads_count_with_their_worth_by_the_share_converted_so_far(database: Database) -> None:
    with database.reading() as session:
        made = forecast(session, ANNA, ReportQuery())
        assert forecast(session, SAM, ReportQuery()).rows == []
        dollars = forecast(session, ANNA, ReportQuery(currency="USD"))
    assert [list(row) for row in made.rows] == [
        ["near_term", 4, 1, Decimal("0.2500"), 3, Decimal(15000), Decimal("3750.0000"), "EUR"],
        ["long_term", 1, 0, Decimal("0.0000"), 1, Decimal(5000), Decimal("0.0000"), "EUR"],
        ["total", 5, 1, Decimal("0.2000"), 4, Decimal(20000), Decimal("3750.0000"), "EUR"],
    ]
    assert dollars.column("expected") == [Decimal(0)] * 3


def test_who_was_converted_twice_is_loyal(database: Database) -> None:
    again = new_id()
    with database.reading() as session:
        table = sales(session, ANNA, ReportQuery()).table("loyalty")
    assert table is not None and list(table.rows[-1]) == ["total", 1, 0, Decimal("0.0000")]
    deliver(
        database,
        [
            message(captured(None, again, contact_id=CAROL), again, 1),
            message(converted(None, again, contact_id=CAROL), again, 2),
        ],
    )
    with database.reading() as session:
        table = sales(session, ANNA, ReportQuery()).table("loyalty")
        assert (none := sales(session, SAM, ReportQuery()).table("loyalty")) is not None and not none.rows
    assert table is not None
    assert [list(row) for row in table.rows] == [
        ["north", 1, 1, Decimal("1.0000")],
        ["total", 1, 1, Decimal("1.0000")],
    ]
