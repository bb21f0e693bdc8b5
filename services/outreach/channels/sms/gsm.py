"""How a text travels by SMS: in which alphabet, and in how many parts.

3GPP TS 23.038 gives the default alphabet of 128 septets and an extension of ten characters that take two,
the first being the escape. One character outside both, and the whole text goes in UCS-2, 16 bits a unit.
A message holds 160 septets or 70 units. A longer text goes in parts with a header of six octets
(TS 23.040), which leaves 153 septets or 67 units a part; neither an escaped character nor a surrogate
pair is ever divided. Septets are not packed here: an SMS centre takes one an octet.
"""

import codecs
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

import yaml

Encoding = Literal["gsm7", "ucs2"]
Nearness = Literal["off", "punctuation", "letters"]
"""Which characters may be replaced by near ones: none, those between words, or letters too."""

ESCAPE: Final = 0x1B
MOST_PARTS: Final = 255

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet by septet; the one at ESCAPE stands for no character."""

EXTENSION: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""What follows the escape for each character of the extension."""

_SEPTETS = {ord(character): bytes([code]) for code, character in enumerate(BASIC) if code != ESCAPE} | {
    ord(character): bytes([ESCAPE, code]) for character, code in EXTENSION.items()
}
_CHARACTERS = {code: character for character, code in EXTENSION.items()}
_SIZES: dict[Encoding, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (140, 134)}
"""Octets of a whole message and of a part, with septets counted as octets."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text takes. ``units`` are septets, or 16-bit units of UCS-2."""

    encoding: Encoding
    units: int
    parts: int


def parts_of(text: str) -> Parts:
    """How ``text`` would travel; an empty one still is a message."""
    encoding, octets = encode(text)
    units = len(octets) if encoding == "gsm7" else len(octets) // 2
    return Parts(encoding, units, len(split(encoding, octets)))


def encode(text: str) -> tuple[Encoding, bytes]:
    """``text`` as octets: septets, one an octet, where all its characters have some; else UCS-2.

    A surrogate without its other half becomes a question mark.
    """
    try:
        return "gsm7", codecs.charmap_encode(text, "strict", _SEPTETS)[0]
    except UnicodeEncodeError:
        return "ucs2", text.encode("utf-16-be", "replace")


def split(encoding: Encoding, octets: bytes) -> list[bytes]:
    """The octets of each part, without headers."""
    whole, part = _SIZES[encoding]
    if len(octets) <= whole:
        return [octets]
    parts, start = [], 0
    while start < len(octets):
        end = start + part
        if end < len(octets):
            end -= _torn(encoding, octets, end)
        parts.append(octets[start:end])
        start = end
    return parts


def decode(octets: bytes) -> str:
    """The text of septets, one an octet; a code that stands for nothing becomes a space (TS 23.038)."""
    text, codes = [], iter(octets)
    for code in codes:
        if code == ESCAPE:
            text.append(_CHARACTERS.get(next(codes, -1), " "))
        else:
            text.append(BASIC[code] if code < len(BASIC) else " ")
    return "".join(text)


def nearer(text: str, nearness: Nearness) -> str:
    """``text`` with near characters in place of foreign ones, where that alone spares it UCS-2."""
    if nearness == "off" or encode(text)[0] == "gsm7":
        return text
    near = text.translate(_NEAR[nearness])
    return near if encode(near)[0] == "gsm7" else text


def _torn(encoding: Encoding, octets: bytes, end: int) -> int:
    """How many octets before ``end`` belong to a character that goes on after it."""
    if encoding == "gsm7":
        return 1 if octets[end - 1] == ESCAPE else 0
    return 2 if 0xD8 <= octets[end - 2] <= 0xDB else 0


def _near_characters() -> dict[Nearness, dict[int, str]]:
    source = resources.files(__package__).joinpath("near_characters.yaml").read_text(encoding="utf-8")
    lists: dict[str, dict[str, str]] = yaml.safe_load(source)
    tables = {
        name: {ord(one): near for near, foreign in group.items() for one in foreign}
        for name, group in lists.items()
    }
    punctuation = tables["punctuation"]
    return {"punctuation": punctuation, "letters": punctuation | tables["letters"]}


_NEAR = _near_characters()
