"""All services answer one person, over the broker: a copy, then the erasure."""

import io
import zipfile
from pathlib import Path
from typing import Any

from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.process import wait_until
from services.campaign.service import CampaignService
from services.finance.service import FinanceService
from services.lead.service import LeadService
from services.outreach.service import OutreachService
from services.reporting.service import ReportingService
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.harness.serving import Client, serve

KEY = "0123456789abcdef0123456789abcdef"
MIA = person("mia", LEAD_ADMINISTRATOR)


def answered(lead: Client, path: str, kind: str) -> str:
    """The path of a request that every service has answered."""
    asked = lead.post(path, as_=MIA, json={"kind": kind, "note": "by passport"})
    assert asked.status_code == 201, asked.text
    request = f"/privacy-requests/{asked.json()['id']}"
    assert wait_until(lambda: lead.get(request, as_=MIA).json()["state"] == "closed", seconds=20)
    return request


def test_a_person_gets_a_copy_and_is_erased_everywhere(
    fresh_database: DatabaseFactory, tmp_path: Path
) -> None:
    url = fresh_database.url
    files: dict[str, Any] = {"files_url": tmp_path.as_uri()}
    with (
        serve(CampaignService, url("campaign"), link_key=KEY, **files),
        serve(FinanceService, url("finance"), **files),
        serve(OutreachService, url("outreach"), link_key=KEY),
        serve(ReportingService, url("reporting"), link_key=KEY),
        serve(LeadService, url("lead"), phone_region="US", **files) as lead,
    ):
        body = {"department": "north", "given_name": "Ann", "email": "ann@shop.de"}
        ann = lead.post("/contacts", as_=MIA, json=body).json()
        path = f"/contacts/{ann['id']}/privacy-requests"
        for kind in ("export", "erasure"):
            asked = answered(lead, path, kind)
            if kind == "export":
                copy = lead.get(f"{asked}/copy", as_=MIA)
                with zipfile.ZipFile(io.BytesIO(copy.content)) as packed:
                    held = {name: packed.read(name).decode() for name in packed.namelist()}
        for name in ("lead.json", "outreach.json", "reporting.json"):
            assert "ann@shop.de" in held[name], name
        services = lead.get(asked, as_=MIA).json()["services"]
        assert {one["service"]: one["erased"] > 0 for one in services} == {
            "campaign": False,
            "finance": False,
            "outreach": True,
            "reporting": True,
            "lead": True,
        }
        assert lead.get(f"/contacts/{ann['id']}", as_=MIA).json()["email"] is None
