"""Sorts the recipients of one mailing: whose copy can be written, and what becomes of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.clock import now
from chassis.database import Session
from services.outreach.channels.channel import Message, Unsendable, Writer
from services.outreach.channels.registry import WRITERS
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import FAILED, SUPPRESSED, Mailing
from services.outreach.mailings.outcomes import Ending
from services.outreach.settings import OutreachSettings
from services.outreach.templates.language import RENDER_ERRORS
from services.outreach.templates.model import Template


@dataclass
class Sorted:
    """A batch, sorted: what may be sent, what ended before it was, and whose contact is not known yet."""

    messages: list[Message] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Composer:
    """One mailing, ready to be written. Without a ``writer`` each delivery fails for the ``fault``."""

    mailing_id: UUID
    channel: str
    started_at: datetime
    contact_seconds: float
    writer: Writer | None
    fault: str = ""

    @classmethod
    def of(
        cls, session: Session, mailing_id: UUID, settings: OutreachSettings, *, channels: Sequence[str]
    ) -> "Composer":
        """Reads the mailing and its template, which must be of the same department.

        ``channels`` are those that can be sent over.
        """
        mailing = session.get_one(Mailing, mailing_id)
        template = session.get(Template, mailing.template_id)
        writer, fault = None, ""
        if mailing.channel not in channels:
            fault = "channel_unavailable"
        elif template is None or template.department != mailing.department:
            fault = "unknown_template"
        else:
            writer = WRITERS[mailing.channel](mailing, template, settings)
        return cls(
            mailing_id=mailing.id,
            channel=mailing.channel,
            started_at=mailing.started_at or now(),
            contact_seconds=settings.contact_seconds,
            writer=writer,
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
            if self.writer is None or ending is not None:
                result.endings.append(ending or Ending(one.delivery_id, FAILED, self.fault))
                continue
            try:
                result.messages.append(self.writer.write(one, date=moment))
            except Unsendable as error:
                result.endings.append(Ending(one.delivery_id, FAILED, str(error)[:500]))
            except RENDER_ERRORS as error:
                reason = f"cannot be rendered: {error}"[:500]
                result.endings.append(Ending(one.delivery_id, FAILED, reason))
        return result

    def _ending(self, recipient: Recipient) -> Ending | None:
        if recipient.obstacle:
            return Ending(recipient.delivery_id, SUPPRESSED, recipient.obstacle)
        if self.fault or recipient.known:
            return None
        return Ending(recipient.delivery_id, FAILED, "unknown_contact")
