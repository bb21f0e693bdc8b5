"""What an invoice or a credit note means for the lines of its purchase."""

from decimal import Decimal

from chassis.errors import Invalid
from services.finance.budgets.ledger import Kind
from services.finance.invoices.model import Invoice, InvoiceLine
from services.finance.purchases.matching import Tolerance, mismatches, postings
from services.finance.purchases.model import Purchase, PurchaseLine


def judge(purchase: Purchase, invoice: Invoice, *, tolerance: Tolerance) -> list[str]:
    """What does not match, a sentence each. Raises Invalid for a credit of more than was invoiced."""
    if invoice.kind == "credit_note":
        for position, (line, bought) in enumerate(_pairs(purchase, invoice)):
            if line.quantity > bought.invoiced or line.cost > bought.incurred:
                raise Invalid({f"lines.{position}": ["More is given back than was invoiced."]})
        return []
    return [
        problem
        for line, bought in _pairs(purchase, invoice)
        for problem in mismatches(
            bought.standing,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.cost,
            tolerance=tolerance,
        )
    ]


def post_invoice(purchase: Purchase, invoice: Invoice) -> list[tuple[PurchaseLine, Kind, Decimal]]:
    """Count an accepted invoice. Returns the ledger entries that follow, by line."""
    entries: list[tuple[PurchaseLine, Kind, Decimal]] = []
    for line, bought in _pairs(purchase, invoice):
        bought.invoiced += line.quantity
        last = bought.invoiced >= bought.quantity
        for kind, amount in postings(committed=bought.committed, amount=line.cost, last=last):
            entries.append((bought, kind, amount))
    return entries


def post_credit(purchase: Purchase, invoice: Invoice) -> list[tuple[PurchaseLine, Kind, Decimal]]:
    """Count a credit note: the cost turns back into a commitment, which is released at once."""
    entries: list[tuple[PurchaseLine, Kind, Decimal]] = []
    for line, bought in _pairs(purchase, invoice):
        bought.invoiced -= line.quantity
        if line.cost:
            entries += [(bought, "incur", -line.cost), (bought, "release", line.cost)]
    return entries


def _pairs(purchase: Purchase, invoice: Invoice) -> list[tuple[InvoiceLine, PurchaseLine]]:
    by_id = {bought.id: bought for bought in purchase.lines}
    return [(line, by_id[line.item_id]) for line in invoice.lines]
