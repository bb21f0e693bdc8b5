"""Sends the mails that answer requests, each by itself."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from chassis.clock import now
from chassis.database import Session
from chassis.metrics import counter
from services.outreach.channels.channel import Message, Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.correspondence.model import AnswerMail
from services.outreach.settings import OutreachSettings
from services.outreach.singles.model import ENDED
from services.outreach.singles.postman import Postman
from services.outreach.singles.signing import signed
from services.outreach.suppressions.queries import standing

_POLICY = SMTP.clone(cte_type="7bit")

DEAD_REASONS: Final = frozenset({"bounced", "complained"})
"""Why an address is not written to at all, not even in answer to what its owner asked."""

_LINKS: Final = {
    "en": ("Your documents, until {until}:", "{name}: {url}"),
    "zh": ("您的资料({until} 前有效):", "{name}:{url}"),
}


class Correspondent(Postman[AnswerMail]):
    """Sends the answers that are due."""

    name = "correspondent"
    kind = AnswerMail
    ended = counter(
        "outreach_answer_mails_total",
        "Mails that answer requests of contacts that ended, by how.",
        ("outcome",),
        starts=[(one,) for one in ENDED],
    )

    def write(self, session: Session, mail: AnswerMail) -> Message:
        """Raises Unsendable where the address is none, or dead."""
        if (known := standing(session, mail.contact_id, "email")) and known.reason in DEAD_REASONS:
            raise Unsendable(known.reason)
        return Message(mail.id, checked_address(mail.address), written(mail, self._settings, date=now()))


def written(mail: AnswerMail, settings: OutreachSettings, *, date: datetime) -> bytes:
    """The mail with CRLF line ends, signed where there are keys. Raises ValueError for a wrong address."""
    message = EmailMessage(policy=_POLICY)
    name, sender = parseaddr(settings.mail_from)
    message["From"] = f'"{name}" <{sender}>' if name else sender
    message["To"] = mail.address
    message["Subject"] = " ".join(mail.title.split())
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{mail.id.hex}@{sender.rpartition('@')[2]}>"
    message.set_content(text_of(mail), cte="base64")
    return signed(message.as_bytes(), settings, date=date)


def text_of(mail: AnswerMail) -> str:
    """The message, and a line for each document."""
    head, line = _LINKS.get(mail.language.partition("-")[0], _LINKS["en"])
    paragraphs = [mail.message.strip()]
    if mail.documents:
        until = min(str(one["until"])[:10] for one in mail.documents)
        links = [line.format(name=one["name"], url=one["url"]) for one in mail.documents]
        paragraphs.append("\n".join([head.format(until=until), *links]))
    return "\n\n".join(paragraphs) + "\n"
