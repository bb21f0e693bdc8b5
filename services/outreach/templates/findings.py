"""What the linter has to say about a template."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One remark. A template with an error cannot be published; a warning is for its author to weigh.

    ``code`` never changes once shipped. ``field`` is subject, html, mjml, text or attachments of the
    content in ``language``, or of the template itself where that is empty; ``line`` is 0 where no line is
    meant.
    """

    severity: Severity
    code: str
    field: str
    why: str
    line: int = 0
    language: str = ""

    @property
    def where(self) -> str:
        """The place in words; empty where it is the whole."""
        return f"line {self.line}" if self.line else ""

    @property
    def reason(self) -> str:
        """Place and reason in one."""
        return f"{self.where}: {self.why}" if self.line else self.why


def error(field: str, code: str, why: str, *, line: int = 0) -> Finding:
    """What makes a template unusable."""
    return Finding(severity="error", code=code, field=field, why=why, line=line)


def warning(field: str, code: str, why: str, *, line: int = 0) -> Finding:
    """What a template had better not have."""
    return Finding(severity="warning", code=code, field=field, why=why, line=line)


def in_language(findings: Iterable[Finding], language: str) -> list[Finding]:
    """The findings of one content, each told once."""
    return [replace(one, language=language) for one in dict.fromkeys(findings)]


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(one.severity == "error" for one in findings)


def by_field(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """The reasons of the errors, as an answer to whoever wanted to publish them.

    A field is named with its language only where several languages have errors.
    """
    errors = [one for one in findings if one.severity == "error"]
    several = len({one.language for one in errors}) > 1
    found: dict[str, list[str]] = {}
    for one in errors:
        name = f"contents.{one.language}.{one.field}" if several and one.language else one.field
        found.setdefault(name, []).append(one.reason)
    return found
