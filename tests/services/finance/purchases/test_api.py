"""Purchases and invoices over HTTP, from request to payment, and who is kept out."""

from typing import Any

import pytest

from chassis.auth import Actor
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK, MARKETING_MANAGER
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, MIA
from tests.services.finance.office import (
    ADA,
    ANNA,
    FAR_APPROVER,
    FAR_CLERK,
    FAR_STAFF,
    LEA,
    MOE,
    SOUTH,
    STAN,
    Office,
    fields,
)

FAR_MANAGER = person("frank", MARKETING_MANAGER, departments=SOUTH)
BOTH = person("bo", FINANCE_CLERK, FINANCE_APPROVER)


def supplier(office: Office, code: str = "PRINT", **changes: Any) -> dict[str, Any]:
    body = {"code": code, "name": "Print & Co", "currency": "EUR", "department": "north", **changes}
    answer = office.post("/suppliers", CLARA, **body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def asked(office: Office, supplier_id: str, budget: dict[str, Any], **changes: Any) -> dict[str, Any]:
    line = {
        "kind": "print",
        "description": "Flyers",
        "quantity": "100",
        "unit_price": "2.50",
        "line_id": budget["lines"][0]["id"],
    }
    body = {
        "supplier_id": supplier_id,
        "currency": "EUR",
        "reason": "The fair",
        "lines": [{**line, **changes}],
    }
    return body


def requested(office: Office, **changes: Any) -> dict[str, Any]:
    """A request of mia's for 100 flyers at 2.50 from a budget of 300.00."""
    budget = office.budget("300.00")
    answer = office.post("/purchases", MIA, **asked(office, supplier(office)["id"], budget, **changes))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def ordered(office: Office) -> dict[str, Any]:
    purchase = requested(office)
    office.post(f"/approvals/{purchase['approval_id']}/decisions", FAY, outcome="approve")
    answer = office.post(f"/purchases/{purchase['id']}/order", CLARA)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def receive(office: Office, purchase: dict[str, Any], quantity: str, *, by: Actor = MIA) -> Any:
    item = {"item_id": purchase["lines"][0]["id"], "quantity": quantity}
    return office.post(f"/purchases/{purchase['id']}/receipts", by, items=[item])


def invoice(
    office: Office,
    purchase: dict[str, Any],
    quantity: str,
    unit_price: str = "2.50",
    *,
    by: Actor = CLARA,
    **changes: Any,
) -> Any:
    line = {"item_id": purchase["lines"][0]["id"], "quantity": quantity, "unit_price": unit_price}
    body = {"number": "R-1", "invoiced_on": "2026-11-02", "currency": "EUR", "lines": [line], **changes}
    return office.post(f"/purchases/{purchase['id']}/invoices", by, **body)


def figures(office: Office, purchase: dict[str, Any]) -> tuple[str, str, str]:
    line = office.get(f"/budgets/{purchase['budget_id']}", FAY).json()["lines"][0]
    return line["committed"], line["incurred"], line["available"]


def test_a_purchase_goes_from_request_to_payment_over_a_disputed_invoice(office: Office) -> None:
    purchase = ordered(office)
    path = f"/purchases/{purchase['id']}"
    assert (purchase["state"], purchase["order_number"]) == ("ordered", "north-000001")
    assert figures(office, purchase) == ("250.00", "0.00", "50.00")
    assert receive(office, purchase, "40").json()["state"] == "partly_received"
    disputed = invoice(office, purchase, "40", "3.00").json()
    assert (disputed["state"], disputed["due_on"]) == ("disputed", "2026-12-02")
    assert disputed["problems"] == ["Flyers: the price is 3, ordered at 2.5."]
    assert figures(office, purchase) == ("250.00", "0.00", "50.00")
    assert office.post(f"/invoices/{disputed['id']}/payment", CLARA, reference="S-1").status_code == 409
    overridden = office.post(f"/invoices/{disputed['id']}/override", FAY, comment="Agreed")
    assert overridden.json()["state"] == "accepted"
    assert figures(office, purchase) == ("130.00", "120.00", "50.00")
    assert receive(office, purchase, "60").status_code == 201
    last = invoice(office, purchase, "60", "2.40", number="R-2").json()
    assert last["state"] == "accepted"
    assert figures(office, purchase) == ("0.00", "264.00", "36.00")
    for one in (disputed, last):
        assert office.post(f"/invoices/{one['id']}/payment", CLARA, reference="S-1").status_code == 200
    assert office.get(path, MIA).json()["state"] == "paid"
    assert office.post(f"{path}/closure", CLARA).json()["state"] == "closed"
    credit = invoice(office, purchase, "10", "2.40", number="G-1", kind="credit_note").json()
    assert (credit["state"], figures(office, purchase)) == ("accepted", ("0.00", "240.00", "60.00"))


def test_an_invoice_is_paid_once_and_its_number_taken_once(office: Office) -> None:
    purchase = ordered(office)
    receive(office, purchase, "100")
    path = f"/invoices/{invoice(office, purchase, '50').json()['id']}/payment"
    assert office.post(path, CLARA, reference="S-1").status_code == 200
    again = office.post(path, CLARA, reference="S-1")
    assert (again.status_code, "paid" in again.json()["detail"]) == (409, True)
    second = invoice(office, purchase, "50")
    assert (second.status_code, "R-1" in second.json()["detail"]) == (409, True)
    assert figures(office, purchase) == ("125.00", "125.00", "50.00")


def test_no_more_arrives_than_was_ordered(office: Office) -> None:
    purchase = ordered(office)
    assert fields(receive(office, purchase, "100.0001")) == ["items.0.quantity"]
    assert receive(office, purchase, "100").json()["state"] == "received"
    assert office.get(f"/purchases/{purchase['id']}/receipts", MIA).json()["items"][0]["received_by"] == "mia"


def test_who_entered_an_invoice_does_not_override_it(office: Office) -> None:
    purchase = ordered(office)
    disputed = invoice(office, purchase, "1", by=BOTH).json()
    assert disputed["state"] == "disputed"
    path = f"/invoices/{disputed['id']}"
    assert office.post(f"{path}/override", BOTH, comment="Fine").status_code == 403
    assert office.post(f"{path}/rejection", FAY, comment="Nothing came").json()["state"] == "rejected"
    assert office.post(f"{path}/override", FAY, comment="Fine").status_code == 409


def test_what_the_line_cannot_cover_is_not_approved_and_stays_on_the_desk(office: Office) -> None:
    purchase = requested(office, quantity="121")
    path = f"/approvals/{purchase['approval_id']}"
    assert office.post(f"{path}/decisions", FAY, outcome="approve").status_code == 409
    assert office.get(path, FAY).json()["state"] == "open"
    assert office.get(f"/purchases/{purchase['id']}", MIA).json()["state"] == "requested"


def test_a_request_that_was_sent_back_comes_again_as_its_next_version(office: Office) -> None:
    purchase = requested(office)
    path, budget = f"/purchases/{purchase['id']}", office.get(f"/budgets/{purchase['budget_id']}", FAY).json()
    decisions = f"/approvals/{purchase['approval_id']}/decisions"
    office.post(decisions, FAY, outcome="send_back", comment="Too many")
    body = asked(office, purchase["supplier_id"], budget, quantity="80")
    assert office.client.put(path, as_=MIA, json=body).status_code == 428
    tag = office.get(path, MIA).headers["ETag"]
    again = office.client.put(path, as_=MIA, json=body, headers={"If-Match": tag})
    assert again.status_code == 200, again.text
    shown = again.json()
    assert (shown["state"], shown["request_version"], shown["total"]) == ("requested", 2, "200.00")
    office.post(f"/approvals/{shown['approval_id']}/decisions", FAY, outcome="approve")
    assert figures(office, purchase) == ("200.00", "0.00", "100.00")


def test_cancelling_releases_what_was_committed_and_withdrawing_empties_the_desk(office: Office) -> None:
    purchase = ordered(office)
    path = f"/purchases/{purchase['id']}"
    assert office.post(f"{path}/withdrawal", MIA).status_code == 409
    commitments = office.get(f"/budgets/{purchase['budget_id']}/commitments", ANNA).json()["items"]
    assert [(one["purchase_id"], one["committed"]) for one in commitments] == [(purchase["id"], "250.00")]
    assert fields(office.post(f"{path}/cancellation", MOE, reason=" ")) == ["reason"]
    assert office.post(f"{path}/cancellation", MOE, reason="Off").json()["state"] == "cancelled"
    assert figures(office, purchase) == ("0.00", "0.00", "300.00")
    body = asked(office, purchase["supplier_id"], office.get(f"/budgets/{purchase['budget_id']}", FAY).json())
    other = office.post("/purchases", MIA, **body).json()
    assert office.post(f"/purchases/{other['id']}/withdrawal", MIA).json()["state"] == "withdrawn"
    assert office.get(f"/approvals/{other['approval_id']}", FAY).json()["state"] == "voided"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "yachts"}, "lines.0.kind"),
        ({"quantity": "0"}, "lines.0.quantity"),
        ({"quantity": "1.00001"}, "lines.0.quantity"),
        ({"unit_price": "0.00"}, "lines.0.unit_price"),
        ({"unit_price": "NaN"}, "lines.0.unit_price"),
        ({"description": " "}, "lines.0.description"),
    ],
)
def test_a_line_that_cannot_be_bought_is_refused_by_its_field(
    office: Office, changes: dict[str, str], field: str
) -> None:
    body = asked(office, supplier(office)["id"], office.budget("300.00"), **changes)
    assert fields(office.post("/purchases", MIA, **body)) == [field]


