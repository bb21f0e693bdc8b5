"""Purchases and invoices in another currency than the budget's: converted line by line, to the cent.

All lines are converted together by the rate of one day, and what comes out is split among them.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.errors import Invalid
from services.finance.budgets.ledger import ZERO
from services.finance.invoices.model import Invoice
from services.finance.purchases.model import Purchase
from services.finance.rates.queries import Converted, convert
from services.finance.rounding import split


def exchange_purchase(session: Session, purchase: Purchase, *, on: date) -> None:
    """Convert what is asked for into the currency of the budget. Raises Invalid, naming the field."""
    if purchase.price_currency == purchase.currency:
        return
    amounts = [line.original_amount for line in purchase.lines]
    found = _converted(session, amounts, currency=purchase.price_currency, to=purchase.currency, on=on)
    for line, part in zip(purchase.lines, _parts(found, amounts), strict=True):
        line.converted, line.exchange_rate, line.exchange_rate_on = part, found.rate, found.rate_on


def exchange_invoice(session: Session, purchase: Purchase, invoice: Invoice) -> None:
    """Convert an invoice by the rate of its own day. Raises Invalid, naming the field.

    A credit note gives back no more than its line has cost: what the rate made of it since is no income of
    the budget.
    """
    if invoice.currency == purchase.currency:
        return
    amounts, on = [line.amount for line in invoice.lines], invoice.invoiced_on
    found = _converted(session, amounts, currency=invoice.currency, to=purchase.currency, on=on)
    for line, part in zip(invoice.lines, _parts(found, amounts), strict=True):
        bought = purchase.line(line.item_id)
        capped = invoice.kind == "credit_note" and bought is not None
        line.converted = min(part, bought.incurred) if capped and bought else part
        line.exchange_rate, line.exchange_rate_on = found.rate, found.rate_on


def _converted(
    session: Session, amounts: Sequence[Decimal], *, currency: str, to: str, on: date
) -> Converted:
    return convert(session, sum(amounts, ZERO), currency=currency, to=to, on=on)


def _parts(found: Converted, amounts: Sequence[Decimal]) -> list[Decimal]:
    parts = split(found.amount, amounts, currency=found.currency)
    for position, part in enumerate(parts):
        if part == ZERO:
            raise Invalid({f"lines.{position}.unit_price": [f"Comes to nothing in {found.currency}."]})
    return parts
