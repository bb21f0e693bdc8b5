"""DKIM signatures of mails that go alone: the whole mail is there, other than with those of a mailing."""

import re
from datetime import datetime

from services.outreach.channels.email.dkim import Signer, canonical_end, keys_of, relaxed
from services.outreach.settings import OutreachSettings

_SIGNED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
"""Those of the signer's list that such a mail has. It has no list to leave, so none of the other two."""

_BLANKS = re.compile(rb"[ \t]+")


def signed(mail: bytes, settings: OutreachSettings, *, date: datetime) -> bytes:
    """``mail`` with its signatures in front, where there are keys. Its line ends are CRLF."""
    keys = keys_of(settings.dkim_keys)
    if not keys:
        return mail
    head, _, body = mail.partition(b"\r\n\r\n")
    unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    headers = {
        name.lower(): value for name, _, value in (one.partition(b":") for one in unfolded.split(b"\r\n"))
    }
    names = [name.lower().encode() for name in _SIGNED]
    signed = b"".join(relaxed(name, headers[name]) for name in names)
    plain = b"\r\n".join(_BLANKS.sub(b" ", one).rstrip(b" ") for one in body.split(b"\r\n"))
    return Signer(keys).headers(signed=signed, body=canonical_end(plain), date=date) + mail
