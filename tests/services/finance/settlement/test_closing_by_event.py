"""Campaign and finance side by side: what one of them does reaches the other by event alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.campaign.service import CampaignService
from tests.harness.databases import DatabaseFactory
from tests.harness.serving import Client, serve
from tests.services.campaign.builders import OWNER, a_body, campaign_of, pages_of, resolve
from tests.services.finance.builders import CLARA, FAY
from tests.services.finance.office import ADA, Office

SECONDS = 20


@dataclass(frozen=True)
class Planners:
    """The campaign service, beside the finance service of ``office``."""

    client: Client
    database: Database
    office: Office

    def reaches(self, path: str, state: str) -> bool:
        """Whether the campaign comes to ``state`` in time."""
        return wait_until(lambda: self.client.get(path, as_=OWNER).json()["state"] == state, seconds=SECONDS)

    def completed(self) -> str:
        """Lead a campaign to its end, the desk's approval included. Returns its path."""
        designed = self.client.post("/campaigns", as_=OWNER, json=a_body()).json()
        path, campaign_id = f"/campaigns/{designed['id']}", UUID(designed["id"])
        wave = {"channel": "email", "template_id": str(new_id())}
        self.client.post(f"{path}/waves", as_=OWNER, json=wave)
        assert self.client.post(f"{path}/submission", as_=OWNER).json()["state"] == "in_review"
        assert wait_until(lambda: self.office.get("/approvals", FAY).json()["items"] != [], seconds=SECONDS)
        (approval,) = self.office.get("/approvals", FAY).json()["items"]
        self.office.post(f"/approvals/{approval['id']}/decisions", FAY, outcome="approve")
        assert self.reaches(path, "approved")
        self.client.post(f"{path}/start", as_=OWNER)
        resolve(self.database, *pages_of(campaign_of(self.database, campaign_id), [new_id()]))
        assert self.client.post(f"{path}/completion", as_=OWNER).json()["state"] == "completed"
        return path

    def budget_ready_to_settle(self) -> str:
        """The path of the only budget, once finance has heard of the end of its campaign."""
        (budget,) = self.office.get("/budgets", FAY).json()["items"]
        path = f"/budgets/{budget['id']}"
        checklist = f"{path}/settlement"
        assert wait_until(lambda: bool(self.office.get(checklist, FAY).json()["ready"]), seconds=SECONDS)
        return path

    def act(self, path: str, what: str, **sent: Any) -> None:
        """Do something to the budget as it stands now."""
        current = {"If-Match": self.office.get(path, FAY).headers["ETag"]}
        actor = CLARA if what == "settlement" else ADA
        answer = self.office.client.post(f"{path}/{what}", as_=actor, json=sent or None, headers=current)
        assert answer.ok, answer.text


@pytest.fixture
def planners(office: Office, fresh_database: DatabaseFactory) -> Iterator[Planners]:
    url = fresh_database.url("campaign")
    database = Database(url, service="campaign")
    with serve(CampaignService, url) as client:
        yield Planners(client, database, office)
    database.close()


def test_a_campaign_closes_by_its_settlement_and_is_completed_again_by_its_reopening(
    planners: Planners,
) -> None:
    campaign, budget = planners.completed(), planners.budget_ready_to_settle()
    planners.act(budget, "settlement")
    assert planners.reaches(campaign, "closed")
    planners.act(budget, "reopening", reason="A late invoice")
    assert planners.reaches(campaign, "completed")
    planners.act(budget, "settlement")
    assert planners.reaches(campaign, "closed")
