"""Writes the pieces of one mailing: what is said to each recipient, and their address as it is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.outreach.channels.channel import Message, Unsendable
from services.outreach.channels.dm import paragraphs
from services.outreach.channels.dm.addresses import MOST_LINES, Addressee
from services.outreach.channels.dm.fonts import language_of, printable, script_of
from services.outreach.channels.dm.forms import Layout, forms
from services.outreach.channels.dm.paragraphs import Block
from services.outreach.channels.dm.widths import Room, ems
from services.outreach.channels.email.compiled import Segment, segments, text_of
from services.outreach.links.tokens import LinkField, Links, link_fields
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.language import one_line
from services.outreach.templates.model import campaign_values

BY_SETTINGS = frozenset({"", "letter"})
"""Layouts of a template that leave the form to the settings; others are the name of one."""

SMALLEST = 6.0
"""Points below which an address is not printed."""

COMFORTABLE = 8.0
"""Points below which a long line of an address is rather broken in two."""

CHARACTERS_OF_A_PAGE = 1500
LINES_OF_A_PAGE = 25
"""A piece with more than either may go over a page; each of its pages then has its number."""

MOST_CHARACTERS = 100_000


class Piece(msgspec.Struct, frozen=True):
    """One recipient's piece. ``sizes`` says how large the address is in each document, in points.

    ``answer`` is the address behind the QR code of a block of kind ``qr``.
    """

    form: str
    name: str
    lines: list[str]
    country: str
    postal_code: str
    sizes: dict[str, float]
    language: str
    script: str
    subject: str
    blocks: list[Block]
    long: bool
    answer: str = ""


@dataclass(frozen=True)
class _Words:
    """A content taken apart. Most letters need no links, and signing them costs."""

    subject: tuple[Segment, ...]
    said: tuple[Segment, ...]
    is_html: bool
    language: str
    links: list[LinkField]

    @classmethod
    def of(cls, content: Content, fixed: Mapping[str, str]) -> "_Words":
        is_html = bool(content.html.strip())
        source = content.html if is_html else content.text
        return cls(
            subject=segments(content.subject, escaping=False, fixed=fixed),
            said=segments(source, escaping=is_html, fixed=fixed),
            is_html=is_html,
            language=content.language,
            links=[one for one in link_fields(count=0) if one.name in source],
        )


@dataclass(frozen=True)
class Destination:
    """Where a piece goes, as it is printed on it. ``lines`` begin with ``name``, as a rule."""

    name: str
    lines: Sequence[str]
    country: str = ""
    postal_code: str = ""


class PieceWriter:
    """Writes pieces for one channel; a subclass says where each goes."""

    def __init__(self, mailing: Mailing, edition: Edition, settings: OutreachSettings) -> None:
        fixed = campaign_values(name=mailing.campaign_name, code=mailing.campaign_code)
        self._edition = edition
        self._words = {name: _Words.of(content, fixed) for name, content in edition.contents.items()}
        self._links = Links(key=settings.link_key, public_url=settings.public_url, short=True)
        self._public_url = settings.public_url.rstrip("/")
        self._origin = settings.print_country
        self._form = settings.print_form if edition.layout in BY_SETTINGS else edition.layout
        self._rooms = layout_of(settings, self._form).rooms if self._form in forms().letters else {}

    def destination(self, recipient: Recipient) -> Destination:
        """Where a recipient's piece goes. Raises Unsendable."""
        raise Unsendable("no_address")

    def piece(self, recipient: Recipient) -> Piece:
        """One recipient's piece.

        Raises Unsendable; its reasons are unknown_layout, address_too_long, unprintable (letters that no
        font has), too_long, empty_text, and those of ``destination``.
        """
        if not self._rooms:
            raise Unsendable(f"unknown_layout: {self._form}")
        values = recipient.values
        words = self._words[self._edition.content(values["language"]).language]
        if words.links:
            values = values | self._links.some(recipient.delivery_id, words.links)
        there = self.destination(recipient)
        lines, sizes = fitting(there.lines, self._rooms)
        said = printable(text_of(words.said, values))
        blocks, answer = self._blocks(said, words)
        return Piece(
            form=self._form,
            name=there.name,
            lines=lines,
            country=there.country,
            postal_code=there.postal_code,
            sizes=sizes,
            language=language_of(words.language),
            script=script_of(values["language"] or words.language),
            subject=printable(one_line(text_of(words.subject, values))),
            blocks=blocks,
            long=len(said) > CHARACTERS_OF_A_PAGE or len(blocks) + said.count("\n") > LINES_OF_A_PAGE,
            answer=answer,
        )

    def _blocks(self, said: str, words: _Words) -> tuple[list[Block], str]:
        """A paragraph that is nothing but one of our own links is printed as a QR code, the first of them."""
        if len(said) > MOST_CHARACTERS:
            raise Unsendable(f"too_long: {len(said)} characters")
        blocks = paragraphs.of_html(said) if words.is_html else paragraphs.of_text(said)
        if not blocks:
            raise Unsendable("empty_text")
        if words.links:
            for number, block in enumerate(blocks):
                text = paragraphs.plain(block)
                if text.startswith(f"{self._public_url}/") and len(text.split()) == 1:
                    return [*blocks[:number], ("qr", [["", text]]), *blocks[number + 1 :]], text
        return blocks, ""


