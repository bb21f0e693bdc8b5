"""What becomes of a lead in somebody's hands, with who did it and why."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from contracts.lead import (
    LeadAccepted,
    LeadAssigned,
    LeadChanged,
    LeadConverted,
    LeadNurtured,
    LeadPooled,
    LeadReturned,
    LeadWoken,
    LeadWorked,
)
from contracts.roles import MARKETING_STAFF
from services.lead.judging.actions import qualify_lead
from services.lead.leads import actions
from services.lead.leads.model import Lead
from tests.harness.people import person
from tests.services.lead.builders import (
    MIA,
    act,
    assigned,
    events,
    find_lead,
    open_pool,
    record,
    rep,
    sequences,
    timeline,
    worked_on,
)

Databases = Callable[[str], Database]

RITA, ROLF = rep("rita"), rep("rolf")


@pytest.fixture
def database(fresh_database: Databases) -> Database:
    return fresh_database("lead")


def test_a_lead_goes_from_hand_to_opportunity_and_each_step_is_told(database_of: Databases) -> None:
    database = database_of("lead")
    lead_id = worked_on(database, "rita", products=["Crane"])
    act(
        database,
        qualify_lead,
        lead_id,
        RITA,
        outcome="near_term",
        grade="A",
        value=Decimal(9),
        currency="EUR",
    )
    won = {"name": "Two cranes", "amount": Decimal("8.50"), "currency": "EUR"}
    lead = act(database, actions.convert_lead, lead_id, RITA, closes_on=date(2026, 12, 24), **won)
    assert (lead.state, lead.assignee, lead.version) == ("converted", "rita", 6)
    assert [kind for kind, _, _ in timeline(database, lead_id)][1:4] == ["assigned", "accepted", "worked"]
    [told] = events(database, LeadConverted)
    assert (told.name, told.amount, told.products, told.by) == (
        "Two cranes",
        Decimal("8.50"),
        ["Crane"],
        "rita",
    )
    assert lead.opportunity is not None and lead.opportunity["id"] == str(told.opportunity_id)
    assert [len(events(database, kind)) for kind in (LeadAccepted, LeadWorked)] == [1, 1]
    assert sequences(database)[f"lead/{lead_id}"] == [1, 2, 3, 4, 5, 6]


def test_a_lead_is_returned_for_a_reason_and_given_to_another(database: Database) -> None:
    lead_id = assigned(database, "rita")
    with pytest.raises(Invalid, match="reason"):
        act(database, actions.return_lead, lead_id, RITA, reason=" ")
    act(database, actions.return_lead, lead_id, RITA, reason="speaks no French")
    [back] = events(database, LeadReturned)
    assert (back.previous, back.pool, back.reason) == ("rita", "returns", "speaks no French")
    open_pool(database, "france")
    act(database, actions.pool_lead, lead_id, pool="france", why="by language")
    by = now() + timedelta(hours=4)
    act(database, actions.assign_lead, lead_id, assignee="rolf", why="speaks French", accept_by=by)
    given = events(database, LeadAssigned)[-1]
    assert (given.assignee, given.why, given.accept_by, given.previous) == ("rolf", "speaks French", by, "")
    assert find_lead(database, lead_id).previous == "rita"


def test_a_pooled_lead_names_the_owner_whom_it_was_taken_from(database: Database) -> None:
    lead_id = worked_on(database, "rita")
    open_pool(database, "cranes")
    act(database, actions.pool_lead, lead_id, pool="cranes", why="Rita leaves")
    [told] = events(database, LeadPooled)
    assert (told.pool, told.previous, told.why, told.by) == ("cranes", "rita", "Rita leaves", "mia")


def test_a_lead_rests_and_is_taken_up_again_before_its_time(database: Database) -> None:
    lead_id = worked_on(database, "rita")
    until = now() + timedelta(days=30)
    act(database, actions.nurture_lead, lead_id, RITA, wake_at=until, reason="budget in January")
    with pytest.raises(Invalid, match="why"):
        act(database, actions.wake_lead, lead_id, why="")
    act(database, actions.wake_lead, lead_id, why="they called")
    [rests], [wakes] = events(database, LeadNurtured), events(database, LeadWoken)
    assert (rests.wake_at, rests.previous, rests.reason) == (until, "rita", "budget in January")
    assert (wakes.why, wakes.pool, wakes.by) == ("they called", "inbox", "mia")


@pytest.mark.parametrize("somebody", [ROLF, person("meg", MARKETING_STAFF)])
def test_only_who_has_a_lead_does_something_with_it(database: Database, somebody: Actor) -> None:
    lead_id = assigned(database, "rita")
    with pytest.raises(Forbidden), database.transaction(MIA) as session:
        lead = session.get_one(Lead, lead_id)
        actions.accept_lead(session, somebody, lead=lead)
    assert find_lead(database, lead_id).state == "assigned"


def test_who_stands_in_is_named_beside_whom_they_stand_in_for(database: Database) -> None:
    lead_id = assigned(database, "rita")
    with database.transaction(ROLF) as session:
        lead = session.get_one(Lead, lead_id)
        actions.accept_lead(session, ROLF, lead=lead, on_behalf_of="rita")
    [told] = events(database, LeadAccepted)
    assert (told.assignee, told.by, told.on_behalf_of) == ("rita", "rolf", "rita")


def test_a_lead_that_is_not_assigned_is_not_accepted(database: Database) -> None:
    with pytest.raises(Conflict, match="The lead is new"):
        act(database, actions.accept_lead, record(database))


def test_what_is_known_of_a_lead_is_corrected(database: Database) -> None:
    lead_id = record(database, needs="A crane")
    act(database, actions.change_lead, lead_id, needs="A crane", products=["Crane", "Belt"], likelihood=40)
    [told] = events(database, LeadChanged)
    assert told.fields == ["likelihood", "products"]
    with pytest.raises(Invalid, match="expected_currency"):
        act(database, actions.change_lead, lead_id, expected_amount=Decimal(5))
    act(database, actions.change_lead, lead_id, likelihood=40)
    assert find_lead(database, lead_id).version == 2


def test_a_closed_lead_is_not_corrected(database: Database) -> None:
    lead_id = record(database)
    act(database, qualify_lead, lead_id, outcome="not_a_target", reason="a competitor")
    with pytest.raises(Conflict, match="disqualified"):
        act(database, actions.change_lead, lead_id, needs="A crane")
