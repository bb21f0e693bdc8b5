"""How long a budget of 1,000,000 entries takes to answer what it is asked, against one of 1,000."""

import io
import statistics
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg2
from sqlalchemy import make_url

from bench.ledger_posting import ACTOR, line_id, numbered
from bench.result import Result
from chassis import paging
from chassis.database import Database
from chassis.ids import new_id
from services.finance.budgets import queries
from services.finance.budgets.history import budget_at
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry, LineTerms

FEW, MANY = 1_000, 1_000_000
ASKED = 300
MOST = 1.5
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
PLENTY = Decimal(10**9)
CENT = Decimal("0.01")
COLUMNS = (
    "id, budget_id, sequence, line_id, kind, amount, currency, budget, committed, incurred, note, posted_by, "
    "posted_at"
)


def budget(number: int) -> Budget:
    """A budget without lines."""
    return Budget(
        id=numbered(number),
        campaign_id=numbered(number),
        campaign_code="FAIR",
        name="Spring fair",
        department="north",
        plan_version=1,
        currency="EUR",
        opened_at=OPENED,
    )


def line(number: int, budget_number: int) -> BudgetLine:
    """A line with plenty."""
    return BudgetLine(
        id=line_id(number),
        budget_id=numbered(budget_number),
        position=number,
        name="Posters",
        responsible="bench",
        currency="EUR",
        budget=PLENTY,
    )


def compare(url: str) -> list[Result]:
    """The times of the two budgets, asked in turn; one result for each question."""
    with closing(Database(url, service="finance")) as database:
        for number, count in ((1, FEW), (2, MANY)):
            _fill(database, url, number=number, count=count)
        times: dict[str, dict[int, list[float]]] = {}
        for _ in range(ASKED):
            for number, count in ((1, FEW), (2, MANY)):
                for question, seconds in _ask(database, numbered(number), count=count).items():
                    times.setdefault(question, {1: [], 2: []})[number].append(seconds * 1e6)
    return [_result(question, of[1], of[2]) for question, of in times.items()]


def _result(question: str, few: list[float], many: list[float]) -> Result:
    small, large = statistics.median(few), statistics.median(many)
    notes = f"1,000,000 entries take {large / small:.2f} times as long"
    return Result(f"ledger-{question}", small, "us", large, 1 / MOST, notes)


def _fill(database: Database, url: str, *, number: int, count: int) -> None:
    with database.transaction() as session:
        session.add(budget(number))
        session.flush()
        session.add(line(number, number))
        session.flush()
        terms = {"name": "Posters", "responsible": "bench", "on_breach": "stop", "set_by": "bench"}
        session.add(LineTerms(line_id=line_id(number), since=OPENED, **terms))
    place = make_url(url)
    connection = psycopg2.connect(
        host=place.host, port=place.port, user=place.username, dbname=place.database
    )
    with closing(connection), connection, connection.cursor() as cursor:
        for first in range(1, count + 1, FEW * 50):
            rows = "".join(_entry(number, one) for one in range(first, min(count, first + FEW * 50 - 1) + 1))
            cursor.copy_expert(f"COPY ledger_entries ({COLUMNS}) FROM STDIN", io.StringIO(rows))
        spent = CENT * (count - 1)
        cursor.execute("UPDATE budget_lines SET committed = %s WHERE id = %s", [spent, str(line_id(number))])
        cursor.execute("ANALYZE")


def _entry(number: int, sequence: int) -> str:
    kind, amount = ("budget", PLENTY) if sequence == 1 else ("commit", CENT)
    figures = f"{PLENTY}\t{CENT * (sequence - 1)}\t0"
    at = OPENED + timedelta(seconds=sequence)
    place = f"{numbered(number)}\t{sequence}\t{line_id(number)}"
    return f"{new_id()}\t{place}\t{kind}\t{amount}\tEUR\t{figures}\tPosters\tbench\t{at.isoformat()}\n"


def _ask(database: Database, budget_id: UUID, *, count: int) -> dict[str, float]:
    half = OPENED + timedelta(seconds=count // 2)
    with database.reading(ACTOR) as session:
        began = time.perf_counter()
        now = queries.budget(session, ACTOR, budget_id)
        balance = time.perf_counter()
        then = budget_at(session, ACTOR, budget_id, at=half)
        past = time.perf_counter()
        entries = queries.entries(session, ACTOR, budget_id)
        page = paging.fetch(session, entries, LedgerEntry.sequence, parameters={})
        done = time.perf_counter()
    assert now.total.committed == CENT * (count - 1) and then.total.committed == CENT * (count // 2 - 1)
    assert page.items[0].sequence == count
    return {"balance": balance - began, "past-balance": past - balance, "last-page": done - past}
