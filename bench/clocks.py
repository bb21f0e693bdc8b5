"""``clocks``: 100,000 running clocks of leads, of which some come due at once.

How long the clockwork takes until all that are due have fired, against the five seconds that are promised;
and what a step with the same number of due clocks costs among 100,000, against 1,000.
"""

import statistics
import time
from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from bench.result import Result
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer
from services.lead.clocks.clockwork import Clockwork
from services.lead.clocks.model import Clock
from services.lead.customers.model import Contact
from services.lead.leads.capture import Capture, new_lead
from services.lead.leads.model import Lead
from services.lead.service_levels.business import ALWAYS
from services.lead.service_levels.model import Target
from services.lead.settings import LeadSettings

FEW, MANY = 1_000, 100_000
DUE = 1_000
"""Of 100,000 clocks over two working days, so many come due in ten seconds on a bad morning."""

STEP_DUE = 50
ASKED = 20
PROMISED_SECONDS = 5.0
MOST = 1.5
SETTINGS = LeadSettings(service="lead")
ACTOR = Actor.system("bench")


def run() -> list[Result]:
    """One result for what is promised, one for the cost of a step."""
    with PostgresServer(durable=True) as postgres:
        steps = {}
        for count in (FEW, MANY):
            url = postgres.create_service_database(f"lead{count}")
            upgrade("lead", url)
            with closing(Database(url, service="lead")) as database:
                leads = _fill(database, count)
                steps[count] = statistics.median(_step(database, leads) for _ in range(ASKED))
                if count == MANY:
                    seconds = _all_due(database, leads)
        print(f"clocks: {DUE} due among {MANY} fired in {seconds:.2f} s", flush=True)
    notes = f"{DUE} due among {MANY:,} have fired after {seconds:.2f} s"
    ratio = steps[MANY] / steps[FEW]
    return [
        Result("clocks-due", PROMISED_SECONDS, "s", seconds, 1.0, notes),
        Result(
            "clocks-step",
            steps[FEW] * 1000,
            "ms",
            steps[MANY] * 1000,
            1 / MOST,
            f"{STEP_DUE} due; among {MANY:,} a step takes {ratio:.2f} times as long",
        ),
    ]


def _fill(database: Database, count: int) -> list[Any]:
    """So many running clocks that are due tomorrow, the first ``DUE`` of them of real leads."""
    later = now() + timedelta(days=1)
    with database.transaction(ACTOR) as session:
        contact = _contact(session)
        leads = [_lead(contact) for _ in range(DUE)]
        session.add_all(leads)
        session.flush()
        ids = [lead.id for lead in leads] + [new_id() for _ in range(count - DUE)]
        rows = [_row(one, later) for one in ids]
        table = Clock.__table__
        assert isinstance(table, Table)
        session.execute(insert(table), rows)
    with database.transaction(ACTOR) as session:
        session.execute(text("ANALYZE"))
    return [lead.id for lead in leads]


def _contact(session: Session) -> Contact:
    names = ("given_name", "family_name", "company", "kind", "region", "language", "source", "owner")
    contact = Contact(department="north", **dict.fromkeys(names, ""))
    for column in Contact.__table__.columns:
        if not column.nullable and getattr(contact, column.name, None) is None:
            setattr(contact, column.name, now() if column.name.endswith("_at") else "")
    contact.revision = 1
    session.add(contact)
    session.flush()
    return contact


def _lead(contact: Contact) -> Lead:
    capture = Capture(
        contact_id=contact.id,
        customer_id=None,
        campaign_id=None,
        department="north",
        region="",
        source="bench",
        door="hand",
        captured_by="bench",
        captured_at=now(),
    )
    lead = new_lead(capture)
    lead.door, lead.clocked_at = None, now()
    return lead


def _row(subject_id: Any, next_at: Any) -> dict[str, Any]:
    target = Target.of("ageing", 86_400, [(50, "remind"), (100, "escalate")])
    about: dict[str, Any] = {"subject": "lead", "subject_id": subject_id, "department": "north"}
    clock = Clock.start(target, ALWAYS, at=now(), calendar_id=None, **about)
    clock.next_at = next_at
    return {column.name: getattr(clock, column.name) for column in Clock.__table__.columns}


def _make_due(database: Database, leads: list[Any]) -> None:
    """Let the clocks of some leads be half used up."""
    began = now() - timedelta(hours=12)
    theirs = Clock.__table__.update().where(Clock.subject_id.in_(leads))  # type: ignore[attr-defined]
    with database.transaction(ACTOR) as session:
        session.execute(theirs.values(next_at=now(), counted_from=began, fired=0))


def _step(database: Database, leads: list[Any]) -> float:
    """Seconds that one step takes for ``STEP_DUE`` clocks."""
    _make_due(database, leads[:STEP_DUE])
    work = Clockwork(SETTINGS, database)
    work.look()
    began = time.perf_counter()
    assert work.step()
    return time.perf_counter() - began


def _all_due(database: Database, leads: list[Any]) -> float:
    """Seconds until the clocks of all leads, due at once, have fired."""
    _make_due(database, leads)
    work = Clockwork(SETTINGS, database)
    began = time.perf_counter()
    while work.step():
        pass
    seconds = time.perf_counter() - began
    with database.reading(ACTOR) as session:
        left = session.scalar(select(func.count()).select_from(Clock).where(Clock.next_at <= now()))
    assert left == 0, left
    return seconds
