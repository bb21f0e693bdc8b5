"""Assigning leads to reps, many at a time."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import LeadAssigned, LeadQualified
from services.lead.assignment import giving
from services.lead.assignment.actions import change_rep
from services.lead.assignment.model import Rep
from services.lead.judging.actions import qualify_lead
from services.lead.leads.model import Lead
from services.lead.leads.queries import history
from tests.services.lead.builders import MIA, SETTINGS, act, add_contact, add_rep, events, record

Databases = Callable[[str], Database]


def add_reps(database: Database, *names: str) -> None:
    for name in names:
        add_rep(database, name)


def near_term_leads(database: Database, count: int) -> list[UUID]:
    contact = add_contact(database)
    ids = [record(database, contact_id=contact.id, campaign_id=new_id()) for _ in range(count)]
    for lead_id in ids:
        act(database, qualify_lead, lead_id, outcome="near_term", grade="B", value=Decimal(5), currency="EUR")
    return ids


def assign(database: Database, lead_id: UUID, assignee: str | None = None) -> str:
    return str(act(database, giving.assign, lead_id, settings=SETTINGS, assignee=assignee).assignee)


def test_leads_go_round_the_active_reps_of_the_department(database_of: Databases) -> None:
    database = database_of("lead")
    add_reps(database, "rolf", "rita", "rosa")
    with database.transaction(MIA) as session:
        rosa = session.scalars(select(Rep).where(Rep.subject == "rosa")).one()
        change_rep(session, MIA, rep=rosa, active=False)
    taken = [assign(database, lead_id) for lead_id in near_term_leads(database, 4)]
    assert taken == ["rita", "rolf", "rita", "rolf"]
    why = {event.why for event in events(database, LeadAssigned)}
    assert why == {"rule 1 of 1, Everybody in turn: round robin: longest without one of 2 free"}


def test_thirty_leads_assigned_at_once_are_shared_out_evenly(database_of: Databases) -> None:
    database = database_of("lead")
    add_reps(database, "rolf", "rita", "rosa")
    ids = near_term_leads(database, 30)
    with ThreadPoolExecutor(8) as crowd:
        taken = Counter(crowd.map(lambda lead_id: assign(database, lead_id), ids))
    assert taken == {"rolf": 10, "rita": 10, "rosa": 10}


def test_the_timeline_tells_who_judged_and_who_was_chosen(database_of: Databases) -> None:
    database = database_of("lead")
    add_reps(database, "rita")
    [lead_id] = near_term_leads(database, 1)
    assign(database, lead_id, "rita")
    with database.reading() as session:
        timeline = history(session, session.get_one(Lead, lead_id)).timeline
    assert [(entry.kind, entry.actor, entry.note) for entry in timeline] == [
        ("captured", "mia", "hand"),
        ("qualified", "mia", "near_term, grade B"),
        ("assigned", "mia", "rita, chosen by mia"),
    ]


def test_a_judgement_is_told_with_its_worth(database_of: Databases) -> None:
    database = database_of("lead")
    [lead_id] = near_term_leads(database, 1)
    [event] = events(database, LeadQualified)
    assert (event.lead_id, event.outcome, event.grade, event.value, event.currency, event.qualified_by) == (
        lead_id,
        "near_term",
        "B",
        Decimal(5),
        "EUR",
        "mia",
    )
