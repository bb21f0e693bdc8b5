"""One of everything that finance keeps, all of it of department north."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import requests

from chassis.auth import Actor
from chassis.clock import now
from chassis.ids import new_id
from contracts.campaign import WaveFundsWanted
from contracts.event import Money
from services.finance.budgets import queries as budgets
from services.finance.funding.actions import fund_wave
from tests.services.finance.builders import (
    CLARA,
    FAY,
    MIA,
    advance_of,
    allowance_of,
    campaign_ran,
    envelope_of,
    lent,
    limited,
    policy_of,
    pool_of,
    purchase_in,
    record_rates,
    transfer_of,
)
from tests.services.finance.office import MOE, Office

IBAN = "DE89 3704 0044 0532 0130 00"
BATCH = {
    "department": "north",
    "currency": "EUR",
    "payer_name": "Fanfare Ltd",
    "payer_iban": "NL91ABNA0417164300",
    "pay_on": "2026-12-01",
}
PAYEE = {"department": "north", "person": "mia", "name": "Mia Holm", "iban": IBAN, "bic": "COBADEFFXXX"}


def one_of_each(office: Office, reader: Actor) -> dict[str, UUID]:
    """Make everything. Returns the ids by the names that routes have for them.

    ``reader`` is named where only those who are named see a thing.
    """
    budget = office.budget("5000.00", "500.00")
    first = UUID(budget["lines"][0]["id"])
    with office.database.reading() as session:
        found = budgets.budget(session, FAY, UUID(budget["id"]))
    with office.database.transaction(CLARA) as session:
        transfer = transfer_of(session, found.lines[0], found.lines[1], "10.00")
        envelope = envelope_of(session, "9000.00")
        campaign_ran(session, found.campaign_id, date(2026, 11, 1))
        record_rates(session, ("EUR", "USD", "2026-11-02", "1.1"))
        purchase = purchase_in(session, found, ("100", "2.50"))
    receipt = dict(zip(("claim_id", "file_id"), _claim_with_receipt(office, str(first)), strict=True))
    return receipt | {
        "budget_id": found.id,
        "advance_id": advance_of(office.database, first, "5.00", state="requested").id,
        "line_id": first,
        "transfer_id": transfer.id,
        "envelope_id": envelope.id,
        "purchase_id": purchase.id,
        "item_id": purchase.lines[0].id,
        "supplier_id": purchase.supplier_id,
        "invoice_id": _disputed_invoice(office, purchase.id),
        "batch_id": _exported_batch(office, budget),
        "approval_id": UUID(office.plan("40.00").rpartition("/")[2]),
        "flow_id": UUID(office.get("/approval-flows", FAY).json()["items"][0]["id"]),
        "authority_id": limited(office.database, "finn", "100", department="north").id,
        "delegation_id": lent(office.database, FAY, reader).id,
        "policy_id": _policy(office),
        "pool_id": pool_of(office.database, "10.00").id,
        "funding_id": _funding(office, budget),
    }


def _claim_with_receipt(office: Office, line_id: str) -> tuple[UUID, UUID]:
    """A claim of mia's, not decided yet, and the file that is attached to it."""
    file = office.client.post("/files?name=receipt.txt", as_=MIA, data=b"Taxi 12.50\n")
    item = {"line_id": line_id, "amount": "12.50", "documents": [_made(file)["id"]]}
    claim = office.post("/claims", MIA, currency="EUR", purpose="Taxi to the fair", lines=[item])
    return UUID(_made(claim)["id"]), UUID(file.json()["id"])


def _disputed_invoice(office: Office, purchase_id: UUID) -> UUID:
    """An invoice for what was ordered and has not arrived."""
    path = f"/purchases/{purchase_id}"
    purchase = office.get(path, CLARA).json()
    _made(office.post(f"/approvals/{purchase['approval_id']}/decisions", FAY, outcome="approve"))
    _made(office.post(f"{path}/order", CLARA))
    line = {"item_id": purchase["lines"][0]["id"], "quantity": "40", "unit_price": "2.50"}
    invoice = {"number": "R-1", "invoiced_on": "2026-11-02", "currency": "EUR", "lines": [line]}
    return UUID(_made(office.post(f"{path}/invoices", CLARA, **invoice))["id"])


def _exported_batch(office: Office, budget: dict[str, Any]) -> UUID:
    """A batch with one approved claim of mia's in it."""
    office.approved_claim(budget, "30.00", by=MIA)
    _made(office.post("/payees", CLARA, **PAYEE))
    batch = _made(office.post("/payments", CLARA, **BATCH))
    _made(office.post(f"/payments/{batch['id']}/export", CLARA))
    return UUID(batch["id"])


def _policy(office: Office) -> UUID:
    """How old an expense may be, beside what a kilometre is worth."""
    with office.database.transaction(FAY) as session:
        allowance_of(session, "0.30")
        return policy_of(session, "oldest", days=365).id


def _funding(office: Office, budget: dict[str, Any]) -> UUID:
    """What a wave was granted."""
    wanted = WaveFundsWanted(
        funding_id=new_id(),
        wave_id=new_id(),
        campaign_id=UUID(budget["campaign_id"]),
        line_id=UUID(budget["lines"][0]["id"]),
        targets=100,
        unit_cost=Decimal("0.10"),
        total=Money(amount=Decimal("10.00"), currency="EUR"),
        at=now(),
    )
    with office.database.transaction(MOE) as session:
        return fund_wave(session, wanted).id


def _made(answer: requests.Response) -> dict[str, Any]:
    assert answer.ok, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
