"""The mail itself. Its skeleton is serialised once for a mailing, and each recipient fills the slots.

The text part is quoted-printable, so that it stays readable on the wire; HTML goes as base64,
which is twice as fast to make. Headers that are plain and short are written as they are, all
others as encoded words (RFC 2047).
"""

import base64
import binascii
import re
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from services.outreach.channels.channel import Unsendable

_PLAIN_HEADER = re.compile(r"[\x20-\x7e]{1,60}")
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})+")
_LONGEST_NAME = 100


class Skeleton:
    """All of a mailing's mails, with slots for what differs. ``mail_from`` is the From header."""

    def __init__(self, mail_from: str) -> None:
        name, self.sender = parseaddr(mail_from)
        self.domain = self.sender.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((name, self.sender))
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content("text-slot", cte="quoted-printable")
        mail.add_alternative("html-slot", subtype="html", cte="base64")
        html_slot = base64.encodebytes(b"html-slot\r\n").replace(b"\n", b"\r\n")
        self._head, rest = mail.as_bytes().split(b"text-slot\r\n")
        self._middle, self._tail = rest.split(html_slot)

    def fill(
        self,
        *,
        delivery_id: UUID,
        name: str,
        address: str,
        subject: str,
        text: str,
        html: str,
        unsubscribe_url: str,
        date: datetime,
    ) -> bytes:
        """One recipient's mail with CRLF line ends, not dot-stuffed. ``address`` is a checked one."""
        headers = (
            f"To: {_mailbox(name, address)}\r\n"
            f"Subject: {_header('Subject', subject)}\r\n"
            f"Date: {format_datetime(date)}\r\n"
            f"Message-ID: <{delivery_id.hex}@{self.domain}>\r\n"
            f"List-Unsubscribe: <{unsubscribe_url}>\r\n"
        )
        return b"".join(
            (headers.encode("ascii"), self._head, _quoted(text), self._middle, _base64(html), self._tail)
        )


def checked_address(address: str) -> str:
    """``address`` fit for an envelope, an international domain in its ASCII form. Raises Unsendable."""
    local, _, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Unsendable("bad_address") from error
    dots_right = not local.startswith(".") and not local.endswith(".") and ".." not in local
    if not (_LOCAL_PART.fullmatch(local) and dots_right and _DOMAIN.fullmatch(domain) and len(domain) <= 253):
        raise Unsendable("bad_address")
    return f"{local}@{domain}"


def _mailbox(name: str, address: str) -> str:
    return formataddr((" ".join(name.split())[:_LONGEST_NAME], address)) if name.strip() else address


def _header(name: str, value: str) -> str:
    if _PLAIN_HEADER.fullmatch(value) and "=?" not in value:
        return value
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def _crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()


def _quoted(text: str) -> bytes:
    """The last line must end before encoding: the encoder takes its own line ends from the first it sees."""
    body = _crlf(text)
    return binascii.b2a_qp(body if body.endswith(b"\r\n") else body + b"\r\n", istext=True)


def _base64(html: str) -> bytes:
    return base64.encodebytes(_crlf(html)).replace(b"\n", b"\r\n")
