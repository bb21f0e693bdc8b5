"""Takes a mail apart into what is asked of it: its words, the fields of reports, and the returned copy.

Mails are as broken as their makers. What cannot be read is empty here, and fields of reports are found
by their names, in a part of the right type or in running text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from services.outreach.hearing.copies import split_copy, unwrapped
from services.outreach.hearing.wording import header_text, readable, sound, text_of, unescaped

LONGEST_TEXT = 200_000
DEEPEST = 12
MOST_PARTS = 200

Fields = Mapping[str, str]
"""The fields of one block of a report, names in lower case."""

ADDRESS = re.compile(r"[^\s<>@:;,()\"'\[\]]{1,128}@[^\s<>@:;,()\"'\[\]]{1,255}")

_REPORTS = frozenset(["message/delivery-status", "message/global-delivery-status"])
_RETURNED = frozenset(["message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers"])
_NAMED = frozenset(["final-recipient", "original-recipient", "action", "status", "diagnostic-code"])
_NAMES_RECIPIENT = re.compile(r"^(?:final|original)-recipient\s*:", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(r"^--([^\r\n]+)\r?\nContent-", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Mail:
    """A mail taken apart.

    ``text`` is all that a reader would read, ``notice`` that without the copy of the mail that came
    back; ``returned`` is that copy, at least its headers. ``recipients`` are the blocks of a delivery
    report (RFC 3464), ``complaint`` the fields of a feedback report (RFC 5965).
    """

    headers: Message
    text: str = ""
    notice: str = ""
    returned: str = ""
    recipients: tuple[Fields, ...] = ()
    complaint: Fields | None = None

    def header(self, name: str) -> str:
        """A header, decoded and on one line; empty where it is missing."""
        return header_text(self.headers.get(name))

    @property
    def return_path(self) -> str:
        """The envelope sender as the last mail server wrote it down, without brackets."""
        return self.header("Return-Path").strip("<> ")

    def headers_named(self, *names: str) -> list[str]:
        """Every header of these names, decoded."""
        return [header_text(one) for name in names for one in self.headers.get_all(name, [])]


def take_apart(raw: bytes) -> Mail:
    """The parts of a mail as it came over the wire."""
    message = message_from_bytes(raw)
    found = _Found()
    _collect(message, found, depth=0)
    text = unwrapped("\n".join(found.plain) or "\n".join(found.html))
    notice, copy = split_copy(text)
    recipients = found.recipients or _fields_in(notice) or _fields_in(copy)
    return Mail(
        headers=message,
        text=sound(text[:LONGEST_TEXT]),
        notice=sound(notice[:LONGEST_TEXT]),
        returned=sound((found.returned or copy)[:LONGEST_TEXT]),
        recipients=tuple(recipients),
        complaint=found.complaint,
    )


def blocks_of(text: str) -> list[dict[str, str]]:
    """The blocks of ``name: value`` lines in a report; folded lines are joined, doubled names dropped."""
    blocks = []
    for chunk in _BLANK.split(text.replace("\r\n", "\n").replace("\r", "\n")):
        block: dict[str, str] = {}
        last = ""
        for line in chunk.split("\n"):
            begun = _FIELD.match(line)
            if begun:
                last = begun[1].lower()
                block.setdefault(last, sound(unescaped(begun[2].strip())))
            elif last and line[:1] in {" ", "\t"}:
                block[last] = f"{block[last]} {sound(unescaped(line.strip()))}"
        if block:
            blocks.append(block)
    return blocks


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    recipients: list[dict[str, str]] = field(default_factory=list)
    complaint: dict[str, str] | None = None
    returned: str = ""
    parts: int = 0


def _collect(part: Message, found: _Found, *, depth: int) -> None:
    found.parts += 1
    if depth > DEEPEST or found.parts > MOST_PARTS:
        return
    kind = part.get_content_type()
    if kind in _REPORTS:
        found.recipients += _recipient_blocks(_source(part))
    elif kind == "message/feedback-report":
        found.complaint = {name: value for block in blocks_of(_source(part)) for name, value in block.items()}
    elif kind in _RETURNED:
        _collect_returned(part, found, depth=depth)
    elif part.get_content_maintype() == "multipart":
        for inner in _inner(_mended(part)):
            _collect(inner, found, depth=depth + 1)
    elif kind.startswith("text/"):
        _collect_text(part, found, kind)


def _collect_returned(part: Message, found: _Found, *, depth: int) -> None:
    """The returned mail, or a whole report that somebody passed on as an attachment."""
    inner = next(_inner(part), None)
    passed_on = inner is not None and inner.get_content_type() == "multipart/report"
    if inner is not None and passed_on and not found.recipients and found.complaint is None:
        _collect(inner, found, depth=depth + 1)
        return
    if not found.returned:
        found.returned = _source(part)


def _collect_text(part: Message, found: _Found, kind: str) -> None:
    text = text_of(part)
    if kind == "text/html":
        found.html.append(readable(text))
    elif found.plain and not found.recipients and _NAMES_RECIPIENT.search(text):
        found.recipients += _recipient_blocks(text)
    else:
        found.plain.append(text)


def _mended(part: Message) -> Message:
    """The part, or where its boundary is not the one that stands between its parts, as they are."""
    body = part.get_payload()
    if not isinstance(body, str):
        return part
    whole = Message()
    found = _BOUNDARY.search(body)
    if found is None:
        only = Message()
        only.set_payload(body)
        whole.set_payload([only])
        return whole
    head = f'Content-Type: multipart/mixed; boundary="{found[1].strip()}"\n\n'
    return message_from_bytes(head.encode("ascii", "replace") + body.encode("utf-8", "surrogateescape"))


def _inner(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))


def _source(part: Message) -> str:
    """A part that the parser took for nested messages, as the text that it was."""
    if not isinstance(part.get_payload(), list):
        return text_of(part)
    text = "\n\n".join(map(_written, _inner(part)))
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in {"base64", "quoted-printable"}:
        return text
    whole = Message()
    whole["Content-Transfer-Encoding"] = encoding
    whole.set_payload(text.strip())
    return text_of(whole) or text


def _written(message: Message) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in message.items())
    body = message.get_payload()
    return (
        f"{head}\n{body}"
        if isinstance(body, str)
        else f"{head}\n" + "\n".join(map(_written, _inner(message)))
    )


def _recipient_blocks(text: str) -> list[dict[str, str]]:
    return [block for block in blocks_of(text) if len(_NAMED & block.keys()) > 1]


def _fields_in(text: str) -> list[dict[str, str]]:
    return _recipient_blocks(text) if _NAMES_RECIPIENT.search(text) else []
