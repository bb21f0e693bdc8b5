"""Campaign and finance side by side: what one of them does reaches the other by event alone."""

from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.campaign.service import CampaignService
from tests.harness.databases import DatabaseFactory
from tests.harness.serving import serve
from tests.services.campaign.builders import OWNER, a_body, campaign_of, pages_of, resolve
from tests.services.finance.builders import CLARA, FAY
from tests.services.finance.office import ADA, Office

SECONDS = 20


def test_a_campaign_closes_by_its_settlement_and_is_completed_again_by_its_reopening(
    office: Office, fresh_database: DatabaseFactory
) -> None:
    url = fresh_database.url("campaign")
    database = Database(url, service="campaign")
    with serve(CampaignService, url) as client:
        designed = client.post("/campaigns", as_=OWNER, json=a_body()).json()
        path, campaign_id = f"/campaigns/{designed['id']}", UUID(designed["id"])

        def reaches(state: str) -> bool:
            return wait_until(lambda: client.get(path, as_=OWNER).json()["state"] == state, seconds=SECONDS)

        client.post(f"{path}/waves", as_=OWNER, json={"channel": "email", "template_id": str(new_id())})
        assert client.post(f"{path}/submission", as_=OWNER).json()["state"] == "in_review"
        assert wait_until(lambda: office.get("/approvals", FAY).json()["items"] != [], seconds=SECONDS)
        (approval,) = office.get("/approvals", FAY).json()["items"]
        office.post(f"/approvals/{approval['id']}/decisions", FAY, outcome="approve")
        assert reaches("approved")
        client.post(f"{path}/start", as_=OWNER)
        resolve(database, *pages_of(campaign_of(database, campaign_id), [new_id()]))
        client.post(f"{path}/completion", as_=OWNER)

        (budget,) = office.get("/budgets", FAY, campaign_id=designed["id"]).json()["items"]
        budget_path = f"/budgets/{budget['id']}"

        def ready() -> bool:
            return bool(office.get(f"{budget_path}/settlement", FAY).json()["ready"])

        assert wait_until(ready, seconds=SECONDS)
        current = {"If-Match": office.get(budget_path, CLARA).headers["ETag"]}
        settled = office.client.post(f"{budget_path}/settlement", as_=CLARA, headers=current)
        assert settled.status_code == 201, settled.text
        assert reaches("closed")

        current = {"If-Match": settled.headers.get("ETag") or office.get(budget_path, ADA).headers["ETag"]}
        sent = {"reason": "A late invoice"}
        assert office.client.post(f"{budget_path}/reopening", as_=ADA, json=sent, headers=current).ok
        assert reaches("completed")
    database.close()
