"""Mails about a submission: what they say, and which of them are to be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from services.outreach.contacts.model import ContactPoint
from services.outreach.forms.model import CONFIRM, Confirmation, Submission
from services.outreach.forms.pages import qr_png
from services.outreach.forms.sealing import Seals
from services.outreach.forms.words import words_of
from services.outreach.settings import OutreachSettings
from services.outreach.singles.model import FAILED, QUEUED
from services.outreach.singles.signing import signed

_POLICY = SMTP.clone(cte_type="7bit")
_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Notice:
    """What a mail is about. ``title`` is the form's in ``language``; ``code`` belongs to a place."""

    purpose: str
    title: str
    language: str
    url: str = ""
    code: str = ""


def queue(session: Session, submission: Submission, *, purpose: str, most_a_day: int = 0) -> None:
    """Have a mail sent, once for each purpose; none where no address is known.

    An address that has had ``most_a_day`` confirmation mails within a day gets no more; 0 is no limit.
    """
    address = submission.email or _address_of(session, submission)
    if not address or _queued(session, submission, purpose):
        return
    many = purpose == CONFIRM and most_a_day and _recent(session, address) >= most_a_day
    session.add(
        Confirmation(
            id=new_id(),
            submission_id=submission.id,
            form_id=submission.form_id,
            purpose=purpose,
            address=address,
            state=FAILED if many else QUEUED,
            reason="too_many_mails" if many else "",
            attempts=0,
            due_at=now(),
            created_at=now(),
            ended_at=now() if many else None,
        )
    )


def notice_of(purpose: str, submission: Submission, *, title: str, settings: OutreachSettings) -> Notice:
    """With its link or code, signed."""
    seals = Seals(settings.link_key)
    if purpose == CONFIRM:
        url = f"{settings.public_url.rstrip('/')}/forms/confirmations/{seals.confirmation(submission.id)}"
        return Notice(purpose, title, submission.language, url=url)
    code = seals.code(submission.form_id, submission.ticket or 0)
    return Notice(purpose, title, submission.language, code=code)


def write(confirmation: Confirmation, notice: Notice, settings: OutreachSettings, *, date: datetime) -> bytes:
    """The mail with CRLF line ends, signed where there are keys. Raises ValueError for a wrong address."""
    words = words_of(notice.language)
    message = EmailMessage(policy=_POLICY)
    name, sender = parseaddr(settings.mail_from)
    message["From"] = f'"{name}" <{sender}>' if name else sender
    message["To"] = confirmation.address
    message["Subject"] = words[f"mail_{notice.purpose}_subject"].format(title=notice.title)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{confirmation.id.hex}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    paragraphs = [words[f"mail_{notice.purpose}_text"].format(title=notice.title), notice.url or notice.code]
    paragraphs += [words["mail_confirm_not_you"]] if notice.purpose == CONFIRM else []
    message.set_content("\n\n".join(paragraphs) + "\n", cte="base64")
    html = _environment.get_template("mail.html").render(
        notice=notice, language=notice.language, words=words, paragraphs=paragraphs
    )
    message.add_alternative(html, subtype="html", cte="base64")
    if notice.code:
        part = message.get_body(("html",))
        assert isinstance(part, EmailMessage)
        part.add_related(qr_png(notice.code), maintype="image", subtype="png", cid="<qr>", filename="qr.png")
    return signed(message.as_bytes(), settings, date=date)


def _queued(session: Session, submission: Submission, purpose: str) -> bool:
    same = select(Confirmation.id).where(
        Confirmation.submission_id == submission.id, Confirmation.purpose == purpose
    )
    return session.scalar(same) is not None


def _recent(session: Session, address: str) -> int:
    recent = (
        select(func.count())
        .select_from(Confirmation)
        .where(
            Confirmation.address == address,
            Confirmation.purpose == CONFIRM,
            Confirmation.created_at > now() - timedelta(days=1),
        )
    )
    return session.scalar(recent) or 0


def _address_of(session: Session, submission: Submission) -> str | None:
    contact = session.get(ContactPoint, submission.contact_id) if submission.contact_id else None
    return contact.email if contact else None
