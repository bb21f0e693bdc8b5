"""How much room lines of text take, from the widths of the letters in the font.

It errs on the side of too much: kerning is left out, and what Noto Sans does not have itself counts as
wide as it is high, unless its font says more.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import floor

from services.outreach.channels.dm import fonts

LINE = 1.2
"""Height of a line in ems, as ``sheets/piece.typ`` sets it."""

_SPARE = 1.02


@dataclass(frozen=True)
class Room:
    """A rectangle in points, and the largest size of letters in it."""

    width: float
    height: float
    largest: float

    def size_of(self, lines: Sequence[str]) -> float:
        """The size in points at which all ``lines`` fit, at most the largest."""
        widest = max((ems(line) for line in lines), default=0.0) * _SPARE
        across = self.width / widest if widest else self.largest
        down = self.height / (LINE * len(lines)) if lines else self.largest
        return floor(100 * min(self.largest, across, down)) / 100


def ems(line: str) -> float:
    """The width of a line in ems."""
    known = _widths()
    total = 0.0
    for character in line:
        width = known.get(ord(character))
        if width is None:
            mark = unicodedata.category(character) in {"Mn", "Me", "Cf"}
            width = 0.0 if mark else _wide().get(ord(character), 1.0)
        total += width
    return total


@cache
def _widths() -> dict[int, float]:
    """The width of each character of Noto Sans in ems."""
    return dict(_advances("notosans"))


@cache
def _wide() -> dict[int, float]:
    """The characters of the other fonts that are wider than high, read when the first of theirs turns up."""
    names = [folder.name for folder in fonts.folders() if folder.name != "notosans"]
    return {code: width for name in names for code, width in _advances(name) if width > 1}


def _advances(name: str) -> Iterator[tuple[int, float]]:
    from fontTools.ttLib import TTFont

    folder = next(folder for folder in fonts.folders() if folder.name == name)
    path = next(path for path in folder.glob("*.ttf") if "Italic" not in path.name)
    with TTFont(path, lazy=True) as font:
        advances, per_em = font["hmtx"].metrics, font["head"].unitsPerEm
        for code, glyph in font.getBestCmap().items():
            yield code, advances[glyph][0] / per_em
