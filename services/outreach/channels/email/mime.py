"""The mail itself. What is the same in all mails of a mailing is written once; the rest fills the gaps.

Headers that are plain and short are written as they are, all others as encoded words (RFC 2047).
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, parseaddr, quote
from functools import lru_cache
from uuid import UUID

import msgspec

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.body import Body, base64_lines, body_of
from services.outreach.channels.email.compiled import Segment, Values, text_of
from services.outreach.channels.email.dkim import DkimKey, Signer, relaxed
from services.outreach.templates.content import Attachment
from services.outreach.templates.language import one_line

_PLAIN_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,58}[\x21-\x7e])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+){0,5}")
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]{1,64}")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})+")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Words:
    """What a mail says, taken apart as ``compiled.segments`` does, and the files that go with it."""

    subject: tuple[Segment, ...]
    text: tuple[Segment, ...]
    html: tuple[Segment, ...]
    attachments: Sequence[Attachment] = ()


class Envelope(msgspec.Struct, frozen=True):
    """What of one mail does not come from its template. ``address`` is a checked one."""

    delivery_id: UUID
    name: str
    address: str
    unsubscribe_url: str
    unsubscribe_address: str
    date: datetime


class Skeleton:
    """All mails of a mailing, with gaps for what differs. ``mail_from`` is the From header.

    The values named in ``plain`` are known to need no encoding.
    """

    def __init__(
        self,
        words: Words,
        *,
        mail_from: str,
        keys: Sequence[DkimKey] = (),
        plain: Collection[str] = (),
    ) -> None:
        name, sender = parseaddr(mail_from)
        self._subject = words.subject
        self._text = body_of(words.text, escaping=False, plain=plain)
        self._html = body_of(words.html, escaping=True, plain=plain)
        self._signer = Signer(keys) if keys else None
        around = _Around.of(self._text, self._html, words.attachments)
        self._around = around
        self._head = f"From: {_mailbox(name, sender)}\r\n".encode()
        self._message_id = f"@{sender.rpartition('@')[2]}>".encode()
        self._rest = (
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: {around.kind}\r\n\r\n"
        ).encode()
        self._signed_head = relaxed(b"from", self._head.partition(b":")[2])
        self._signed_kind = relaxed(b"mime-version", b"1.0") + relaxed(b"content-type", around.kind.encode())
        self._signed_post = relaxed(b"list-unsubscribe-post", b"List-Unsubscribe=One-Click")

    def fill(self, envelope: Envelope, values: Values) -> bytes:
        """One recipient's mail with CRLF line ends, in which no line starts with a dot.

        Raises one of RENDER_ERRORS.
        """
        to = _mailbox(envelope.name, envelope.address).encode()
        subject = _header("Subject", one_line(text_of(self._subject, values))).encode()
        date = _date(int(envelope.date.timestamp()))
        message_id = b"<%b%b" % (envelope.delivery_id.hex.encode(), self._message_id)
        way_out = _ways_out(envelope)
        slots = (self._head, to, subject, date, message_id, way_out, self._rest)
        head = b"%bTo: %b\r\nSubject: %b\r\nDate: %b\r\nMessage-ID: %b\r\nList-Unsubscribe: %b\r\n%b" % slots
        around = self._around
        body = [around.before_text, *self._text.fill(values)]
        body += [around.before_html, *self._html.fill(values), around.after]
        if self._signer is None:
            return b"".join([head, *body])
        own = (b"to", to), (b"subject", subject), (b"date", date), (b"message-id", message_id)
        signed = b"".join(
            (
                self._signed_head,
                *(relaxed(name, value) for name, value in own),
                self._signed_kind,
                relaxed(b"list-unsubscribe", way_out),
                self._signed_post,
            )
        )
        whole = b"".join(body)
        return b"".join((self._signer.headers(signed=signed, body=whole, date=envelope.date), head, whole))


@dataclass(frozen=True)
class _Around:
    """What stands around the two texts. ``kind`` is the mail's own Content-Type."""

    kind: str
    before_text: bytes
    before_html: bytes
    after: bytes

    @classmethod
    def of(cls, text: Body, html: Body, attachments: Sequence[Attachment]) -> "_Around":
        inner, outer = (f"=_{secrets.token_hex(16)}" for _ in range(2))
        kind = f'multipart/alternative; boundary="{inner}"'
        before_text = _part_head(inner, "plain", text.encoding)
        after = f"\r\n--{inner}--\r\n".encode()
        if attachments:
            before_text = f"--{outer}\r\nContent-Type: {kind}\r\n\r\n".encode() + before_text
            after += b"".join(_attached(one, outer) for one in attachments) + f"\r\n--{outer}--\r\n".encode()
            kind = f'multipart/mixed; boundary="{outer}"'
        return cls(kind, before_text, b"\r\n" + _part_head(inner, "html", html.encoding), after)


def checked_address(address: str) -> str:
    """``address`` fit for an envelope, an international domain in its ASCII form. Raises Unsendable.

    What is before the at sign may be international; then the mail server must take such addresses.
    """
    local, _, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        fits = local.isascii() or (local.isprintable() and len(local.encode()) <= 64)
    except UnicodeError as error:
        raise Unsendable("bad_address") from error
    dots_right = not local.startswith(".") and not local.endswith(".") and ".." not in local
    if not (fits and dots_right and _LOCAL_PART.fullmatch(local)):
        raise Unsendable("bad_address")
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise Unsendable("bad_address")
    return f"{local}@{domain}"


def _part_head(boundary: str, subtype: str, encoding: str) -> bytes:
    return (
        f'--{boundary}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode()


def _attached(attachment: Attachment, boundary: str) -> bytes:
    """A part as it stands in the mail of everybody."""
    name = one_line(attachment.name)
    plain = name.isascii() and not set(name) & {'"', "\\"}
    shown = f'filename="{name}"' if plain else f"filename*={encode_rfc2231(name, 'utf-8')}"
    head = (
        f"\r\n--{boundary}\r\nContent-Type: {one_line(attachment.media_type)}\r\n"
        f"Content-Disposition: attachment;\r\n {shown}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64_lines(attachment.data) + b"\r\n"


def _mailbox(name: str, address: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and len(name) <= 60:
        return f"{name} <{address}>"
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name:
        return address
    phrase = f'"{quote(name)}"' if name.isascii() else Header(name, "utf-8", header_name="To").encode()
    return f"{phrase} <{address}>".replace("\n", "\r\n")


def _header(name: str, value: str) -> str:
    if _PLAIN_HEADER.fullmatch(value) and "=?" not in value:
        return value
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def _ways_out(envelope: Envelope) -> bytes:
    mail = f"<mailto:{envelope.unsubscribe_address}?subject=unsubscribe>"
    return f"<{envelope.unsubscribe_url}>,\r\n {mail}".encode()


@lru_cache(maxsize=4)
def _date(seconds: int) -> bytes:
    return format_datetime(datetime.fromtimestamp(seconds, UTC)).encode()
