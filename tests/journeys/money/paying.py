"""What is bought from suppliers, and what people have spent themselves."""

from collections.abc import Sequence
from datetime import timedelta

from fanfare.demo.api import Record
from fanfare.demo.people import ASSISTANT, CLERK, DEPARTMENT
from tests.journeys.money.planning import to_buy
from tests.journeys.money.play import SECOND_APPROVER, Play

OUR_IBAN, HIS_IBAN = "DE89370400440532013000", "FR1420041010050500013M02606"


def buy(play: Play) -> None:
    """Two lines are asked for, ordered, received in two parts, and each part is invoiced."""
    supplier = {"code": "ALDUS", "name": "Aldus & Sons", "currency": "EUR", "department": DEPARTMENT}
    play.kept["supplier"] = play.api.post(CLERK, "finance", "/suppliers", supplier)["id"]
    lines = [
        to_buy(play.line("Print"), "print", "Leaflets", quantity="2000", price="1.20"),
        to_buy(play.line("Venue"), "venue", "Hall, by the day", quantity="2", price="1500.00"),
    ]
    asked = ask_to_buy(play, lines, why="For the stand")
    play.look("purchase requested")
    play.agree(asked["id"])
    play.look("purchase approved")
    purchase, items = f"/purchases/{asked['id']}", [str(one["id"]) for one in asked["lines"]]
    play.api.post(CLERK, "finance", f"{purchase}/order", {})
    receive(play, purchase, items, "1200", "1")
    play.look("partly received")
    be_charged_too_much(play, purchase, items)
    receive(play, purchase, items, "800", "1")
    rest = [(items[0], "800", "1.20"), (items[1], "1", "1480.00")]
    play.kept["accepted"] = invoice(play, purchase, "A-2", rest)
    play.look("second invoice")
    pay(play, play.kept["accepted"])
    play.kept["closed purchase"] = play.api.post(CLERK, "finance", f"{purchase}/closure")
    play.look("purchase closed")


def ask_to_buy(play: Play, lines: Sequence[Record], *, why: str) -> Record:
    body = {"supplier_id": play.kept["supplier"], "currency": "EUR", "reason": why, "lines": lines}
    asked: Record = play.api.post(ASSISTANT, "finance", "/purchases", body)
    return asked


def be_charged_too_much(play: Play, purchase: str, items: Sequence[str]) -> None:
    """The first invoice asks more than was ordered: it is disputed, let pass by an approver, and paid."""
    charged = [(items[0], "1200", "1.30"), (items[1], "1", "1500.00")]
    first = play.kept["disputed"] = invoice(play, purchase, "A-1", charged)
    play.look("invoice disputed")
    judged = {"comment": "Paper has become dearer."}
    play.api.post(SECOND_APPROVER, "finance", f"/invoices/{first['id']}/override", judged)
    play.look("invoice overridden")
    pay(play, first)
    play.look("invoice paid")


def receive(play: Play, purchase: str, items: Sequence[str], *quantities: str) -> None:
    arrived = [
        {"item_id": item, "quantity": quantity} for item, quantity in zip(items, quantities, strict=True)
    ]
    play.api.post(ASSISTANT, "finance", f"{purchase}/receipts", {"items": arrived})


def invoice(play: Play, purchase: str, number: str, lines: Sequence[tuple[str, str, str]]) -> Record:
    body = {
        "number": number,
        "invoiced_on": play.today.isoformat(),
        "currency": "EUR",
        "lines": [{"item_id": item, "quantity": many, "unit_price": price} for item, many, price in lines],
    }
    entered: Record = play.api.post(CLERK, "finance", f"{purchase}/invoices", body)
    return entered


def pay(play: Play, invoice: Record) -> None:
    paid = {"reference": f"Transfer for {invoice['number']}"}
    play.api.post(CLERK, "finance", f"/invoices/{invoice['id']}/payment", paid)


def claim(play: Play) -> None:
    """Theo Brandt's claim is cut on one of its two lines, and paid with a batch."""
    lines = [
        {"line_id": play.line("Travel"), "amount": "412.50", "kind": "travel", "description": "Train"},
        {"line_id": play.line("Venue"), "amount": "99.90", "kind": "meals", "description": "Dinner"},
    ]
    body = {"currency": "EUR", "purpose": "Two days at the fair", "lines": lines}
    asked = play.api.post(ASSISTANT, "finance", "/claims", body)
    play.kept["claim"] = asked["id"]
    play.look("claim submitted")
    dinner = next(one["id"] for one in asked["lines"] if one["description"] == "Dinner")
    play.agree(asked["id"], sanctioned={dinner: "60.00"}, comment="A dinner is 60.00 at most.")
    play.look("claim cut")
    pay_by_batch(play)
    play.look("claim paid")


def pay_by_batch(play: Play) -> None:
    """What the bank gets is a file, and what it says closes the batch."""
    payee = {
        "department": DEPARTMENT,
        "person": ASSISTANT.subject,
        "name": ASSISTANT.name,
        "iban": HIS_IBAN,
    }
    play.api.post(CLERK, "finance", "/payees", payee)
    batch = {
        "department": DEPARTMENT,
        "currency": "EUR",
        "payer_name": "Fanfare North",
        "payer_iban": OUR_IBAN,
        "pay_on": (play.today + timedelta(days=1)).isoformat(),
        "claim_ids": [play.kept["claim"]],
    }
    gathered = play.api.post(CLERK, "finance", "/payments", batch)
    path = f"/payments/{gathered['id']}"
    play.kept["payment"] = gathered["id"]
    play.api.post(CLERK, "finance", f"{path}/export")
    file = play.api.call("GET", CLERK, "finance", f"{path}/file", params={"kind": "pain.001"})
    play.kept["pain.001"] = file.content
    play.api.post(CLERK, "finance", f"{path}/confirmation", {})
