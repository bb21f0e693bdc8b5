"""Whoever leaves hands over first, and nothing stays without an owner."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from contracts.lead import LeadAssigned, ReassignmentRequested
from services.lead.assignment.actions import change_rep
from services.lead.assignment.model import Rep
from services.lead.handover.actions import end_proxy, request_transfer
from services.lead.handover.leaving import leaving
from services.lead.handover.model import Proxy
from services.lead.leads.model import Lead
from services.lead.pools.actions import change_pool
from services.lead.pools.model import LeadPool
from services.lead.reassignment.worker import Reassigner
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    a_rule,
    add_rep,
    agree_proxy,
    assigned,
    events,
    exhaust,
    find_lead,
    open_pool,
    publish_rules,
    worked_on,
)


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    database = fresh_database("lead")
    for name in ("rita", "rolf", "rosa"):
        add_rep(database, name, weight=3 if name == "rosa" else 1)
    return database


def transfer(database: Database, **options: Any) -> None:
    values: dict[str, Any] = {"department": "north", "source": "rita", "reason": "leaves", **options}
    with database.transaction(MIA) as session:
        request_transfer(session, MIA, **values)
    exhaust(Reassigner(SETTINGS, database))


def owners(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.scalars(select(Lead.assignee).where(Lead.assignee.is_not(None))))


def test_all_open_work_goes_to_several_by_weight_and_each_is_told(database: Database) -> None:
    for _ in range(3):
        assigned(database, "rita")
    worked_on(database, "rita")
    transfer(database, reps=["rolf", "rosa"], by="weight")
    assert owners(database) == {"rolf": 1, "rosa": 3}
    told = events(database, LeadAssigned)[-1]
    assert (told.previous, told.assigned_by) == ("rita", "service:lead")
    assert told.why.startswith("leaves (mia); rule 1 of 1, handed over: by weight")
    [asked] = events(database, ReassignmentRequested)
    assert (asked.kind, asked.source, asked.total, asked.requested_by) == ("transfer", "rita", 4, "mia")


def test_chosen_leads_go_to_people_by_name(database: Database) -> None:
    one, other, kept = (assigned(database, "rita") for _ in range(3))
    named = [{"lead_id": one, "assignee": "rolf"}, {"lead_id": other, "assignee": "rosa"}]
    transfer(database, assignments=named)
    found = [find_lead(database, lead_id).assignee for lead_id in (one, other, kept)]
    assert found == ["rolf", "rosa", "rita"]
    transfer(database, reps=["rolf"], lead_ids=[kept])
    assert find_lead(database, kept).assignee == "rolf"


def test_a_transfer_names_people_who_can_take_it(database: Database) -> None:
    assigned(database, "rita")
    for options, field in (
        ({"reps": ["rita"]}, "reps"),
        ({"reps": ["zorro"]}, "reps"),
        ({"source": "zorro", "reps": ["rolf"]}, "source"),
    ):
        with pytest.raises(Invalid) as refused:
            transfer(database, **options)
        assert [one["field"] for one in refused.value.fields] == [field]
    with pytest.raises(Conflict, match="No open lead"):
        transfer(database, source="rolf", reps=["rosa"])


def test_the_check_names_everything_that_would_be_nobodys(database: Database) -> None:
    assigned(database, "rita")
    worked_on(database, "rita")
    pool = open_pool(database, "pumps", pickers=["rita"])
    open_pool(database, "belts", pickers=["rita", "rolf"])
    publish_rules(database, a_rule("hers", reps=["rita"]), a_rule("ours", reps=["rita", "rolf"]))
    proxy = agree_proxy(database, "rolf", "rita")
    with database.transaction(MIA) as session:
        rita = session.scalars(select(Rep).where(Rep.subject == "rita")).one()
        found = leaving(session, rita)
    assert (found.leads, found.leads_by_state, found.ready) == (2, {"assigned": 1, "working": 1}, False)
    assert [(one.code, one.alone) for one in found.pools] == [("belts", False), ("pumps", True)]
    assert [(one.code, one.alone) for one in found.rules] == [("hers", True), ("ours", False)]
    assert [one.id for one in found.proxies] == [proxy.id]
    transfer(database, reps=["rolf"])
    publish_rules(database, a_rule("ours", reps=["rita", "rolf"]))
    with database.transaction(MIA) as session:
        change_pool(session, MIA, pool=session.get_one(LeadPool, pool.id), pickers=["rolf"])
        end_proxy(session, MIA, proxy=session.get_one(Proxy, proxy.id))
    with database.transaction(MIA) as session:
        rita = session.get_one(Rep, rita.id)
        assert leaving(session, rita).ready
        assert not change_rep(session, MIA, rep=rita, active=False).active
