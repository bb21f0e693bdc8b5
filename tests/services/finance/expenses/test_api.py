"""Kinds, allowances and policies over HTTP. Who is kept out, test_access asks of every route."""

from typing import Any

import pytest

from tests.services.finance.builders import FAY, MIA
from tests.services.finance.office import Office, fields

ALLOWANCE = {"kind": "mileage", "rate": "0.30", "currency": "EUR", "valid_from": "2026-01-01", "region": "DE"}
LIMIT = {"rule": "line_limit", "department": "north", "valid_from": "2026-01-01"}
LIMIT |= {"limit": "150.00", "currency": "EUR"}


def test_an_approver_extends_the_kinds_and_claimants_read_them(shared_office: Office) -> None:
    office = shared_office
    kind = {"code": "bicycle", "name": "By bicycle", "unit": "km"}
    assert office.post("/expense-kinds", FAY, **kind).json() == kind
    assert fields(office.post("/expense-kinds", FAY, **kind)) == ["code"]
    assert fields(office.post("/expense-kinds", FAY, code="Boat", name="x")) == ["code"]
    assert fields(office.post("/expense-kinds", FAY, code="boat", name="x", unit="mile")) == ["unit"]
    listed = office.get("/expense-kinds", MIA).json()["items"]
    assert kind in listed and {"code": "travel", "name": "Travel", "unit": None} in listed
    assert office.post("/allowances", FAY, **{**ALLOWANCE, "kind": "bicycle"}).status_code == 201
    found = office.get("/allowances", MIA, kind="bicycle", region="DE", on="2026-01-01").json()["items"]
    assert [one["rate"] for one in found] == ["0.3"]
    assert office.get("/allowances", MIA, kind="bicycle", on="2025-12-31").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "travel"}, "kind"),
        ({"kind": "yacht"}, "kind"),
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": "0.00001"}, "rate"),
        ({"rate": "1e99"}, "rate"),
        ({"currency": "ZZZ"}, "currency"),
        ({"region": "Bavaria"}, "region"),
        ({"valid_from": "soon"}, "valid_from"),
    ],
)
def test_an_allowance_that_makes_no_sense_is_refused_by_field(
    shared_office: Office, changes: dict[str, Any], field: str
) -> None:
    assert fields(shared_office.post("/allowances", FAY, **{**ALLOWANCE, **changes})) == [field]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"rule": "taste"}, ["rule"]),
        ({"kind": "yacht"}, ["kind"]),
        ({"limit": None}, ["limit"]),
        ({"limit": "1.001"}, ["limit"]),
        ({"limit": "-1"}, ["limit"]),
        ({"currency": "ZZZ"}, ["currency"]),
        ({"days": 3}, ["days"]),
        ({"rule": "oldest"}, ["currency", "days", "limit"]),
        ({"valid_until": "2026-01-01"}, ["valid_until"]),
        ({"on_broken": "shout"}, ["on_broken"]),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_field(
    shared_office: Office, changes: dict[str, Any], wrong: list[str]
) -> None:
    assert sorted(fields(shared_office.post("/expense-policies", FAY, **{**LIMIT, **changes}))) == wrong


def test_a_policy_is_agreed_shown_and_ended(shared_office: Office) -> None:
    office = shared_office
    agreed = office.post("/expense-policies", FAY, **LIMIT)
    assert (agreed.status_code, agreed.json()["on_broken"]) == (201, "refuse"), agreed.text
    path = f"/expense-policies/{agreed.json()['id']}"
    assert office.get(path, MIA).json()["limit"] == "150.00"
    assert office.client.delete(path, as_=FAY).json()["ended_by"] == "fay"
    assert office.client.delete(path, as_=FAY).status_code == 409
