"""Builds pieces as their writer would, and prints them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from chassis.ids import new_id
from services.outreach.channels.channel import Unsendable
from services.outreach.channels.dm.codes import Codes
from services.outreach.channels.dm.forms import Layout
from services.outreach.channels.dm.press import Copy, Press, Printed
from services.outreach.channels.dm.writer import DmWriter, Piece, layout_of
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.model import contact_values
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.builders import settings as plain_settings

CODES = Codes(LINK_KEY)
BERLIN = {"lines": ["Hauptstr. 5"], "postal_code": "10249", "city": "Berlin", "country": "DE"}


def settings(**changes: Any) -> OutreachSettings:
    """Settings of a printer in Berlin that prints everything."""
    plain = {
        "print_sender": "Fanfare GmbH | Musterstr. 1 | 10115 Berlin",
        "print_country": "DE",
        "print_envelopes": "dl",
        "print_labels": "L7160",
    }
    return plain_settings(**{**plain, **changes})


def an_edition(*, text: str = "", html: str = "", subject: str = "", layout: str = "") -> Edition:
    """A template for letters in English."""
    content = Content("en", subject, html, text, tracked_html=html, tracked_text=text)
    return Edition(
        template_id=new_id(),
        number=1,
        department="north",
        channel="dm",
        contents=[content],
        default_language="en",
        layout=layout,
    )


def a_writer(*, text: str = "Dear {{ full_name }},\n\nBye", **changes: Any) -> DmWriter:
    """A writer of letters; what is no part of a template is a setting."""
    parts = {name: changes.pop(name) for name in ("html", "subject", "layout") if name in changes}
    mailing = Mailing(campaign_name="Spring", campaign_code="S")
    return DmWriter(mailing, an_edition(text=text, **parts), settings(**changes))


def a_recipient(
    *, postal: dict[str, Any] | None = None, delivery_id: UUID | None = None, **names: str
) -> Recipient:
    """Somebody in Berlin."""
    plain = {"given_name": "Lin", "family_name": "Müller", "company": "Example & Sons", "language": "en"}
    values = contact_values(email=None, region="", **{**plain, **names})
    return Recipient(
        delivery_id or new_id(), 0, True, "", None, values, country="DE", postal={**BERLIN, **(postal or {})}
    )


def written(writer: DmWriter, recipients: Sequence[Recipient]) -> tuple[list[Copy], list[str]]:
    """The copies that can be printed, and why others cannot be."""
    copies, reasons = [], []
    for one in recipients:
        try:
            content = writer.write(one, date=None).content  # type: ignore[arg-type]
        except Unsendable as error:
            reasons.append(str(error))
            continue
        piece = msgspec.json.decode(content, type=Piece)
        copies.append(Copy(CODES.code_of(one.delivery_id), content, piece.answer, piece.long))
    return copies, reasons


@contextmanager
def a_press(*, seconds: float = 60.0) -> Iterator[Press]:
    """A press that is gone afterwards."""
    press = Press(seconds=seconds)
    try:
        yield press
    finally:
        press.close()


def printed(copies: Sequence[Copy], *, form: str = "din-5008-b", **changes: Any) -> Printed:
    """What a press makes of copies."""
    return shared_press().run(layout_of(settings(**changes), form), copies)


class SharedPress(Press):
    """Stays for the next who prints. It ends with this process, whose orders it reads."""

    _is_left = False

    def put_in(self, layout: Layout, copies: Sequence[Copy]) -> None:
        if self._is_left:
            self._discard()
        self._is_left = True
        super().put_in(layout, copies)

    def take_out(self) -> Printed:
        result = super().take_out()
        self._is_left = False
        return result

    def close(self) -> None:
        """Do nothing; only a job that nobody took out ends the press."""


@cache
def shared_press() -> SharedPress:
    """The press of all who only want something printed: to start one takes longer than to print."""
    return SharedPress(seconds=60.0)
