"""Each lead of a pool goes to one who picks it, and nobody picks more than he may."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from services.lead.leads.model import Lead
from services.lead.leads.queries import leads, may_see
from services.lead.pools.actions import change_pool
from services.lead.pools.model import LeadPool
from services.lead.pools.picking import pick_lead
from services.lead.pools.queries import pools_to_pick_from
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    add_rep,
    find_lead,
    open_pool,
    pooled,
    record,
    rep,
    timeline,
)

RITA, ROLF = rep("rita"), rep("rolf")
DAY = 24 * 3600.0


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("lead")


def pick(database: Database, pool_id: UUID, actor: Actor, lead_id: UUID | None = None) -> UUID:
    with database.transaction(actor) as session:
        pool = session.get_one(LeadPool, pool_id)
        return pick_lead(session, actor, pool=pool, lead_id=lead_id).id


def test_of_many_who_pick_one_lead_at_once_one_gets_it(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", "postgresql")
    pool = open_pool(database, "pumps")
    crew = [f"rep{number}" for number in range(8)]
    for name in crew:
        add_rep(database, name)
    lead_id = pooled(database, "pumps")

    def try_it(name: str) -> str:
        try:
            pick(database, pool.id, rep(name), lead_id)
        except Conflict:
            return "late"
        return name

    with ThreadPoolExecutor(8) as crowd:
        outcomes = Counter(crowd.map(try_it, crew))
    assert outcomes["late"] == 7
    lead = find_lead(database, lead_id)
    assert (lead.state, outcomes[str(lead.assignee)]) == ("accepted", 1)


def test_all_who_pick_whatever_is_next_get_a_lead_each(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead", "postgresql")
    pool = open_pool(database, "pumps", picks_a_day=3)
    for name in ("rita", "rolf"):
        add_rep(database, name)
    waiting = [pooled(database, "pumps") for _ in range(8)]

    def try_it(number: int) -> UUID | None:
        try:
            return pick(database, pool.id, (RITA, ROLF)[number % 2])
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as crowd:
        picked = [one for one in crowd.map(try_it, range(16)) if one is not None]
    assert len(picked) == len(set(picked)) == 6
    with database.reading() as session:
        held = Counter(session.scalars(select(Lead.assignee).where(Lead.assignee.is_not(None))))
        free = set(session.scalars(select(Lead.id).where(Lead.pool == "pumps")))
    assert held == {"rita": 3, "rolf": 3}
    assert free == set(waiting) - set(picked)


def test_whoever_picks_has_accepted_it_and_the_oldest_goes_first(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    pool = open_pool(database, "pumps")
    add_rep(database, "rita")
    first, _ = pooled(database, "pumps"), pooled(database, "pumps")
    assert pick(database, pool.id, RITA) == first
    assert timeline(database, first)[-2:] == [
        ("assigned", "rita", "rita, picked from the pool pumps"),
        ("accepted", "rita", ""),
    ]


def test_limits_hold_by_day_and_by_open_leads(database: Database) -> None:
    pool = open_pool(database, "pumps", picks_a_day=1)
    few = open_pool(database, "belts", most_open=2)
    add_rep(database, "rita", time_zone="Asia/Shanghai")
    for code in ("pumps", "pumps", "belts", "belts"):
        pooled(database, code)
    pick(database, pool.id, RITA)
    with pytest.raises(Conflict, match="the limit"):
        pick(database, pool.id, RITA)
    pick(database, few.id, RITA)
    with pytest.raises(Conflict, match="You have 2 open leads"):
        pick(database, few.id, RITA)
    clock.travel(seconds=DAY)
    pick(database, pool.id, RITA)


def test_only_those_whom_a_pool_admits_pick_and_see_what_lies_there(database: Database) -> None:
    for name, team in (("rita", "pumps"), ("rolf", "belts"), ("rosa", "belts")):
        add_rep(database, name, team=team)
    pool = open_pool(database, "pumps", team="pumps", pickers=["rosa"])
    lead_id = pooled(database, "pumps")
    hidden = pooled(database, "returns")
    seen: dict[str, list[UUID]] = {}
    for name in ("rita", "rolf", "rosa"):
        with database.reading() as session:
            seen[name] = list(session.scalars(leads(rep(name)).with_only_columns(Lead.id)))
            assert may_see(session, rep(name), session.get_one(Lead, lead_id)) == (name != "rolf")
            mine = session.scalars(pools_to_pick_from(rep(name))).all()
            assert [one.code for one in mine] == ([] if name == "rolf" else ["pumps"])
    assert seen == {"rita": [lead_id], "rolf": [], "rosa": [lead_id]}
    with pytest.raises(Forbidden):
        pick(database, pool.id, ROLF, lead_id)
    with pytest.raises(Conflict, match="not in the pool"):
        pick(database, pool.id, RITA, hidden)
    with pytest.raises(Conflict, match="not in the pool"):
        pick(database, pool.id, RITA, record(database))


def test_a_pool_is_not_closed_while_leads_lie_in_it(database: Database) -> None:
    pool = open_pool(database, "pumps")
    lead_id = pooled(database, "pumps")
    close: dict[str, Any] = {"active": False}
    with pytest.raises(Conflict, match="Leads lie"), database.transaction(MIA) as session:
        change_pool(session, MIA, pool=session.get_one(LeadPool, pool.id), **close)
    add_rep(database, "rita")
    pick(database, pool.id, RITA, lead_id)
    with database.transaction(MIA) as session:
        change_pool(session, MIA, pool=session.get_one(LeadPool, pool.id), **close)
    with pytest.raises(Invalid, match="no open pool pumps"):
        pooled(database, "pumps")


def test_pickers_are_reps_and_codes_are_used_once(database: Database) -> None:
    with pytest.raises(Invalid, match="zorro"):
        open_pool(database, "pumps", pickers=["zorro"])
    with pytest.raises(Invalid, match="laid aside"):
        open_pool(database, "nurture")
    open_pool(database, "pumps")
    with pytest.raises(Conflict, match="already"):
        open_pool(database, "pumps")


def test_picks_are_never_changed(database_of: Callable[[str], Database]) -> None:
    database = database_of("lead")
    pool = open_pool(database, "pumps")
    add_rep(database, "rita")
    pooled(database, "pumps")
    pick(database, pool.id, RITA)
    with pytest.raises(DBAPIError, match="only added"), database.transaction(MIA) as session:
        session.execute(text("DELETE FROM lead_picks"))
