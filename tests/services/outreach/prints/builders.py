"""Builds letters that are due, prints them, and reads what was printed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from chassis.database import Database
from contracts.lead import Consent, ContactCard, PostalAddress
from services.outreach.mailings.printer import Printer
from services.outreach.prints.manifest import Entry
from services.outreach.prints.model import PrintBatch, PrintDocument
from services.outreach.settings import OutreachSettings
from tests.services.outreach.builders import a_card, a_mailing, a_template, settings
from tests.services.outreach.channels.dm.pieces import shared_press

LETTER = "Dear {{ full_name }},\n\nplease come to {{ campaign_name }}.\nWe look forward to it.\n\nFanfare"
SENDER = "Fanfare GmbH | Musterstr. 1 | 10115 Berlin"


def an_address(**changes: Any) -> PostalAddress:
    """One in Berlin."""
    plain: dict[str, Any] = {
        "lines": ["Hauptstr. 5"],
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
    }
    return PostalAddress(**{**plain, **changes})


def a_letter_card(**changes: Any) -> ContactCard:
    """Somebody who may be sent letters; keyword arguments of an address go there."""
    place = {
        name: changes.pop(name) for name in ("lines", "postal_code", "city", "country") if name in changes
    }
    plain = {"address": an_address(**place), "consents": [Consent(channel="dm", granted=True)]}
    return a_card(**{**plain, **changes})


def a_letter_template(database: Database, *, text: str = LETTER, layout: str = "") -> UUID:
    """A template for letters."""
    return a_template(
        database, channel="dm", layout=layout, subject="{{ campaign_name }}", html="", text=text
    )


def a_letter_mailing(
    database: Database, cards: Sequence[ContactCard], *, text: str = LETTER, layout: str = "", **changes: Any
) -> UUID:
    """A mailing of letters that is ready to be printed."""
    template_id = a_letter_template(database, text=text, layout=layout)
    return a_mailing(database, cards, template_id=template_id, channel="dm", **changes)


def print_settings(**changes: Any) -> OutreachSettings:
    """Settings of a printer in Berlin."""
    return settings(**{"print_sender": SENDER, "print_country": "DE", **changes})


def print_all(database: Database, **changes: Any) -> None:
    """Print until nothing is due."""
    printer = Printer(print_settings(**changes), database)
    printer._press = shared_press()
    while printer.step():
        pass


def batches_of(database: Database, mailing_id: UUID) -> list[PrintBatch]:
    """The batches of a mailing, in the order of their numbers."""
    with database.reading() as session:
        chosen = select(PrintBatch).where(PrintBatch.mailing_id == mailing_id).order_by(PrintBatch.number)
        return list(session.scalars(chosen))


def document_of(database: Database, batch_id: UUID, name: str = "letters") -> bytes:
    """The content of a document."""
    with database.reading() as session:
        return session.get_one(PrintDocument, (batch_id, name)).content


def manifest_of(database: Database, batch_id: UUID) -> list[Entry]:
    """The manifest of a batch."""
    return msgspec.json.decode(document_of(database, batch_id, "manifest"), type=list[Entry])