class DmWriter(PieceWriter):
    """See ``Writer``. The content of its messages is a piece as JSON."""

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's piece. Raises Unsendable as ``piece`` does."""
        piece = self.piece(recipient)
        return Message(recipient.delivery_id, ", ".join(piece.lines), msgspec.json.encode(piece))

    def destination(self, recipient: Recipient) -> Destination:
        """The postal address. Raises Unsendable: incomplete_address, unknown_country or unprintable."""
        postal = {key: _printable(value) for key, value in (recipient.postal or {}).items()}
        name, company = printable(recipient.values["full_name"]), printable(recipient.values["company"])
        there = Addressee.of(postal, name=name, company=company)
        lines = there.lines(origin=self._origin)
        return Destination(there.name or there.company, lines, there.country, there.postal_code)


def layout_of(settings: OutreachSettings, form: str) -> Layout:
    """What is printed on a form by the settings. Raises ValueError for a form that there is not."""
    return Layout.named(
        form=form,
        envelope=settings.print_envelopes,
        labels=settings.print_labels,
        sender=settings.print_sender,
    )


def fitting(lines: Sequence[str], rooms: Mapping[str, Room]) -> tuple[list[str], dict[str, float]]:
    """The lines, broken where that helps, and the size for each room.

    Raises Unsendable where a readable size does not do.
    """
    found = list(lines)
    sizes = _sizes(found, rooms)
    while min(sizes.values()) < COMFORTABLE and len(found) < MOST_LINES:
        broken = _broken(found)
        wider = _sizes(broken, rooms)
        if min(wider.values()) <= min(sizes.values()):
            break
        found, sizes = broken, wider
    if min(sizes.values()) < SMALLEST:
        raise Unsendable("address_too_long: it could not be read")
    return found, sizes


def _sizes(lines: Sequence[str], rooms: Mapping[str, Room]) -> dict[str, float]:
    return {name: room.size_of(lines) for name, room in rooms.items()}


def _broken(lines: Sequence[str]) -> list[str]:
    """The lines with the widest one broken at the blank nearest to its middle."""
    number = max(range(len(lines)), key=lambda number: ems(lines[number]))
    line = lines[number]
    blanks = [place for place, character in enumerate(line) if character == " "]
    if not blanks:
        return list(lines)
    place = min(blanks, key=lambda place: abs(place - len(line) / 2))
    return [*lines[:number], line[:place], line[place + 1 :], *lines[number + 1 :]]


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    return [printable(line) for line in value] if isinstance(value, list) else value
