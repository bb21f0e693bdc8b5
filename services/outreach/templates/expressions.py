"""Sets the expressions of a source apart, so that what stands around them can be read as what it is.

Each expression is replaced by a mark: small letters and digits that occur nowhere else, so that no parser
of HTML, MJML or CSS stumbles over it or changes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_STRINGS = r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'"""
_EXPRESSION = re.compile(
    rf"""\{{\{{(?:[^"'}}]++|{_STRINGS}|\}}(?!\}}))*+\}}\}}"""
    rf"""|\{{%(?:[^"'%]++|{_STRINGS}|%(?!\}}))*+%\}}"""
    r"""|\{\#.*?\#\}""",
    re.DOTALL,
)
_OUTPUT = re.compile(r"\{\{([-+]?)(.*?)([-+]?)\}\}", re.DOTALL)
_SIMPLE = re.compile(r"\s*\w+(?:\s*\|\s*\w+)*\s*")
_KEYWORD = re.compile(r"\{%[-+]?\s*(\w+)")


@dataclass(frozen=True)
class Masked:
    """A source whose expression n reads ``<prefix>nz``. The source must be without faults of syntax."""

    text: str
    expressions: tuple[str, ...]
    prefix: str

    @classmethod
    def of(cls, source: str) -> "Masked":
        """Mask a source; its line ends become ``\\n``."""
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        lowered, salt = source.lower(), 0
        while f"fld{salt}x" in lowered:
            salt += 1
        prefix = f"fld{salt}x"
        expressions: list[str] = []

        def mask(match: re.Match[str]) -> str:
            expressions.append(match[0])
            return f"{prefix}{len(expressions) - 1}z"

        return cls(_EXPRESSION.sub(mask, source), tuple(expressions), prefix)

    @cached_property
    def mark(self) -> re.Pattern[str]:
        """Finds the marks in a text."""
        return re.compile(rf"{self.prefix}(\d+)z")

    def restore(self, text: str, *, through: str = "") -> str:
        """``text`` with its expressions back in place, the values each sent ``through`` a filter."""

        def expression(match: re.Match[str]) -> str:
            found = self.expressions[int(match[1])]
            output = _OUTPUT.fullmatch(found) if through else None
            return f"{{{{{output[1]} {_grouped(output[2])}|{through} {output[3]}}}}}" if output else found

        return self.mark.sub(expression, text)

    def holds(self, text: str) -> bool:
        """Whether there is a mark in ``text``."""
        return self.prefix in text

    def inside(self, text: str) -> Iterator[str]:
        """The expressions whose marks stand in ``text``, in their order."""
        for match in self.mark.finditer(text):
            yield self.expressions[int(match[1])]

    def lines(self, text: str) -> int:
        """How many line ends of the source ``text``, a part of the masked one, stands for."""
        return text.count("\n") + sum(one.count("\n") for one in self.inside(text))

    def line(self, place: int) -> int:
        """The line of the source that ``place`` in the masked text stands for."""
        return 1 + self.lines(self.text[:place])


def _grouped(value: str) -> str:
    """A value as a filter can follow it."""
    return value.strip() if _SIMPLE.fullmatch(value) else f"({value.strip()})"


def keyword(expression: str) -> str:
    """The first word of a condition (if, elif, else, endif); empty for a value; ``#`` for a remark."""
    if expression.startswith("{#"):
        return "#"
    found = _KEYWORD.match(expression)
    return found[1] if found else ""
