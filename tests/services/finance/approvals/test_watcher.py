"""Reminders and escalations when their time has come, on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis import clock
from chassis.config import Settings
from chassis.database import Database
from contracts.finance import ApprovalEscalated, ApprovalReminded
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.approvals import queries
from services.finance.approvals.flows import StepRule, Substitutes
from services.finance.approvals.watcher import DeskWatcher, oldest_seconds
from services.finance.settings import FinanceSettings
from services.finance.worker import workers
from tests.harness.people import person
from tests.services.finance.builders import (
    CLARA,
    FAY,
    decide,
    in_force,
    published,
    purchase,
    put_on_desk,
    subject,
)

HOUR = 3600
NED = person("ned", "sales_manager")
PATIENT = StepRule(
    name="board",
    role=FINANCE_APPROVER,
    persons=("fay", "fred"),
    remind_after_hours=24,
    escalate_after_hours=48,
    escalate_to=Substitutes(role=FINANCE_CLERK, persons=("ned",)),
)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def work(database: Database, *, hours: float) -> int:
    """Let two watchers do what is due after so many hours. Returns how many steps had work."""
    clock.travel(seconds=hours * HOUR)
    watchers = [DeskWatcher(database), DeskWatcher(database)]
    busy = 0
    while any(done := [watcher.step() for watcher in watchers]):
        busy += sum(done)
    return busy


def test_who_is_asked_is_reminded_once_and_then_others_are_asked_too(database: Database) -> None:
    in_force(database, PATIENT)
    approval_id = put_on_desk(database, purchase("5.00"))
    assert work(database, hours=23) == 0
    work(database, hours=25)
    work(database, hours=26)
    (reminded,) = published(database, ApprovalReminded)
    assert (reminded.approval_id, reminded.asked.persons) == (approval_id, ["fay", "fred"])
    assert published(database, ApprovalEscalated) == []
    work(database, hours=49)
    (escalated,) = published(database, ApprovalEscalated)
    assert (escalated.to.role, escalated.to.persons) == (FINANCE_CLERK, ["ned"])
    assert work(database, hours=500) == 0


@pytest.mark.parametrize("actor", [CLARA, NED])
def test_who_is_asked_by_escalation_finds_it_and_decides(database: Database, actor: object) -> None:
    assert isinstance(actor, type(CLARA))
    in_force(database, PATIENT)
    approval_id = put_on_desk(database, purchase("5.00"))

    def waiting() -> list[object]:
        with database.reading() as session:
            seats = queries.present_seats(session, actor)
            return [one.id for one in session.scalars(queries.approvals(actor, seats=seats))]

    assert waiting() == []
    work(database, hours=50)
    assert waiting() == [approval_id]
    assert decide(database, approval_id, actor).state == "approved"


def test_what_is_decided_or_never_told_to_hurry_is_due_for_nothing(database: Database) -> None:
    put_on_desk(database, subject())
    in_force(database, PATIENT)
    decide(database, put_on_desk(database, purchase("5.00")), FAY)
    assert work(database, hours=100) == 0


def test_the_age_of_the_oldest_open_approval_is_measured_by_kind(database: Database) -> None:
    put_on_desk(database, purchase("5.00"))
    clock.travel(seconds=2 * HOUR)
    DeskWatcher(database).look()
    assert oldest_seconds.labels(kind="purchase")._value.get() == pytest.approx(2 * HOUR, abs=60)
    assert oldest_seconds.labels(kind="advance")._value.get() == 0


def test_the_worker_of_finance_watches_the_desk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'unused.db'}", service="finance")
    settings = FinanceSettings(service="finance")
    assert [worker.name for worker in workers(settings, database)] == ["desk-watcher"]
    with pytest.raises(TypeError, match="settings"):
        workers(Settings(service="finance"), database)
