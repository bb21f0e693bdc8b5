"""``overdraw``: 200 people claim 10 euros each at the same moment, on a line that has 500.

Over HTTP, on PostgreSQL, each time on a line of its own: exactly 50 must pass, each of them with one entry,
and the entries must sum to the balance. Lost is a claim that passed and has no entry, duplicated an entry too
many.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from threading import Barrier

import requests
from sqlalchemy import select

from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict
from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import MARKETING_STAFF
from fanfare.local.stack import SERVICES, Stack
from services.finance.budgets import queries
from services.finance.budgets.model import ApprovedPlan, Budget, LedgerEntry, PlannedLine
from services.finance.budgets.opening import open_budget

NAME = "overdraw"
CLAIMS = 200
COVERED = 50
AMOUNT = Decimal("10.00")
TIMES = 10
ANSWER_SECONDS = 120
ACTOR = Actor.system("finance")


def run(stage: Stage, *, short: bool) -> Verdict:
    """Ten times in a row, or once when ``short``."""
    verdict = Verdict(NAME, lost=0, duplicated=0, uncertain=0, differences=[], compared=False)
    urls = {one: stage.postgres.create_service_database(f"{one}{NAME}") for one in SERVICES}
    stage.rabbit.create_vhosts([NAME])
    broker_url = stage.rabbit.url_of(NAME)
    stack = Stack(databases=urls, broker_url=broker_url, folder=stage.fresh_folder())
    stack.migrate()
    times = 1 if short else TIMES
    try:
        stack.start(["finance"])
        with closing(Database(urls["finance"], service="finance")) as database:
            for _ in range(times):
                _rush(stack, database, verdict)
    finally:
        stack.kill_all()
    verdict.notes = f"{times} times {CLAIMS} claims at once on a line for {COVERED}"
    return verdict


def _rush(stack: Stack, database: Database, verdict: Verdict) -> None:
    budget = _open(database)
    line_id = str(budget.lines[0].id)
    token = stack.token(subject="rush", roles=[MARKETING_STAFF], departments=["north"])
    url, ready = f"{stack.url('finance')}/claims", Barrier(CLAIMS)
    claim = {"line_id": line_id, "amount": str(AMOUNT), "currency": "EUR", "purpose": "Taxi"}

    def submit(_number: int) -> int:
        ready.wait()
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(url, json=claim, headers=headers, timeout=ANSWER_SECONDS).status_code

    with ThreadPoolExecutor(CLAIMS) as people:
        answers = Counter(people.map(submit, range(CLAIMS)))
    _judge(database, budget, answers, verdict)


def _open(database: Database) -> Budget:
    plan = ApprovedPlan(
        campaign_id=new_id(),
        campaign_code="RUSH",
        name="Rush",
        department="north",
        responsible="rush",
        version=1,
        currency="EUR",
        lines=[PlannedLine(new_id(), "Taxis", AMOUNT * COVERED)],
    )
    with database.transaction(ACTOR) as session:
        return open_budget(session, ACTOR, plan=plan)


def _judge(database: Database, budget: Budget, answers: Counter[int], verdict: Verdict) -> None:
    with database.reading(ACTOR) as session:
        query = select(LedgerEntry.claim_id).where(
            LedgerEntry.budget_id == budget.id, LedgerEntry.kind == "commit"
        )
        posted = Counter(session.scalars(query))
        drifted = queries.drifted_lines(session)
    passed = answers[201]
    verdict.lost += max(0, passed - len(posted))
    verdict.duplicated += sum(times - 1 for times in posted.values())
    verdict.uncertain += CLAIMS - passed - answers[409]
    if passed != COVERED or len(posted) != COVERED:
        verdict.broken.append(f"{passed} claims passed with {len(posted)} entries: {dict(answers)}")
    if drifted:
        verdict.broken.append(f"{len(drifted)} lines are not the sum of their entries")
