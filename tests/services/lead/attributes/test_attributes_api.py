"""Attributes as people define and fill them."""

from typing import Any

from contracts.roles import LEAD_ADMINISTRATOR, SALES_REP
from tests.harness.people import person
from tests.harness.serving import Client

EASTERN = person("eva", LEAD_ADMINISTRATOR, departments=("east",))
REP = person("ed", SALES_REP, departments=("east",))


def define(lead: Client, **body: Any) -> Any:
    wanted = {"department": "east", "label": body["code"].title(), "applies_to": ["contact"], **body}
    return lead.post("/attributes", as_=EASTERN, json=wanted)


def test_an_attribute_is_defined_filled_changed_and_retired(lead: Client) -> None:
    size = define(
        lead, code="size", type="choice", choices=["small", "large"], applies_to=["contact", "lead"]
    )
    assert size.status_code == 201, size.text
    assert define(lead, code="size", type="text").status_code == 409
    assert define(lead, code="bare", type="choice").json()["errors"][0]["field"] == "choices"
    assert define(lead, code="No!", type="text").json()["errors"][0]["field"] == "code"
    body = {"department": "east", "email": "ann@east.de", "attributes": {"size": "huge"}}
    refused = lead.post("/contacts", as_=REP, json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "attributes.size"
    ann = lead.post("/contacts", as_=REP, json={**body, "attributes": {"size": "large"}}).json()
    assert ann["attributes"] == {"size": "large"}
    lead_of_ann = {"contact_id": ann["id"], "attributes": {"size": "small"}}
    recorded = lead.post("/leads", as_=REP, json=lead_of_ann)
    assert recorded.json()["attributes"] == {"size": "small"}
    path = f"/attributes/{size.json()['id']}"
    assert lead.patch(path, as_=EASTERN, json={"retired": True}, headers={"If-Match": "*"}).ok
    again = lead.patch(
        f"/contacts/{ann['id']}", as_=REP, json={"attributes": {"size": "small"}}, headers={"If-Match": "*"}
    )
    assert again.json()["errors"][0]["reason"] == "Is retired"
    taken_away = lead.patch(
        f"/contacts/{ann['id']}", as_=REP, json={"attributes": {"size": None}}, headers={"If-Match": "*"}
    )
    assert taken_away.json()["attributes"] == {}


def test_what_is_required_is_asked_of_people_and_not_of_forms(lead: Client) -> None:
    needed = define(lead, code="needed", type="number", required=True)
    body = {"department": "east", "email": "bo@east.de"}
    refused = lead.post("/contacts", as_=REP, json=body).json()["errors"]
    assert refused == [{"field": "attributes.needed", "reason": "Is needed"}]
    assert lead.post("/contacts", as_=REP, json={**body, "attributes": {"needed": 1}}).status_code == 201
    path = f"/attributes/{needed.json()['id']}"
    assert lead.patch(path, as_=EASTERN, json={"required": False}, headers={"If-Match": "*"}).ok
    assert lead.post("/contacts", as_=REP, json={**body, "email": "cy@east.de"}).status_code == 201


def test_a_segment_asks_for_attributes_that_the_department_has(lead: Client) -> None:
    assert define(lead, code="seats", type="number").status_code == 201
    person_of = {"department": "east", "email": "seat@east.de", "attributes": {"seats": 12}}
    assert lead.post("/contacts", as_=REP, json=person_of).status_code == 201
    rule = {"field": "attribute.seats", "op": "gte", "value": 10}
    body = {"name": "Large", "department": "east", "rule": rule}
    segment = lead.post("/segments", as_=EASTERN, json=body).json()
    preview = lead.get(f"/segments/{segment['id']}/preview", as_=EASTERN).json()
    assert [one["email"] for one in preview["sample"]] == ["seat@east.de"]
    unknown = {**body, "rule": {"any": [{**rule, "field": "attribute.planet"}]}}
    refused = lead.post("/segments", as_=EASTERN, json=unknown).json()["errors"]
    assert refused[0]["field"] == "rule.any.0.field"
