"""Where in a notice the copy of the returned mail begins, and what of a passed-on notice is its own."""

import re

_HEADER = re.compile(r"^(?:>\s?)?([A-Za-z][A-Za-z0-9-]*):(?:\s|$)")
_USUAL = frozenset(
    [
        "received",
        "return-path",
        "message-id",
        "from",
        "to",
        "subject",
        "date",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "reply-to",
        "cc",
        "sender",
        "dkim-signature",
        "x-mailer",
        "user-agent",
        "delivered-to",
        "in-reply-to",
        "references",
    ]
)
"""Headers that nearly every mail has."""

_FEWEST_USUAL = 3
_MOST_LINES = 40
_LONGEST_LINE = 200
"""Nobody announces a copy in more characters than that."""

_COPY_FOLLOWS = re.compile(
    r"[\s>]*(?:[-=*_#+]{2,}.*\b(?:original|unsent|returned|undelivered|rejected|bounced|failed|copy)\b"
    r".*\b(?:message|mail|headers?)\b"
    r"|[-=*_#+]{2,}.*\b(?:message|mail)\b.*\b(?:headers?|follows|copy|below)\b"
    r"|-{2,}\s*(?:below this line|message (?:header|text)|header)"
    r"|(?:the )?(?:original|unsent|returned|undelivered|failed) (?:message|mail)"
    r"(?: (?:follows|text|headers?))?\s*:?\s*$"
    r"|your (?:original )?message (?:follows|reads)|message headers? follow)",
    re.IGNORECASE,
)
_NOT_A_COPY = re.compile(r"transcript|address|session", re.IGNORECASE)

_PASSED_ON = re.compile(
    r"^(?:begin forwarded message|-+ ?(?:forwarded|original) message ?-+)", re.IGNORECASE | re.MULTILINE
)
_QUOTE_MARK = re.compile(r"^> ?", re.MULTILINE)
_SHOWN_HEADERS = re.compile(
    r"^From:[^\n]*(?:daemon|postmaster|mail delivery|mail system)[^\n]*\n"
    r"(?:[A-Za-z-]+:[^\n]*\n|[ \t]+\S[^\n]*\n)*\s*\n",
    re.IGNORECASE | re.MULTILINE,
)


def split_copy(text: str) -> tuple[str, str]:
    """A notice, and the copy of a mail that stands below it; the copy is empty where there is none."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_LINE:
            continue
        if _COPY_FOLLOWS.match(line) and not _NOT_A_COPY.search(line):
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
        if _HEADER.match(line) and _headers_begin(lines[number : number + _MOST_LINES]):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    return text, ""


def unwrapped(text: str) -> str:
    """A notice that somebody passed on, without their marks and the headers that they show of it."""
    if not _PASSED_ON.search(text):
        return text
    plain = _QUOTE_MARK.sub("", text)
    shown = _SHOWN_HEADERS.search(plain)
    return plain[shown.end() :] if shown else text


def _headers_begin(lines: list[str]) -> bool:
    """Whether a block of headers starts with the first of these lines and runs on without a break."""
    names: list[str] = []
    for line in lines:
        found = _HEADER.match(line)
        if found:
            names.append(found[1].lower())
        elif not line.strip() or line[0] not in " \t":
            break
    return names[0] in _USUAL and len(_USUAL.intersection(names)) >= _FEWEST_USUAL
