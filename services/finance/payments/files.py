"""A payment batch as files for a bank: ISO 20022 pain.001.001.03 for SEPA, and CSV for all else.

Both are made from what the batch keeps, so every export of it gives the same bytes.
"""

import re
from collections.abc import Iterator, Sequence

from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml

from chassis.errors import Conflict
from services.finance.money import in_currency
from services.finance.payments.model import PaymentBatch

SCHEMA = "pain.001.001.03"
HEADER = ("payment", "claim", "name", "iban", "bic", "amount", "currency", "remittance", "pay_on")


def pain_of(batch: PaymentBatch) -> bytes:
    """The batch as a SEPA credit transfer. Raises Conflict for a currency that SEPA does not carry."""
    if batch.currency != "EUR":
        raise Conflict(f"SEPA carries EUR only: export the {batch.currency} batch as CSV.")
    payer = {"name": batch.payer_name, "IBAN": batch.payer_iban, "batch": True, "currency": "EUR"}
    if batch.payer_bic:
        payer["BIC"] = batch.payer_bic
    transfer = SepaTransfer(payer, schema=SCHEMA, clean=True)
    for payment in _transfers(batch):
        transfer.add_payment(payment)
    document = _named(transfer.export(validate=False), batch)
    try_valid_xml(document, SCHEMA)
    return document


def rows_of(batch: PaymentBatch) -> Iterator[Sequence[object]]:
    """The batch line by line, under ``HEADER``."""
    for item in batch.items:
        amount = in_currency(item.amount, batch.currency)
        account = (item.name, item.iban, item.bic)
        yield (item.id, item.claim_id, *account, amount, batch.currency, item.remittance, batch.pay_on)


def _transfers(batch: PaymentBatch) -> Iterator[dict[str, object]]:
    for item in batch.items:
        payment = {
            "name": item.name,
            "IBAN": item.iban,
            "amount": int(in_currency(item.amount, "EUR").scaleb(2)),
            "execution_date": batch.pay_on,
            "description": item.remittance,
            "endtoend_id": item.id.hex,
        }
        yield payment | ({"BIC": item.bic} if item.bic else {})


def _named(document: bytes, batch: PaymentBatch) -> bytes:
    """The library makes up a new name on every call; a bank knows a repeated file by its old one."""
    made = batch.gathered_at.strftime("%Y-%m-%dT%H:%M:%S")
    names = (("MsgId", batch.message_id), ("PmtInfId", batch.message_id), ("CreDtTm", made))
    for tag, value in names:
        document = re.sub(
            rb"<%b>[^<]*</%b>" % ((tag.encode(),) * 2), f"<{tag}>{value}</{tag}>".encode(), document
        )
    return document
