"""Sends notices over the mail server, each by itself."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from chassis.clock import now
from chassis.database import Session
from chassis.metrics import counter
from services.outreach.channels.channel import Message
from services.outreach.channels.email.mime import checked_address
from services.outreach.notices.model import Notice
from services.outreach.notices.words import text_of
from services.outreach.settings import OutreachSettings
from services.outreach.singles.model import ENDED
from services.outreach.singles.postman import Postman
from services.outreach.singles.signing import signed

_POLICY = SMTP.clone(cte_type="7bit")


class Notifier(Postman[Notice]):
    """Sends the notices that are due."""

    name = "notifier"
    kind = Notice
    ended = counter(
        "outreach_notices_total",
        "Notices to the people who work here that ended, by how.",
        ("outcome",),
        starts=[(one,) for one in ENDED],
    )

    def write(self, session: Session, mail: Notice) -> Message:
        """Raises Unsendable where the address is none."""
        return Message(mail.id, checked_address(mail.address), written(mail, self._settings, date=now()))


def written(notice: Notice, settings: OutreachSettings, *, date: datetime) -> bytes:
    """The mail with CRLF line ends, signed where there are keys. Raises ValueError for a wrong address."""
    message = EmailMessage(policy=_POLICY)
    name, sender = parseaddr(settings.mail_from)
    message["From"] = f'"{name}" <{sender}>' if name else sender
    message["To"] = notice.address
    message["Subject"] = notice.title
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{notice.id.hex}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    url = settings.notice_url.format(kind=notice.kind.partition("_")[0], id=notice.entity_id)
    text = text_of(notice.kind, notice.about, language=notice.language, url=url)
    message.set_content(text, cte="base64")
    return signed(message.as_bytes(), settings, date=date)
