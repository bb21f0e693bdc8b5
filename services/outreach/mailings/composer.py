"""Makes the envelopes of one mailing: everything that is the same for all is done once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.clock import now
from chassis.database import Session
from services.outreach.links.tokens import Links
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.mime import BadAddress, Skeleton, checked_address
from services.outreach.mailings.model import FAILED, SUPPRESSED, Mailing
from services.outreach.mailings.outcomes import Ending
from services.outreach.mailings.smtp import Envelope
from services.outreach.settings import OutreachSettings
from services.outreach.templates.language import RENDER_ERRORS, Letter
from services.outreach.templates.model import Template

CHANNEL = "email"


@dataclass
class Sorted:
    """A batch, sorted: what may be sent, what ended before it was, and whose contact is not known yet."""

    envelopes: list[Envelope] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Composer:
    """One mailing, ready to be written. Without a ``letter`` each delivery fails for the ``fault``."""

    mailing_id: UUID
    channel: str
    started_at: datetime
    fields: dict[str, str]
    skeleton: Skeleton
    links: Links
    contact_seconds: float
    letter: Letter | None
    link_count: int
    fault: str

    @classmethod
    def of(cls, session: Session, mailing_id: UUID, settings: OutreachSettings) -> "Composer":
        """Reads the mailing and its template, which must be of the same department."""
        mailing = session.get_one(Mailing, mailing_id)
        template = session.get(Template, mailing.template_id)
        fault = ""
        if mailing.channel != CHANNEL:
            fault = "channel_unavailable"
        elif template is None or template.department != mailing.department:
            fault = "unknown_template"
        return cls(
            mailing_id=mailing.id,
            channel=mailing.channel,
            started_at=mailing.started_at or now(),
            fields={"campaign_name": mailing.campaign_name, "campaign_code": mailing.campaign_code},
            skeleton=Skeleton(settings.mail_from),
            links=Links(key=settings.link_key, public_url=settings.public_url),
            contact_seconds=settings.contact_seconds,
            letter=template.letter() if template and not fault else None,
            link_count=len(template.links) if template else 0,
            fault=fault,
        )

    def sort(self, recipients: Sequence[Recipient]) -> Sorted:
        """Render what may be sent. One recipient that cannot be rendered fails alone."""
        result = Sorted()
        moment = now()
        patient = moment < self.started_at + timedelta(seconds=self.contact_seconds)
        for one in recipients:
            if not one.known and patient and not self.fault:
                result.unknown.append(one.delivery_id)
                continue
            ending = self._ending(one)
            if ending is not None:
                result.endings.append(ending)
                continue
            try:
                result.envelopes.append(self.compose(one, date=moment))
            except BadAddress:
                result.endings.append(Ending(one.delivery_id, FAILED, "bad_address"))
            except RENDER_ERRORS as error:
                reason = f"cannot be rendered: {error}"[:500]
                result.endings.append(Ending(one.delivery_id, FAILED, reason))
        return result

    def compose(self, recipient: Recipient, *, date: datetime) -> Envelope:
        """The mail of one recipient. Raises BadAddress or one of RENDER_ERRORS."""
        if self.letter is None:
            raise ValueError(self.fault)
        address = checked_address(recipient.address)
        links = self.links.of(recipient.delivery_id, count=self.link_count)
        mail = self.letter.render({**recipient.values, **self.fields, **links})
        content = self.skeleton.fill(
            delivery_id=recipient.delivery_id,
            name=recipient.values["full_name"],
            address=address,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            unsubscribe_url=links["unsubscribe_url"],
            date=date,
        )
        return Envelope(recipient.delivery_id, address, content)

    def _ending(self, recipient: Recipient) -> Ending | None:
        if recipient.obstacle:
            return Ending(recipient.delivery_id, SUPPRESSED, recipient.obstacle)
        if self.fault:
            return Ending(recipient.delivery_id, FAILED, self.fault)
        return None if recipient.known else Ending(recipient.delivery_id, FAILED, "unknown_contact")
