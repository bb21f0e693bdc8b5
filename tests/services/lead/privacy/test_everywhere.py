"""All services answer one person, over the broker: a copy, then an erasure that leaves nothing anywhere."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Database
from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.process import wait_until
from services.campaign.service import CampaignService
from services.finance.service import FinanceService
from services.lead.service import LeadService
from services.outreach.service import OutreachService
from services.reporting.service import ReportingService
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.harness.remains import files_with, remains
from tests.harness.serving import Client, serve

KEY = "0123456789abcdef0123456789abcdef"
MIA = person("mia", LEAD_ADMINISTRATOR)
EMAIL = "zaphodina@shop.example"
WORDS = ("zaphodina", "beeblebroxe", "4155550123")
WHO = {
    **{"department": "north", "given_name": "Zaphodina", "family_name": "Beeblebroxe"},
    **{"email": EMAIL, "phone": "+14155550123", "company": "Zaphodina Ltd"},
}
SERVICES: dict[str, Any] = {
    "campaign": CampaignService,
    "finance": FinanceService,
    "outreach": OutreachService,
    "reporting": ReportingService,
    "lead": LeadService,
}


@pytest.fixture
def databases(fresh_database: DatabaseFactory) -> dict[str, Database]:
    return {name: fresh_database(name) for name in SERVICES}


@pytest.fixture
def lead(databases: dict[str, Database], tmp_path: Path) -> Iterator[Client]:
    """The lead service, with all others around it."""
    own: dict[str, dict[str, Any]] = {
        name: {"link_key": KEY} for name in ("campaign", "outreach", "reporting")
    }
    own["lead"] = {"phone_region": "US"}
    with ExitStack() as stack:
        for name, service in SERVICES.items():
            files = {"files_url": tmp_path.as_uri()} if name in ("campaign", "finance", "lead") else {}
            url = str(databases[name].url)
            served = stack.enter_context(serve(service, url, **files, **own.get(name, {})))
        yield served


def made(lead: Client, path: str, body: dict[str, Any], **options: Any) -> str:
    answer = lead.post(path, as_=MIA, json=body, **options)
    assert answer.status_code < 300, answer.text
    return str(answer.json()["id"])


def offer(lead: Client) -> str:
    """A document about the person."""
    uploaded = lead.post("/files?name=Zaphodina.txt", as_=MIA, data=b"For Zaphodina\n")
    return str(uploaded.json()["id"])


def served_person(lead: Client) -> str:
    """Somebody with a lead, a request that was answered by mail, and documents. Returns their contact."""
    contact_id = made(lead, "/contacts", WHO, headers={"Idempotency-Key": "1"})
    said = {"needs": "cranes for Zaphodina", "documents": [offer(lead)]}
    lead_id = made(lead, "/leads", {"contact_id": contact_id, **said})
    judged = {"outcome": "not_a_target", "reason": "Zaphodina does not buy"}
    made(lead, f"/leads/{lead_id}/qualification", judged)
    asked = {"kind": "quotation", "title": "For Zaphodina", "details": "Z. Beeblebroxe", "tasks": ["Call Z."]}
    request_id = made(lead, "/requests", {"contact_id": contact_id, **asked})
    told = {"result": "Zaphodina has it", "message": "Dear Zaphodina", "documents": [offer(lead)]}
    made(lead, f"/requests/{request_id}/answer", told)
    return contact_id


def answered(lead: Client, path: str, kind: str) -> str:
    """The path of a request that every service has answered."""
    request = f"/privacy-requests/{made(lead, path, {'kind': kind, 'note': 'by passport'})}"
    assert wait_until(lambda: lead.get(request, as_=MIA).json()["state"] == "closed", seconds=20)
    return request


def test_a_person_gets_a_copy_and_is_erased_everywhere(
    lead: Client, databases: dict[str, Database], tmp_path: Path
) -> None:
    contact_id = served_person(lead)
    path = f"/contacts/{contact_id}/privacy-requests"
    copy = lead.get(f"{answered(lead, path, 'export')}/copy", as_=MIA)
    with zipfile.ZipFile(io.BytesIO(copy.content)) as packed:
        held = {name: packed.read(name).decode() for name in packed.namelist()}
    for name in ("lead.json", "outreach.json", "reporting.json"):
        assert EMAIL in held[name], name
    assert "Zaphodina.txt" in held["lead.json"]
    assert "Dear Zaphodina" in held["outreach.json"]
    asked = answered(lead, path, "erasure")
    services = lead.get(asked, as_=MIA).json()["services"]
    assert {one["service"] for one in services if one["erased"] > 0} == {"outreach", "reporting", "lead"}

    def left() -> list[str]:
        found = {name: remains(database, *WORDS) for name, database in databases.items()}
        return [f"{name}.{column}" for name, columns in found.items() for column in columns]

    assert wait_until(lambda: not left(), seconds=20), left()
    assert files_with(tmp_path, *WORDS) == []
