"""A served finance service with plans, budgets and claims in it, called over HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests

from chassis.auth import Actor
from chassis.database import Database
from contracts.roles import (
    ADMINISTRATOR,
    ANALYST,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    LEAD_ADMINISTRATOR,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_REP,
)
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.finance.builders import FAY, approve, plan, submit
from tests.services.scenes import scene

SOUTH = ("south",)

MOE = person("moe", MARKETING_MANAGER)
STAN = person("stan", SALES_REP)
ANNA = person("anna", ANALYST)
ADA = person("ada", ADMINISTRATOR)
LEA = person("lea", LEAD_ADMINISTRATOR)
FAR_APPROVER = person("farah", FINANCE_APPROVER, departments=SOUTH)
FAR_CLERK = person("felix", FINANCE_CLERK, departments=SOUTH)
FAR_STAFF = person("fiona", MARKETING_STAFF, departments=SOUTH)


@dataclass(frozen=True)
class Office:
    """Calls the service and prepares what it holds. ``database`` is the one it runs on."""

    client: Client
    database: Database

    def get(self, path: str, as_: Actor, **query: str) -> requests.Response:
        return self.client.get(path, as_=as_, params=query)

    def post(self, path: str, as_: Actor, **body: Any) -> requests.Response:
        return self.client.post(path, as_=as_, json=body)

    def plan(self, *amounts: str, department: str = "north") -> str:
        """Have a plan of mia's reach the desk. Returns the path of its approval."""
        return f"/approvals/{submit(self.database, plan(*amounts, department=department))}"

    def budget(self, *amounts: str) -> dict[str, Any]:
        """Have a plan approved. Returns its budget as the service shows it."""
        campaign_id = scene(self.database, _approved_plan, amounts=amounts)
        found = self.get("/budgets", FAY, campaign_id=str(campaign_id)).json()["items"]
        budget: dict[str, Any] = found[0]
        return budget

    def claim(self, budget: dict[str, Any], amount: str, *, by: Actor) -> dict[str, Any]:
        """Submit a claim on the first line. Returns it as the service shows it."""
        line = budget["lines"][0]["id"]
        answer = self.post("/claims", by, line_id=line, amount=amount, currency="EUR", purpose="Flyers")
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def approved_claim(self, budget: dict[str, Any], amount: str, *, by: Actor) -> dict[str, Any]:
        """Submit a claim and have fay approve it."""
        claim = self.claim(budget, amount, by=by)
        answer = self.post(f"/approvals/{claim['approval_id']}/decisions", FAY, outcome="approve")
        assert answer.status_code == 200, answer.text
        return claim


def _approved_plan(database: Database, *, amounts: tuple[str, ...]) -> UUID:
    event = plan(*amounts)
    approve(database, submit(database, event), FAY)
    return event.campaign_id


def fields(answer: requests.Response) -> list[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]
