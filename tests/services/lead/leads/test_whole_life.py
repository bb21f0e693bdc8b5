"""One lead from the first answer to the opportunity, by way of a rep who gave it back and a long rest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.lead.judging.actions import qualify_lead
from services.lead.leads import actions
from services.lead.leads.model import Lead
from tests.services.lead.builders import MIA, act, add_contact, rep, responded, sequences, timeline

RITA, ROLF = rep("rita"), rep("rolf")
NEAR: dict[str, Any] = {"outcome": "near_term", "grade": "A", "value": Decimal(900), "currency": "EUR"}


def live(database: Database, *, until: datetime) -> UUID:
    """Let the lead live its life. Returns its id."""
    contact, campaign_id = add_contact(database), new_id()

    def answer(kind: str) -> None:
        with database.transaction() as session:
            event = responded(contact.id, campaign_id, kind=kind, responded_at=now())
            actions.take_answer(session, event)

    answer("click")
    with database.reading() as session:
        lead_id: UUID = session.scalars(select(Lead.id)).one()
    act(database, qualify_lead, lead_id, **NEAR, reason="has the money")
    act(database, actions.assign_lead, lead_id, assignee="rita", why="her region")
    act(database, actions.assign_lead, lead_id, assignee="rolf", why="Rita was late")
    act(database, actions.accept_lead, lead_id, ROLF)
    act(database, actions.return_lead, lead_id, ROLF, reason="knows nothing of cranes")
    act(database, actions.nurture_lead, lead_id, wake_at=until, reason="moves in spring")
    answer("form")
    act(database, actions.assign_lead, lead_id, assignee="rita", why="knows cranes")
    act(database, actions.accept_lead, lead_id, RITA)
    act(database, actions.work_on, lead_id, RITA, note="called them")
    act(database, qualify_lead, lead_id, RITA, **NEAR, reason="order is near")
    won = {"name": "Two cranes", "amount": Decimal(900), "currency": "EUR"}
    act(database, actions.convert_lead, lead_id, RITA, **won)
    return lead_id


def test_the_timeline_shows_each_step_with_who_and_why(fresh_database: Callable[[str], Database]) -> None:
    database, until = fresh_database("lead"), now() + timedelta(days=60)
    lead_id = live(database, until=until)
    assert timeline(database, lead_id) == [
        ("captured", "service:campaign", "campaign"),
        ("answered", "service:campaign", "click: interested"),
        ("qualified", MIA.subject, "near_term, grade A: has the money"),
        ("assigned", MIA.subject, "rita, her region"),
        ("assigned", MIA.subject, "rolf, Rita was late"),
        ("accepted", "rolf", ""),
        ("returned", "rolf", "knows nothing of cranes; to returns"),
        ("nurtured", MIA.subject, f"until {until.isoformat(timespec='minutes')}: moves in spring"),
        ("answered", "service:campaign", "form: interested"),
        ("woken", "service:campaign", "heard of again: form; to sales"),
        ("assigned", MIA.subject, "rita, knows cranes"),
        ("accepted", "rita", ""),
        ("worked", "rita", "called them"),
        ("qualified", "rita", "near_term, grade A: order is near"),
        ("converted", "rita", "Two cranes"),
    ]
    told = sequences(database)[f"lead/{lead_id}"]
    assert told == list(range(1, len(told) + 1))
