"""Reads printed matter back: words with their places, codes from the rendered page, and the fonts in it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from services.outreach.channels.dm.forms import Paper, Spot

_MM = 72 / 25.4


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, spot: Spot) -> "Box":
        return cls(spot.x, spot.y, spot.x + spot.width, spot.y + spot.height)

    def inside(self, other: "Box", *, play: float = 0.05) -> bool:
        """Whether it lies in ``other``, give or take ``play`` millimetres."""
        return (
            self.left >= other.left - play
            and self.top >= other.top - play
            and self.right <= other.right + play
            and self.bottom <= other.bottom + play
        )


@dataclass(frozen=True)
class Page:
    """What stands on one page: each character with the box of its ink, and the codes with theirs."""

    text: str
    characters: list[tuple[str, Box]]
    codes: list[tuple[str, Box]]
    paper: Paper

    def box_of(self, text: str) -> Box:
        """Around the first place where ``text`` stands, blanks left out."""
        plain = "".join(character for character, _ in self.characters)
        start = plain.index("".join(text.split()))
        boxes = [box for _, box in self.characters[start : start + len("".join(text.split()))]]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


def pages_of(pdf: bytes, *, codes: bool = False) -> list[Page]:
    """Every page; reading ``codes`` renders each, which takes time."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [_page(page, codes=codes) for page in document]
    document.close()
    return pages


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The fonts of a document by their names, and whether each is embedded."""
    found = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            (below,) = font.get_object()["/DescendantFonts"]
            descriptor = below.get_object()["/FontDescriptor"].get_object()
            name = str(descriptor["/FontName"])
            found[name] = any(key in descriptor for key in ("/FontFile2", "/FontFile3"))
    return found


def _page(page: pypdfium2.PdfPage, *, codes: bool) -> Page:
    width, height = page.get_size()
    words = page.get_textpage()
    characters = []
    for number in range(words.count_chars()):
        character = words.get_text_range(number, 1)
        if character.strip():
            left, bottom, right, top = words.get_charbox(number)
            box = Box(left / _MM, (height - top) / _MM, right / _MM, (height - bottom) / _MM)
            characters.append((character, box))
    found = _codes(page) if codes else []
    text = words.get_text_range()
    words.close()
    return Page(text, characters, found, Paper(width / _MM, height / _MM))


def _codes(page: pypdfium2.PdfPage) -> list[tuple[str, Box]]:
    dots = 300 / 25.4
    drawn = page.render(scale=300 / 72, grayscale=True)
    image = memoryview(bytes(drawn.buffer)).cast("B", (drawn.height, drawn.stride))
    found = []
    for code in zxingcpp.read_barcodes(image):
        corners = [
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_left,
            code.position.bottom_right,
        ]
        xs, ys = [one.x / dots for one in corners], [one.y / dots for one in corners]
        found.append((code.text, Box(min(xs), min(ys), max(xs), max(ys))))
    return found