def test_nothing_is_bought_from_a_blocked_supplier(office: Office) -> None:
    blocked, budget = supplier(office), office.budget("300.00")
    path = f"/suppliers/{blocked['id']}/block"
    assert office.post(path, CLARA, reason="Late").json()["state"] == "blocked"
    refused = office.post("/purchases", MIA, **asked(office, blocked["id"], budget))
    assert (refused.status_code, "Late" in refused.json()["detail"]) == (409, True)
    assert office.client.delete(path, as_=CLARA).json()["state"] == "active"
    assert office.post("/purchases", MIA, **asked(office, blocked["id"], budget)).status_code == 201


def test_lists_are_filtered(office: Office) -> None:
    purchase = ordered(office)
    invoice(office, purchase, "1")
    line_id = purchase["lines"][0]["line_id"]
    for query in ({"state": "ordered"}, {"line_id": line_id}, {"kind": "print"}, {"overdue": "false"}):
        assert len(office.get("/purchases", FAY, **query).json()["items"]) == 1, query
    for query in ({"state": "paid"}, {"kind": "gifts"}, {"overdue": "true"}, {"due_before": "2030-01-01"}):
        assert office.get("/purchases", FAY, **query).json()["items"] == [], query
    assert len(office.get("/invoices", FAY, state="disputed", due_before="2030-01-01").json()["items"]) == 1
    assert len(office.get("/suppliers", MIA, search="prin").json()["items"]) == 1
    assert office.get("/suppliers", MIA, search="%").json()["items"] == []
    assert "venue" in [kind["code"] for kind in office.get("/purchase-kinds", MIA).json()["items"]]


