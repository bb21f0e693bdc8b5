"""The fonts of printed matter, and what they can print.

They are Google's Noto Sans families under the SIL Open Font License 1.1, which lets them be embedded in
any document. The justmytype packages carry the font files, each with its licence beside it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from services.outreach.channels.channel import Unsendable

_PACKS = {
    "justmytype_western_core": ("notosans", "notosanssymbols2"),
    "justmytype_intl_cjk": ("notosanssc", "notosanstc", "notosansjp", "notosanskr"),
    "justmytype_intl_rtl": ("notosansarabic", "notosanshebrew"),
    "justmytype_intl_sea": ("notosansthai", "notosanslao", "notosanskhmer", "notosansmyanmar"),
    "justmytype_intl_south_asia": (
        "notosansdevanagari",
        "notosansbengali",
        "notosanstamil",
        "notosanstelugu",
    ),
}
_HAN = {"SC": "Noto Sans SC", "TC": "Noto Sans TC", "JP": "Noto Sans JP", "KR": "Noto Sans KR"}
_OTHERS = (
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Lao",
    "Noto Sans Khmer",
    "Noto Sans Myanmar",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Symbols 2",
)
_SURE = re.compile("[\n -~\u00a0-\u017e\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u4e00-\u9fa5\uac00-\ud7a3]*")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z0-9]+))?", re.IGNORECASE)
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SIGNS = frozenset({"So", "Sk", "Sm", "Me"})
_MOST_MARKS = 4
"""Marks on one letter. More are not writing, and would rise into the line above."""

_JOINERS = "\u200c\u200d"
"""These decide how letters join in Arabic and the Indian scripts."""


def folders() -> list[Path]:
    """Where the font files lie. Raises RuntimeError where a package is not installed."""
    return [folder / "fonts" / "ofl" / name for folder, names in _packs() for name in names]


def language_of(tag: str) -> str:
    """The two or three letters of a language tag; en for what is none."""
    match = _LANGUAGE.fullmatch(tag.strip())
    return match[1].lower() if match else "en"


def script_of(tag: str) -> str:
    """How a language writes Han: the key of its font families."""
    match = _LANGUAGE.fullmatch(tag.strip())
    language, region = (match[1].lower(), (match[2] or "").lower()) if match else ("", "")
    if language == "zh" and region in {"tw", "hk", "mo", "hant"}:
        return "TC"
    return {"ja": "JP", "ko": "KR"}.get(language, "SC")


def families() -> dict[str, list[str]]:
    """For each script the font families in the order in which they are tried."""
    return {
        script: ["Noto Sans", family, *(one for one in _HAN.values() if one != family), *_OTHERS]
        for script, family in _HAN.items()
    }


def printable(text: str) -> str:
    """``text`` without what cannot be seen on paper: controls, marks of direction, emoji and other signs.

    Raises Unsendable for a letter or digit that no font has.
    """
    if _SURE.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(_printable(text))


def _printable(text: str) -> Iterator[str]:
    covered, marks = _covered(), 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind == "Mn" else 0
        if marks > _MOST_MARKS:
            continue
        if character in _JOINERS or character == "\n":
            yield character
        elif character in {"\u2028", "\u2029"}:
            yield "\n"
        elif kind[0] == "Z":
            yield " "
        elif kind in _CONTROLS or _selects(character):
            continue
        elif ord(character) in covered:
            yield character
        elif covered.issuperset(map(ord, plain := unicodedata.normalize("NFKC", character))):
            yield plain
        elif kind not in _SIGNS:
            raise Unsendable(f"unprintable: no font has U+{ord(character):04X}")


def _selects(character: str) -> bool:
    """Whether it only chooses between two looks of the character before it."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@cache
def _covered() -> frozenset[int]:
    """Every character that one of the fonts has. Read when the first unusual one turns up."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for folder in folders():
        for path in folder.glob("*.ttf"):
            with TTFont(path, lazy=True) as font:
                found |= font.getBestCmap().keys()
    return frozenset(found)


def _packs() -> Iterator[tuple[Path, tuple[str, ...]]]:
    for package, names in _PACKS.items():
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError(
                f"the package {package.replace('_', '-')}, which carries fonts, is not installed"
            )
        yield Path(spec.submodule_search_locations[0]), names
