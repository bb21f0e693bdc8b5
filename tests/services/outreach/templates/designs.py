"""Designs and sources that tests vary."""

from typing import Any

from services.outreach.templates.actions import design_of
from services.outreach.templates.copy_rules import Standards
from services.outreach.templates.findings import Finding
from services.outreach.templates.linting import Report, lint

UNSUBSCRIBE = '<a href="{{ unsubscribe_url }}">unsubscribe</a>'
BELOW = "\n{{ unsubscribe_url }}"

STANDARDS = Standards(public_url="https://mail.example", countries=("DE",))


def report_of(**design: Any) -> Report:
    """What the linter says of a mail in one language, apart from what ``design`` says."""
    plain = {"subject": "News", "html": f"<p>Hello</p>{UNSUBSCRIBE}", "text": f"Hello {BELOW}"}
    if design.get("channel", "email") != "email" or "contents" in design:
        plain = {}
    return lint(design_of(**{**plain, **design}), STANDARDS)


def findings_of(html: str = "", **design: Any) -> list[Finding]:
    """The findings of a mail with ``html`` in it."""
    page = {"html": f"{html}{UNSUBSCRIBE}"} if html else {}
    return report_of(**{**page, **design}).findings


def codes(findings: list[Finding]) -> set[str]:
    """What the findings are about."""
    return {one.code for one in findings}


def errors(findings: list[Finding]) -> dict[str, str]:
    """The reason of the first error of each field."""
    return {one.field: one.reason for one in reversed(findings) if one.severity == "error"}


def an_mjml(body: str = "", *, head: str = "") -> str:
    """An MJML page with an unsubscribe link."""
    text = f"<mj-text>{UNSUBSCRIBE}</mj-text>"
    return (
        f"<mjml>\n<mj-head>{head}</mj-head>\n<mj-body>\n<mj-section>\n<mj-column>\n{body}{text}</mj-column>\n"
        "</mj-section>\n</mj-body>\n</mjml>\n"
    )