def test_suppliers_are_checked_changed_with_their_tag_and_not_shared_by_one_department(
    office: Office,
) -> None:
    body = {"code": "A", "name": "A", "currency": "EUR", "department": "north"}
    assert fields(office.post("/suppliers", CLARA, **{**body, "iban": "DE00"})) == ["iban"]
    assert fields(office.post("/suppliers", CLARA, **{**body, "currency": "XXX"})) == ["currency"]
    assert office.post("/suppliers", CLARA, **{**body, "department": None}).status_code == 403
    path = f"/suppliers/{supplier(office, 'A')['id']}"
    assert fields(office.post("/suppliers", CLARA, **body)) == ["code"]
    tag = {"If-Match": office.get(path, CLARA).headers["ETag"]}
    changed = {**body, "name": "B"}
    assert office.client.put(path, as_=CLARA, json=changed, headers=tag).json()["name"] == "B"
    assert office.client.put(path, as_=CLARA, json=changed, headers=tag).status_code == 412


def test_kinds_can_be_added(office: Office) -> None:
    assert office.post("/purchase-kinds", FAY, code="catering", name="Catering").status_code == 201
    assert fields(office.post("/purchase-kinds", FAY, code="catering", name="Catering")) == ["code"]
    (entry,) = office.get("/audit", ADA, entity="purchase_kinds").json()["items"]
    assert (entry["actor"], entry["after"]["code"]) == ("fay", "catering")
    assert office.post("/purchase-kinds", CLARA, code="x", name="X").status_code == 403


