"""``assignment``: 100,000 pooled leads under 1,000 rules in one run, against 10,000 of them.

The run goes batch by batch as the worker does it, on a durable PostgreSQL: each lead is chosen for, given,
told of as an event, noted in its timeline and audited. What counts is the cost of a lead, which must not grow
with their number. The second figure is the choice alone, in memory, under 1,000 rules against 10: they take
turns, and the medians count.
"""

import statistics
import time
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, inspect

from bench.result import Result
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.logs import configure
from chassis.migrate import upgrade
from contracts.roles import ADMINISTRATOR
from fanfare.local.postgres import PostgresServer
from services.lead.assignment.actions import add_rep, publish_rules
from services.lead.assignment.choosing import Profile, Roster, State, choose
from services.lead.assignment.rules import Facts, Rule, RuleIndex
from services.lead.assignment.schemas import RuleBody
from services.lead.customers.actions import add_contact
from services.lead.leads.model import Lead
from services.lead.leads.states import INBOX
from services.lead.leads.states import State as LeadState
from services.lead.reassignment.actions import request_reassignment
from services.lead.reassignment.model import Reassignment
from services.lead.reassignment.worker import Reassigner
from services.lead.settings import LeadSettings

FEW, MANY = 10_000, 100_000
RULES = 1_000
TURNS = 9
REGIONS, PRODUCTS = 50, 20
TEAMS, TEAM = 20, 10
BY = ("round_robin", "weight", "workload")
CHOICES = 20_000
FLAT = 0.8
"""A lead of many may cost a quarter more than one of few."""

ROOT = Actor("bench", frozenset({ADMINISTRATOR}))
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def run(*, few: int = FEW, many: int = MANY) -> list[Result]:
    """Leads a second of the large run, against those of the small one."""
    # A line for each lead goes to a collector elsewhere, not to a terminal in front of the figures.
    configure("bench", "warning")
    with PostgresServer(durable=True) as postgres:
        rates = {}
        for leads in (few, many):
            url = postgres.create_service_database(f"lead{leads}")
            upgrade("lead", url)
            with closing(Database(url, service="lead")) as database:
                rates[leads] = _leads_a_second(database, leads)
            print(f"assignment: {leads} leads, {rates[leads]:.0f}/s", flush=True)
    notes = f"{RULES} rules, {TEAMS * TEAM} reps, {1e3 / rates[many]:.2f} ms a lead"
    turns = [(_choices_a_second(10), _choices_a_second(RULES)) for _ in range(TURNS)]
    small, large = (statistics.median(rates) for rates in zip(*turns, strict=True))
    return [
        Result("assignment", rates[many], "leads/s", rates[few], FLAT, notes),
        Result("assignment-choice", large, "choices/s", small, FLAT, f"{RULES} rules against 10"),
    ]


def _leads_a_second(database: Database, leads: int) -> float:
    run_id = _prepare(database, leads)
    worker = Reassigner(LeadSettings(service="lead"), database)
    began = time.perf_counter()
    while worker.step():
        pass
    seconds = time.perf_counter() - began
    with database.reading() as session:
        done = session.get_one(Reassignment, run_id)
    assert (done.state, done.assigned) == ("finished", leads), (done.state, done.assigned)
    return leads / seconds


def _prepare(database: Database, leads: int) -> Any:
    """Reps in teams, the rules, the leads in the inbox, and the run that is asked for."""
    with database.transaction(ROOT) as session:
        for number in range(TEAMS * TEAM):
            name, team = f"rep{number:03}", f"team{number % TEAMS}"
            weight = 1 + number % 5
            add_rep(session, ROOT, subject=name, name=name, department="north", team=team, weight=weight)
    with database.transaction(ROOT) as session:
        kept = [RuleBody().load(_rule(number)) for number in range(RULES)]
        publish_rules(session, ROOT, department="north", rules=kept)
    _pool(database, leads)
    asked: dict[str, Any] = {"chosen": {"pool": INBOX}, "target": {}, "reason": "the bench asks"}
    with database.transaction(ROOT) as session:
        return request_reassignment(session, ROOT, department="north", **asked).id


def _rule(number: int) -> dict[str, Any]:
    region, product = number % REGIONS, number // REGIONS
    body = {"code": f"r{number}", "name": f"Rule {number}", "by": BY[number % 3]}
    return {
        **body,
        "regions": [f"region {region}"],
        "products": [f"product {product}"],
        "team": f"team{number % TEAMS}",
    }


def _pool(database: Database, leads: int) -> None:
    with database.transaction(ROOT) as session:
        basics: dict[str, Any] = {"department": "north", "given_name": "Ann", "email": "ann@example.com"}
        basics["language"] = "en"
        contact_id = add_contact(session, ROOT, phone_region="US", **basics).id
        session.flush()
        columns = [attribute.key for attribute in inspect(Lead).column_attrs]
        for first in range(0, leads, 5000):
            rows = [_lead(contact_id, number) for number in range(first, min(first + 5000, leads))]
            session.execute(insert(Lead), [{name: getattr(lead, name) for name in columns} for lead in rows])


def _lead(contact_id: Any, number: int) -> Lead:
    region, product = number % REGIONS, number // REGIONS % PRODUCTS
    return Lead(
        id=new_id(),
        contact_id=contact_id,
        department="north",
        region=f"Region {region}",
        products=[f"Product {product}"],
        source="fair",
        state=LeadState.NEW.value,
        captured_by="bench",
        captured_at=now(),
        expected_amount=Decimal(number % 9000),
        expected_currency="EUR",
    )


def _choices_a_second(count: int) -> float:
    rules = RuleIndex([Rule.of(RuleBody().load(_rule(number))) for number in range(count)])
    crew = [Profile(f"rep{number:03}", team=f"team{number % TEAMS}") for number in range(TEAMS * TEAM)]
    roster, state = Roster(crew), State()
    places = [number % count for number in range(CHOICES)]
    asked = [
        Facts(region=f"region {one % REGIONS}", products=(f"product {one // REGIONS}",)) for one in places
    ]
    began = time.perf_counter()
    for facts in asked:
        state.take(choose(facts, reps=roster, rules=rules, state=state, at=AT))
    return CHOICES / (time.perf_counter() - began)
