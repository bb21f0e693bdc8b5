"""A service that is away while the others go on: nothing is lost, and nothing comes twice.

Campaign and finance run as real processes on PostgreSQL and RabbitMQ. One of them ends in the midst of the
way from a plan to its approval, in order or killed, and is started again later.
"""

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR
from fanfare.demo.api import Api, Record
from fanfare.demo.people import APPROVERS, DEPARTMENT, PLANNER, Person
from fanfare.demo.planning import approve, campaign_in
from fanfare.demo.staging import Servers, api_of
from fanfare.demo.world import World
from fanfare.local.stack import Stack, sqlite_databases

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

RUNNING = ("campaign", "finance")
ROOT = Person("root", "Root", ADMINISTRATOR)


@dataclass
class Office:
    """The two services, and a plan that goes from one to the other and back."""

    stack: Stack
    world: World

    @property
    def api(self) -> Api:
        return self.world.api

    def design(self) -> None:
        """Plan a campaign with one line and one wave."""
        today = date.today()
        body = {
            "code": f"C-{new_id().hex[-12:]}",
            "name": "Spring fair",
            "kind": "seminar",
            "department": DEPARTMENT,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=30)).isoformat(),
            "currency": "EUR",
            "segment_id": str(new_id()),
            "purposes": ["new_customers"],
            "goals": [{"metric": "valid_leads", "target": "40"}],
            "budget": [{"name": "Venue", "amount": "1200.00"}],
        }
        self.world.campaign_id = self.api.post(PLANNER, "campaign", "/campaigns", body)["id"]
        wave = {"channel": "email", "template_id": str(new_id())}
        self.api.post(PLANNER, "campaign", f"{self.world.campaign}/waves", wave)

    def submit(self) -> None:
        submitted = self.api.post(PLANNER, "campaign", f"{self.world.campaign}/submission")
        assert submitted["state"] == "in_review"

    def decide(self) -> None:
        """Have the desk approve the plan, in as many steps as it takes."""
        approve(self.world, subject_id=self.world.campaign_id, what="the plan")

    def await_approved(self) -> None:
        self.world.wait("the approval in campaign", lambda: campaign_in(self.world, "approved"))

    def end(self, service: str, how: signal.Signals) -> None:
        """Have a service end in order, or at once wherever it is."""
        if how == signal.SIGKILL:
            self.stack.kill(service)
        else:
            assert self.stack.stop([service]) == {service: 0}

    def approvals(self) -> list[Record]:
        """What the desk has of the plan."""
        every = self.api.items(APPROVERS[0], "finance", "/approvals")
        return [one for one in every if one["subject_id"] == self.world.campaign_id]

    def budgets(self) -> list[Record]:
        return list(self.api.items(PLANNER, "finance", "/budgets", campaign_id=self.world.campaign_id))

    def transitions(self) -> list[str]:
        """The states that the campaign came to, one after the other, as its audit trail has them."""
        filters: dict[str, Any] = {"entity": "campaigns", "entity_id": self.world.campaign_id}
        written = list(self.api.items(ROOT, "campaign", "/audit", **filters))
        return [one["after"]["state"] for one in reversed(written) if "state" in (one["after"] or {})]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("away")
    databases = sqlite_databases(folder) | {service: servers.databases[service] for service in RUNNING}
    stack = Stack(databases=databases, broker_url=servers.broker_url, folder=folder)
    try:
        stack.migrate()
        yield stack.start(RUNNING)
        stack.stop(RUNNING)
    finally:
        stack.kill_all()


@pytest.fixture
def office(stack: Stack) -> Office:
    """A plan that is not handed in yet, and both services there."""
    stack.start(RUNNING)
    office = Office(stack, World(api=api_of(stack), mailbox=stack.folder, contacts=stack.folder))
    office.design()
    return office


def came_through_once(office: Office) -> None:
    office.await_approved()
    assert [one["state"] for one in office.approvals()] == ["approved"]
    (budget,) = office.world.wait("the budget", lambda: office.budgets() or None)
    assert budget["total"]["available"] == "1200.00"
    assert office.transitions() == ["draft", "in_review", "approved"]


def test_a_plan_handed_in_while_finance_is_away_is_on_the_desk_when_it_comes_back(office: Office) -> None:
    office.end("finance", signal.SIGTERM)
    office.submit()
    office.stack.start(["finance"])
    (approval,) = office.world.wait("the approval", lambda: office.approvals() or None)
    assert approval["state"] == "open"
    office.decide()
    came_through_once(office)


def test_a_decision_taken_while_campaign_is_away_arrives_when_it_comes_back(office: Office) -> None:
    office.submit()
    office.world.wait("the approval", lambda: office.approvals() or None)
    office.end("campaign", signal.SIGTERM)
    office.decide()
    assert [one["state"] for one in office.approvals()] == ["approved"]
    office.stack.start(["campaign"])
    came_through_once(office)


def test_a_campaign_service_killed_right_after_the_submission_tells_finance_once(office: Office) -> None:
    office.submit()
    office.end("campaign", signal.SIGKILL)
    office.stack.start(["campaign"])
    office.decide()
    came_through_once(office)


def test_a_finance_service_killed_right_after_the_decision_tells_campaign_once(office: Office) -> None:
    office.submit()
    office.decide()
    office.end("finance", signal.SIGKILL)
    office.stack.start(["finance"])
    came_through_once(office)
