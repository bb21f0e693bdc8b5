"""Looks through a design: what keeps it from being published, and what it had better not have.

Nothing is fetched: whether a link of the web answers is not asked, because whoever writes templates could
otherwise make the service knock on doors inside its own network.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chassis.metrics import counter
from services.outreach.channels.dm.forms import forms
from services.outreach.templates import inlining, mjml
from services.outreach.templates.addresses import TEXT_LINK, end_of_text_link, problems_of_address
from services.outreach.templates.compiling import MOST_LINKS, Numbers, compile_source
from services.outreach.templates.content import Content
from services.outreach.templates.copy_rules import Standards, problems_of_copies
from services.outreach.templates.expressions import Masked
from services.outreach.templates.findings import Finding, error, has_errors, in_language, warning
from services.outreach.templates.language import faults, uncertain_fields
from services.outreach.templates.page_rules import problems_of_page
from services.outreach.templates.source import (
    PARTS,
    Design,
    Source,
    folded,
    problems_of,
    problems_of_parts,
)

linted = counter(
    "outreach_templates_linted_total",
    "Designs of templates that were looked through, by whether they can be published.",
    ("verdict",),
    starts=[("fine",), ("warnings",), ("errors",)],
)


@dataclass
class Report:
    """The findings; without an error among them, also what the copies are written with."""

    findings: list[Finding] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)

    @property
    def fine(self) -> bool:
        """Whether the design can be published."""
        return not has_errors(self.findings)

    @property
    def links(self) -> list[str]:
        """What link n leads to."""
        return list(self.numbers.links)


def lint(design: Design, standards: Standards) -> Report:
    """Look through a design. Its own countries go before those of the ``standards``."""
    standards = replace(standards, countries=design.countries or standards.countries)
    report = Report(findings=[*problems_of(design), *_problems_of_layout(design)])
    for source in design.in_order:
        found = _problems(source, report, channel=design.channel, standards=standards)
        report.findings += in_language(found, folded(source.language))
    if len(report.links) > MOST_LINKS:
        report.findings.append(error("contents", "many_links", f"there are more than {MOST_LINKS} links"))
    verdict = "fine" if not report.findings else "warnings" if report.fine else "errors"
    linted.labels(verdict=verdict).inc()
    return report


def _problems(source: Source, report: Report, *, channel: str, standards: Standards) -> Iterator[Finding]:
    """The findings of one content. What is compiled of it is added to the report."""
    found = [*problems_of_parts(source, channel), *_faults(source)]
    yield from found
    if has_errors(found):
        return
    yield from _uncertain(source, channel)
    found = [*_problems_of_page(source, channel), *_problems_of_text(source)]
    yield from found
    if has_errors(found):
        return
    try:
        content = compile_source(source, channel=channel, numbers=report.numbers)
    except mjml.Unreadable as unreadable:
        yield error("mjml", "mjml", str(unreadable), line=unreadable.line)
        return
    report.contents.append(content)
    yield from problems_of_copies(content, source, channel=channel, standards=standards)


def _problems_of_layout(design: Design) -> Iterator[Finding]:
    known = forms().letters
    if design.channel == "dm" and design.layout not in {"", "letter", *known}:
        why = f"there is no layout {design.layout!r}; there are letter, {', '.join(known)}"
        yield error("layout", "unknown_layout", why)


def _faults(source: Source) -> Iterator[Finding]:
    for name in PARTS:
        for fault in faults(getattr(source, name)):
            yield error(name, fault.code, fault.why, line=fault.line)


def _uncertain(source: Source, channel: str) -> Iterator[Finding]:
    for name in PARTS:
        for unsure, line in uncertain_fields(getattr(source, name)).items():
            if unsure != channel:
                why = f"{unsure} may be empty: add |default('…'), or a condition"
                yield warning(name, "may_be_empty", why, line=line)


def _problems_of_page(source: Source, channel: str) -> Iterator[Finding]:
    name = source.markup
    if not name:
        return
    masked = Masked.of(getattr(source, name))
    found = list(problems_of_page(masked, field=name, channel=channel))
    yield from found
    if inlining.is_too_much(masked):
        yield error(name, "many_styles", "there are too many style rules for so many elements")
    if name == "mjml" and not has_errors(found):
        yield from mjml.problems_of_mjml(masked)


def _problems_of_text(source: Source) -> Iterator[Finding]:
    masked = Masked.of(source.text)
    for match in TEXT_LINK.finditer(masked.text):
        url = match[0][: end_of_text_link(match[0])]
        yield from problems_of_address(url, masked, field="text", line=masked.line(match.start()))
