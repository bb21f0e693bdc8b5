"""The rules for what comes out: a copy for somebody of whom everything is known, and one for a stranger."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonenumbers import country_code_for_region

from services.outreach.channels.sms.gsm import Nearness, encode, nearer, parts_of
from services.outreach.channels.sms.words import OptOut, hint_for
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content
from services.outreach.templates.findings import Finding, error, warning
from services.outreach.templates.language import RENDER_ERRORS, Rendered
from services.outreach.templates.samples import sample_values, unknown_values
from services.outreach.templates.source import Source

LARGEST_PAGE = 100_000
"""Bytes; Gmail shows 102 kB and hides the rest, the unsubscribe link with it."""

LONGEST_SUBJECT = 70
LONGEST_CHAT = 2000
_FEWEST_CAPITALS = 8
_LOUD = re.compile(r"[!?]{2,}|!.*!")


@dataclass(frozen=True)
class Standards:
    """What copies are measured by. ``public_url`` decides how long links are; the others are of SMS.

    ``countries`` (ISO 3166) are where they go, as far as that is known.
    """

    public_url: str = "https://links.example"
    countries: tuple[str, ...] = ("CN",)
    sms_most_parts: int = 4
    sms_near: Nearness = "punctuation"
    sms_opt_out: OptOut = "required"

    @classmethod
    def of(cls, settings: OutreachSettings) -> "Standards":
        """Those of the service. The country is the one whose phone numbers the settings expect."""
        return cls(
            public_url=settings.public_url,
            countries=(settings.phone_region,),
            sms_most_parts=settings.sms_most_parts,
            sms_near=settings.sms_near,
            sms_opt_out=settings.sms_opt_out,
        )


USUAL = Standards()
"""Those of a service that nobody has set up."""


def problems_of_copies(
    content: Content, source: Source, *, channel: str, standards: Standards
) -> Iterator[Finding]:
    """What is wrong with the copies of a content. Its sources are known to be without faults."""
    known = sample_values(
        public_url=standards.public_url, numbers=content.link_numbers, short=channel == "sms"
    )
    copies = []
    for values in (known, known | unknown_values()):
        try:
            copies.append(content.letter().render(values))
        except RENDER_ERRORS as fault:
            yield error(source.markup or "text", "unrenderable", f"it cannot be rendered: {fault}")
            return
    if source.subject:
        yield from _subject(*copies)
    if channel == "email":
        yield from _mail(copies, source, known["unsubscribe_url"])
    elif channel == "sms":
        yield from _sms(copies[0].text, content.language, standards)
    elif not copies[1].text.strip():
        yield error("text", "missing", "it is empty for a contact of whom nothing is known")
    elif channel == "chat" and len(copies[0].text) > LONGEST_CHAT:
        why = f"it has {len(copies[0].text)} characters; some chat services take {LONGEST_CHAT} at the most"
        yield warning("text", "long_text", why)


def _subject(known: Rendered, stranger: Rendered) -> Iterator[Finding]:
    if not known.subject:
        yield error("subject", "missing", "it is empty")
        return
    if not stranger.subject:
        yield warning("subject", "missing", "it is empty for a contact of whom nothing is known")
    if len(known.subject) > LONGEST_SUBJECT:
        why = f"it has {len(known.subject)} characters; many programs show less than {LONGEST_SUBJECT}"
        yield warning("subject", "long_subject", why)
    capitals = [
        letter for letter in stranger.subject if letter.isalpha() and letter.upper() != letter.lower()
    ]
    if len(capitals) >= _FEWEST_CAPITALS and all(letter.isupper() for letter in capitals):
        yield warning("subject", "shouting", "it is all in capitals, which spam filters dislike")
    if _LOUD.search(known.subject):
        yield warning("subject", "shouting", "it has several exclamation or question marks")


def _mail(copies: Sequence[Rendered], source: Source, unsubscribe_url: str) -> Iterator[Finding]:
    field = source.markup
    for copy in copies:
        if not _leads_to(copy.html, unsubscribe_url):
            why = 'the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">'
            yield error(field, "no_unsubscribe", why)
        elif unsubscribe_url not in copy.text:
            why = "the unsubscribe link is missing: {{ unsubscribe_url }}"
            yield error("text", "no_unsubscribe", why)
    size = max(len(copy.html.encode("utf-8", "replace")) for copy in copies)
    if size > LARGEST_PAGE:
        why = f"it has {size / 1000:.0f} kB; Gmail hides what is beyond 102 kB, the unsubscribe link with it"
        yield warning(field, "large", why)
    if not source.text:
        why = "there is no text part; the one derived from the page goes out"
        yield warning("text", "no_text", why)


def _leads_to(html: str, url: str) -> bool:
    """Whether everybody can click a link to ``url``: it does not stand in a comment, where Outlook reads."""
    for link in re.finditer(rf"""<a\s[^<>]*href\s*=\s*["']?\s*{re.escape(url)}""", html, re.IGNORECASE):
        if html.rfind("<!--", 0, link.start()) <= html.rfind("-->", 0, link.start()):
            return True
    return False


def as_sent(text: str, *, country: str, language: str, standards: Standards) -> str:
    """A text as it goes to a number of ``country``: with the way out, and near characters, where wanted."""
    text = text.strip()
    number = f"+{country_code_for_region(country)}"
    hint = hint_for(text, number=number, language=language, opt_out=standards.sms_opt_out)
    return nearer(f"{text} {hint}" if hint else text, standards.sms_near)


def _sms(text: str, language: str, standards: Standards) -> Iterator[Finding]:
    for country in standards.countries:
        number = f"+{country_code_for_region(country)}"
        hint = hint_for(text, number=number, language=language, opt_out="required")
        if hint and standards.sms_opt_out == "never":
            why = f"it names no way out, which {country} wants, and the settings say that none is added"
            yield error("text", "no_opt_out", why)
        elif hint:
            yield warning("text", "no_opt_out", f"it names no way out; for {country} {hint!r} is added")
    ways = [as_sent(text, country=one, language=language, standards=standards) for one in standards.countries]
    sent = max(ways, key=lambda one: parts_of(one).parts)
    found = parts_of(sent)
    if found.parts > standards.sms_most_parts:
        why = f"it takes {found.parts} parts, and texts of more than {standards.sms_most_parts} are not sent"
        yield error("text", "many_parts", why)
    elif found.encoding == "ucs2" and found.parts > 1 and (strange := _strange(sent)):
        why = f"it takes {found.parts} parts, for these characters are not in GSM 03.38: {strange}"
        yield warning("text", "not_gsm", why)


def _strange(text: str) -> str:
    """The few characters that alone keep a text out of the GSM alphabet; empty where they are many."""
    found = sorted({letter for letter in text if encode(letter)[0] == "ucs2"})
    return " ".join(found) if len(found) <= 5 else ""
