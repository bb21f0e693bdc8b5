"""Summaries of real leads, for those who may see them, as data and as files."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from chassis import clock
from chassis.database import Database
from contracts.roles import ANALYST, LEAD_ADMINISTRATOR
from services.lead.customers.actions import add_customer
from services.lead.judging.actions import qualify_lead
from services.lead.leads.model import Lead
from services.lead.summary import queries
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, act, add_contact, assigned, record, rep, worked_on

Databases = Callable[[str], Database]

ANN = person("ann", ANALYST)
STRANGER = person("max", LEAD_ADMINISTRATOR, departments=("south",))
VALUE: dict[str, Any] = {"outcome": "near_term", "grade": "A", "value": Decimal("100.25"), "currency": "EUR"}


def lines(database: Database, actor: Any = MIA, **wanted: Any) -> dict[str, tuple[int, int]]:
    """Leads and open leads by key."""
    with database.reading() as session:
        made = queries.summary(session, actor, **wanted)
    return {line.key: (line.leads, line.open) for line in made.lines}


def test_leads_are_summed_by_everything_that_people_ask_for(database_of: Databases) -> None:
    database = database_of("lead")
    with database.transaction(MIA) as session:
        acme = add_customer(session, MIA, department="north", name="ACME")
    at_acme = add_contact(database, email="ann@acme.example", customer_id=acme.id, region="alps")
    assigned(database, "rita", contact_id=at_acme.id, source="fair")
    gone = record(database, source="web")
    act(database, qualify_lead, gone, outcome="not_a_target", reason="a competitor")
    root = person("root", LEAD_ADMINISTRATOR, departments=("*",))
    far = add_contact(database, root, department="south", email="bob@example.com", company="Bob & Sons")
    record(database, root, contact_id=far.id)
    assert lines(database, by="company") == {"ACME": (1, 1), "": (1, 0)}
    assert lines(database, root, by="company") == {"ACME": (1, 1), "": (1, 0), "Bob & Sons": (1, 1)}
    assert lines(database, root, by="department") == {"north": (2, 1), "south": (1, 1)}
    assert lines(database, by="region") == {"alps": (1, 1), "": (1, 0)}
    assert lines(database, by="source") == {"fair": (1, 1), "web": (1, 0)}
    assert lines(database, by="owner") == {"rita": (1, 1), "": (1, 0)}
    assert lines(database, by="owner", owner="rita") == {"rita": (1, 1)}
    month = f"{clock.now():%Y-%m}"
    assert lines(database, by="month") == {month: (2, 1)}
    tomorrow = clock.now().date() + timedelta(days=1)
    assert lines(database, by="source", since=tomorrow) == {}


def test_values_and_conversion_are_counted_with_their_currency(database_of: Databases) -> None:
    database = database_of("lead")
    for _ in range(2):
        act(database, qualify_lead, record(database, source="fair"), **VALUE)
    with database.reading() as session:
        [line] = queries.summary(session, MIA, by="source").lines
    assert [(one.amount, one.currency) for one in line.values] == [(Decimal("200.50"), "EUR")]


def test_open_leads_are_told_by_age(database_of: Databases) -> None:
    database = database_of("lead")
    old, _new = record(database), record(database)
    long_ago = clock.now() - timedelta(days=40)
    with database.transaction(MIA) as session:
        session.execute(update(Lead).where(Lead.id == old).values(captured_at=long_ago))
    with database.reading() as session:
        by_age = queries.ageing(session, MIA, of="lead")
        by_stay = queries.ageing(session, MIA, of="state")
    assert [(line.key, line.states["new"]) for line in by_age.lines] == [("00-01 days", 1), ("30-90 days", 1)]
    assert [(line.key, line.leads) for line in by_stay.lines] == [("00-01 days", 2)]


def test_the_funnel_is_read_from_what_was_done(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    database = database_of("lead")
    for _ in range(3):
        worked_on(database, "rita")
    record(database)
    with database.reading() as session:
        stages = {one.state: one.reached for one in queries.funnel(session, MIA)}
    assert (stages["new"], stages["assigned"], stages["accepted"], stages["working"]) == (4, 3, 3, 3)
    assert stages["qualified"] == 0


def test_nobody_infers_leads_of_others_from_counts_and_files(lead: Client, lead_database: Database) -> None:
    assigned(lead_database, "rita", source="=cmd|' /C calc'!A0")
    for path in ("/lead-summary?by=source", "/lead-ageing", "/lead-funnel"):
        export = path.replace("?", "/export?") if "?" in path else f"{path}/export"
        mine = lead.get(path, as_=ANN).json()
        for other in (STRANGER, rep("rolf")):
            theirs = lead.get(path, as_=other).json()
            assert theirs.get("total", {}).get("leads", 0) == 0
            assert all(stage["reached"] == 0 for stage in theirs.get("stages", []))
            rows = list(csv.reader(io.StringIO(lead.get(export, as_=other).content.decode("utf-8-sig"))))
            assert all(set(row[1:3]) <= {"0", "0.0000"} for row in rows[1:])
        assert mine != lead.get(path, as_=STRANGER).json()
    assert lead.get("/lead-summary?by=source", as_=rep("rita")).json()["total"]["leads"] == 1


def test_a_file_runs_nothing(lead: Client, lead_database: Database) -> None:
    assigned(lead_database, "rita", source="=cmd|' /C calc'!A0")
    answer = lead.get("/lead-summary/export?by=source", as_=ANN)
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["key", "leads", "open"] and rows[1][0].startswith("'=cmd")
    book = lead.get("/lead-summary/export?by=source&format=xlsx", as_=ANN)
    assert book.headers["Content-Disposition"] == 'attachment; filename="lead-summary.xlsx"'
    sheet = zipfile.ZipFile(io.BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "'=cmd" in sheet


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/lead-summary", "by"),
        ("/lead-summary?by=mood", "by"),
        ("/lead-summary?by=day&from=2020-01-01&until=2026-01-01", "until"),
        ("/lead-summary?by=source&from=2026-02-01&until=2026-01-01", "until"),
        ("/lead-ageing?of=person", "of"),
        ("/lead-funnel/export?format=pdf", "format"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(lead: Client, path: str, field: str) -> None:
    answer = lead.get(path, as_=ANN)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
