"""Keeping what comes in by SMS, before anybody is told that we have it.

An SMS centre's deliveries are kept many at once; webhooks call ``take_receipt`` and ``take_message`` in
the transaction of their request.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, insert
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import now
from chassis.database import Database, Session
from chassis.ids import new_id
from chassis.metrics import counter
from services.outreach.channels.channel import Answer
from services.outreach.channels.sms import pdu
from services.outreach.channels.sms.gsm import MOST_PARTS
from services.outreach.channels.sms.line import Received
from services.outreach.channels.sms.model import WAITING, inbound_sms, sms_parts, sms_receipts
from services.outreach.channels.sms.numbers import sender_of
from services.outreach.channels.sms.pdu import Delivered
from services.outreach.channels.sms.receipts import (
    Receipt,
    gateway_receipt,
    is_receipt,
    receipt_of,
    text_of,
)

LONGEST_TEXT = 2000

RECORDED_WITHIN = timedelta(seconds=1)
"""A receipt is looked at after that: by then the sender has mostly recorded the answer it belongs to."""

_KINDS = ("receipt", "not_final", "message")
received_total = counter(
    "outreach_sms_received_total",
    "What SMS centres and gateways delivered: receipts, news that is not final, messages.",
    ("kind",),
    starts=[(kind,) for kind in _KINDS],
)
_count = {kind: received_total.labels(kind=kind) for kind in _KINDS}


_MANY_RECEIPTS = sql(
    "INSERT INTO sms_receipts SELECT * FROM json_populate_recordset(NULL::sms_receipts, CAST(:rows AS json))"
)


class Inbox:
    """Keeps an SMS centre's deliveries. ``region`` reads numbers without a country code."""

    def __init__(self, database: Database, *, region: str) -> None:
        self._database = database
        self._region = region

    def store(self, received: Sequence[Received]) -> None:
        """Keep them all in one transaction of their own. See ``Store``."""
        moment = now()
        receipts: list[dict[str, Any]] = []
        messages: list[dict[str, Any]] = []
        for one in received:
            delivered = one.delivered
            if not is_receipt(delivered):
                messages.append(_message_row(delivered, self._region, moment))
                continue
            receipt = receipt_of(delivered)
            _count["not_final" if receipt is None else "receipt"].inc()
            if receipt is not None:
                receipts.append(_receipt_row(receipt, delivered.source, moment))
        _count["message"].inc(len(messages))
        if not receipts and not messages:
            return
        with self._database.transaction() as session:
            if receipts:
                _insert_receipts(session, receipts)
            if messages:
                session.connection().execute(insert(inbound_sms), messages)

    def store_parts(self, answers: Sequence[Answer]) -> None:
        """See ``Keeper``."""
        rows = [
            {"delivery_id": answer.delivery_id, "part": part, "parts": len(ids), "provider_id": provider_id}
            for answer in answers
            for ids in [answer.provider_id.split(" ")]
            for part, provider_id in enumerate(ids, start=1)
        ]
        with self._database.transaction() as session:
            ids = [answer.delivery_id for answer in answers]
            session.execute(delete(sms_parts).where(sms_parts.c.delivery_id.in_(ids)))
            session.connection().execute(insert(sms_parts), rows)


def take_receipt(
    session: Session, *, provider_id: str, status: str, number: str = "", error: str = ""
) -> bool:
    """Keep a gateway's news of a message; whether it was final. ``number`` is the recipient's."""
    receipt = gateway_receipt(provider_id=provider_id, status=status, error=error)
    _count["not_final" if receipt is None else "receipt"].inc()
    if receipt is not None:
        _insert_receipts(session, [_receipt_row(receipt, number, now())])
    return receipt is not None


def take_message(session: Session, *, provider_id: str, source: str, destination: str, text: str) -> None:
    """Keep a text that a gateway passes on; the same ``provider_id`` is kept once."""
    _count["message"].inc()
    row = _row(source, destination, text, now()) | {"provider_id": provider_id or None}
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute((sqlite if on_sqlite else postgresql).insert(inbound_sms).on_conflict_do_nothing(), [row])


def _insert_receipts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """On PostgreSQL the rows travel as one JSON document, which costs far less than their parameters."""
    if session.get_bind().dialect.name != "postgresql":
        session.connection().execute(insert(sms_receipts), rows)
        return
    session.execute(_MANY_RECEIPTS, {"rows": msgspec.json.encode(rows).decode()})


def _receipt_row(receipt: Receipt, number: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "provider_id": receipt.provider_id.replace("\0", "")[:200],
        "number": number.replace("\0", "")[:40],
        "kind": receipt.kind,
        "reason": receipt.reason.replace("\0", "")[:200],
        "received_at": moment,
        "due_at": moment + RECORDED_WITHIN,
        "state": WAITING,
    }


def _message_row(delivered: Delivered, region: str, moment: datetime) -> dict[str, Any]:
    source = sender_of(delivered.source, region=region)
    row = _row(source, delivered.destination, text_of(delivered), moment)
    reference, parts, part = _place(delivered)
    if 1 <= part <= parts <= MOST_PARTS:
        row |= {"reference": reference, "parts": parts, "part": part}
    return row


def _row(source: str, destination: str, text: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "source": source.replace("\0", "")[:40],
        "destination": destination.replace("\0", "")[:40],
        "text": text.replace("\0", "")[:LONGEST_TEXT],
        "provider_id": None,
        "reference": 0,
        "part": 1,
        "parts": 1,
        "received_at": moment,
        "due_at": moment,
        "state": WAITING,
        "outcome": "",
        "department": "",
        "contact_id": None,
        "delivery_id": None,
    }


def _place(delivered: Delivered) -> tuple[int, int, int]:
    """Reference, number of parts and part of a long text; (0, 0, 0) where it is no part of one."""
    extras = delivered.extras
    if pdu.SAR_TOTAL in extras and pdu.SAR_NUMBER in extras:
        fields = (pdu.SAR_REFERENCE, pdu.SAR_TOTAL, pdu.SAR_NUMBER)
        reference, total, number = (int.from_bytes(extras.get(field, b"")[:2], "big") for field in fields)
        return reference, total, number
    octets = delivered.octets
    if not (delivered.esm_class & pdu.WITH_HEADER and octets):
        return 0, 0, 0
    header, at = octets[1 : 1 + octets[0]], 0
    while at + 1 < len(header):
        kind, value = header[at], header[at + 2 : at + 2 + header[at + 1]]
        if kind == 0 and len(value) == 3:
            return value[0], value[1], value[2]
        if kind == 8 and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
        at += 2 + header[at + 1]
    return 0, 0, 0