Refusal = tuple[str, str, Actor, Actor, dict[str, Any], int]


def refusals(office: Office, purchase: dict[str, Any]) -> list[Refusal]:
    """Each route with somebody of the wrong role, somebody of another department, and what he gets."""
    one, vendor = f"/purchases/{purchase['id']}", f"/suppliers/{purchase['supplier_id']}"
    bill = f"/invoices/{invoice(office, purchase, '1').json()['id']}"
    budget = office.get(f"/budgets/{purchase['budget_id']}", FAY).json()
    return [
        *of_purchases(one, asked(office, purchase["supplier_id"], budget), purchase),
        *of_invoices(one, bill, purchase),
        *of_suppliers(vendor),
    ]


def of_purchases(one: str, new: dict[str, Any], purchase: dict[str, Any]) -> list[Refusal]:
    item = {"items": [{"item_id": purchase["lines"][0]["id"], "quantity": "1"}]}
    return [
        ("GET", "/purchases", LEA, FAR_CLERK, {}, 200),
        ("POST", "/purchases", STAN, FAR_STAFF, new, 404),
        ("GET", one, LEA, FAR_CLERK, {}, 404),
        ("PUT", one, STAN, FAR_STAFF, new, 404),
        ("POST", f"{one}/withdrawal", STAN, FAR_STAFF, {}, 404),
        ("POST", f"{one}/order", MIA, FAR_CLERK, {}, 404),
        ("POST", f"{one}/receipts", STAN, FAR_STAFF, item, 404),
        ("GET", f"{one}/receipts", LEA, FAR_CLERK, {}, 404),
        ("POST", f"{one}/cancellation", MIA, FAR_MANAGER, {"reason": "x"}, 404),
        ("POST", f"{one}/closure", MIA, FAR_CLERK, {}, 404),
        ("GET", f"/budgets/{purchase['budget_id']}/commitments", MIA, FAR_CLERK, {}, 404),
        ("GET", "/purchase-kinds", LEA, FAR_CLERK, {}, 200),
    ]


def of_invoices(one: str, bill: str, purchase: dict[str, Any]) -> list[Refusal]:
    line = {"item_id": purchase["lines"][0]["id"], "quantity": "1", "unit_price": "1"}
    entered = {"number": "X", "invoiced_on": "2026-11-02", "currency": "EUR", "lines": [line]}
    return [
        ("POST", f"{one}/invoices", FAY, FAR_CLERK, entered, 404),
        ("GET", "/invoices", MIA, FAR_CLERK, {}, 200),
        ("GET", bill, MIA, FAR_CLERK, {}, 404),
        ("POST", f"{bill}/override", CLARA, FAR_APPROVER, {"comment": "x"}, 404),
        ("POST", f"{bill}/rejection", CLARA, FAR_APPROVER, {"comment": "x"}, 404),
        ("POST", f"{bill}/payment", FAY, FAR_CLERK, {"reference": "x"}, 404),
    ]


def of_suppliers(vendor: str) -> list[Refusal]:
    saved = {"code": "PRINT", "name": "P", "currency": "EUR", "department": "north"}
    return [
        ("GET", "/suppliers", LEA, FAR_CLERK, {}, 200),
        ("POST", "/suppliers", MIA, FAR_CLERK, {**saved, "code": "B"}, 403),
        ("GET", vendor, LEA, FAR_CLERK, {}, 404),
        ("PUT", vendor, MIA, FAR_CLERK, saved, 404),
        ("POST", f"{vendor}/block", MIA, FAR_CLERK, {"reason": "x"}, 404),
        ("DELETE", f"{vendor}/block", MIA, FAR_CLERK, {}, 404),
    ]


def test_every_route_refuses_the_wrong_role_and_the_wrong_department(office: Office) -> None:
    for method, path, outsider, stranger, body, status in refusals(office, ordered(office)):
        call = getattr(office.client, method.lower())
        sent = {"json": body} if method in {"POST", "PUT"} else {}
        assert call(path, as_=outsider, **sent).status_code == 403, (method, path)
        answer = call(path, as_=stranger, **sent)
        assert answer.status_code == status, (method, path, answer.text)
        if status == 200 and path != "/purchase-kinds":
            assert answer.json()["items"] == [], path
