"""Every change of a source is told, with the source as it then stands."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.auth import Actor
from chassis.database import Database
from contracts.lead import SourceSaved
from contracts.roles import LEAD_ADMINISTRATOR
from services.lead.sources import actions
from tests.harness.people import person
from tests.services.lead.builders import events

WES: Actor = person("wes", LEAD_ADMINISTRATOR, departments=("west",))


def test_adding_changing_and_its_costs_are_told_of_a_source(
    fresh_database: Callable[[str], Database],
) -> None:
    database = fresh_database("lead")
    with database.transaction(WES) as session:
        web = actions.add_source(session, WES, department="west", code="web", name="Web", kind="website")
        form = actions.add_source(session, WES, department="west", code="form", name="Form", kind="website")
        session.flush()
        actions.change_source(session, WES, source=form, parent_id=web.id, retired=True)
        year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        spent: dict[str, Any] = {"amount": Decimal(9), "currency": "EUR", **year}
        cost = actions.enter_cost(session, WES, source=web, **spent)
        session.flush()
        actions.remove_cost(session, WES, source=web, cost_id=cost.id)
        assert (web.version, form.version) == (3, 2)
    told = events(database, SourceSaved)
    assert [one.code for one in told] == ["web", "form", "form", "web", "web"]
    changed = told[2]
    assert (changed.parent_id, changed.retired, changed.by) == (web.id, True, "wes")
