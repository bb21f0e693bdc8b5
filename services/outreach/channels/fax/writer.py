"""Writes the faxes of one mailing: each a PDF, by itself or attached to the mail that a service faxes on."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import cache

import msgspec

from services.outreach.channels.channel import Message, Unsendable
from services.outreach.channels.dm.codes import Codes
from services.outreach.channels.dm.fonts import printable
from services.outreach.channels.dm.forms import Layout
from services.outreach.channels.dm.press import Copy, Press, PressFailed
from services.outreach.channels.dm.writer import Destination, PieceWriter
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.channels.sms.numbers import e164
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Edition

FAX_SECONDS = 20.0


@cache
def fax_press() -> Press:
    """The press of this process for faxes. Only its one fax sender uses it."""
    return Press(seconds=FAX_SECONDS)


class FaxWriter(PieceWriter):
    """See ``Writer``. Content is the PDF, or a whole mail where a mail address for faxes is set."""

    def __init__(self, mailing: Mailing, edition: Edition, settings: OutreachSettings) -> None:
        super().__init__(mailing, edition, settings)
        self._settings = settings
        self._codes = Codes(settings.link_key)
        self._layout = Layout.named(
            form=settings.print_form, envelope="none", labels="none", sender=settings.print_sender
        )
        self._return_paths = ReturnPaths(key=settings.link_key, address=settings.bounce_address)

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's fax. Raises Unsendable as ``piece`` does, bad_address, and what the press says."""
        piece = self.piece(recipient)
        number = self._number(recipient)
        code = self._codes.code_of(recipient.delivery_id)
        copy = Copy(code, msgspec.json.encode(piece), piece.answer, piece.long)
        try:
            printed = fax_press().run(self._layout, [copy])
        except PressFailed as failure:
            raise Unsendable(f"cannot be printed: {failure}") from failure
        if printed.pages["letters"] > self._settings.print_pages:
            raise Unsendable(f"too_long: {printed.pages['letters']} pages")
        pdf = printed.documents["letters"]
        if not self._settings.fax_email:
            return Message(recipient.delivery_id, number, pdf)
        address = self._settings.fax_email.replace("{number}", number.removeprefix("+"))
        mail = self._mail(address, piece.subject, pdf, date)
        return_path = self._return_paths.address_of(recipient.delivery_id)
        return Message(recipient.delivery_id, address, mail, return_path)

    def destination(self, recipient: Recipient) -> Destination:
        """Name, company and number. Raises Unsendable with bad_address."""
        name, company = printable(recipient.values["full_name"]), printable(recipient.values["company"])
        lines = [line for line in (name, company, f"Fax {self._number(recipient)}") if line]
        return Destination(name or company, lines, recipient.country)

    def _number(self, recipient: Recipient) -> str:
        return e164(recipient.address, region=recipient.country or self._settings.phone_region)

    def _mail(self, address: str, subject: str, pdf: bytes, date: datetime) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._settings.mail_from
        mail["To"] = address
        mail["Subject"] = subject or "Fax"
        mail["Date"] = format_datetime(date)
        mail["Message-ID"] = make_msgid(domain=self._settings.bounce_address.rpartition("@")[2])
        mail.set_content("")
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="fax.pdf")
        return mail.as_bytes()
