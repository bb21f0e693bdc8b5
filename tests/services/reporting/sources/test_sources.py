"""Sources as they are read from the database: paths over all leads of a contact, cost from the ledger."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.envelope import Message
from chassis.ids import new_id
from services.reporting.archive.actions import store
from services.reporting.projections.actions import fold
from services.reporting.reports.tables import Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources.report import sources
from tests.services.reporting.builders import (
    NOON,
    balance,
    captured,
    designed,
    message,
    opened,
    posted,
    qualified,
)
from tests.services.reporting.outcome_builders import converted, source_saved, touched
from tests.services.reporting.people import ANNA, SAM

DAY = timedelta(days=1)


def journey() -> list[Message]:
    """One contact: a form of the website, then the campaign twice, converted over 3000 EUR; 400 EUR spent.

    After that it touches the form once more, which cannot have led to what was there already.
    """
    campaign, contact, first, second = (new_id() for _ in range(4))
    budget, line = new_id(), new_id()
    theirs = {"contact_id": contact}
    return [
        message(designed(campaign), campaign, 1),
        message(opened(campaign, budget, balance(line)), budget, 1),
        message(posted(campaign, budget, balance(line, incurred=400)), budget, 2),
        message(captured(None, first, source="form", **theirs), first, 1),
        message(captured(campaign, second, captured_at=NOON + DAY, **theirs), second, 1),
        message(touched(campaign, second, touched_at=NOON + 2 * DAY, **theirs), second, 2),
        message(qualified(campaign, second), second, 3),
        message(converted(campaign, second, at=NOON + 3 * DAY), second, 4),
        message(touched(None, first, source="form", touched_at=NOON + 4 * DAY, **theirs), first, 2),
    ]


@pytest.fixture
def heard(database_of: Callable[[str], Database]) -> Callable[..., dict[str, Table]]:
    """Takes messages in and shows the sources to somebody."""
    database = database_of("reporting")

    def hear(messages: Sequence[Message], actor: Actor = ANNA, **wanted: Any) -> dict[str, Table]:
        with database.transaction() as session:
            fold(session, store(session, messages))
        with database.reading() as session:
            report = sources(session, actor, ReportQuery(**wanted))
        return {table.name: table for table in report.tables}

    return hear


def by_key(table: Table, column: str) -> dict[Any, Any]:
    return dict(zip(table.column("source"), table.column(column), strict=True))


def test_each_model_credits_the_touches_that_led_to_a_conversion(
    heard: Callable[..., dict[str, Table]],
) -> None:
    messages = journey()
    amounts = {
        model: by_key(heard(messages, model=model)["sources"], "amount")
        for model in ("first", "last", "linear")
    }
    assert amounts["first"] == {"campaign": 0, "form": 3000, "total": 3000}
    assert amounts["last"] == {"campaign": 3000, "form": 0, "total": 3000}
    assert amounts["linear"] == {"campaign": 2000, "form": 1000, "total": 3000}


def test_the_campaign_s_cost_stands_where_its_leads_are_and_once_in_all(
    heard: Callable[..., dict[str, Table]],
) -> None:
    tables = heard(journey(), model="linear")
    costs = by_key(tables["sources"], "cost")
    assert costs == {"campaign": 400, "form": 0, "total": 400}
    tree = tables["source_tree"]
    assert tree.column("campaign") == ["SPRING · Spring launch", "–", "–"]
    assert tree.column("cost") == [400, 0, 400]


def test_sources_are_summed_up_below_their_roots(heard: Callable[..., dict[str, Table]]) -> None:
    web, form = new_id(), new_id()
    tables = heard(
        [
            *journey(),
            message(source_saved(form, "form", "Web form", parent_id=web), form, 1),
            message(source_saved(web, "web", "Website"), web, 1),
        ],
        model="first",
    )
    assert by_key(tables["sources"], "amount") == {"campaign": 0, "Website": 3000, "total": 3000}
    assert tables["source_tree"].column("path") == ["campaign", "Website / Web form", "total"]


def test_a_lead_captured_out_of_the_period_is_left_out(heard: Callable[..., dict[str, Table]]) -> None:
    tables = heard(journey(), since=(NOON + DAY).date(), model="last")
    assert by_key(tables["sources"], "leads")["total"] == 1


def test_what_happens_in_other_departments_is_not_shown(heard: Callable[..., dict[str, Table]]) -> None:
    tables = heard(journey(), SAM)
    assert by_key(tables["sources"], "leads") == {"total": 0}
    assert by_key(tables["sources"], "cost") == {"total": Decimal()}


def test_every_column_of_both_tables_sums_to_its_last_row(heard: Callable[..., dict[str, Table]]) -> None:
    tables = heard([*journey(), *journey()], model="linear")
    for table in tables.values():
        for name in ("leads", "valid_leads", "converted", "worth", "amount", "cost"):
            *parts, total = table.column(name)
            assert sum(Decimal(str(part)) for part in parts) == total
