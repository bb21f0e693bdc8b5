"""Sorts the recipients of one mailing: whose copy can be written, and what becomes of the others."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.clock import now
from chassis.database import Session
from services.outreach.channels.channel import Message, Unsendable, Writer
from services.outreach.channels.registry import WRITERS
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import FAILED, SUPPRESSED, Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.language import RENDER_ERRORS
from services.outreach.templates.releases import Unusable, held_edition


@dataclass
class Sorted:
    """Recipients, sorted: who may get a copy, who gets none and why, and whose contact is not known yet."""

    sendable: list[Recipient] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    unknown: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Script:
    """What the copies of one variant are written with. Without a ``writer`` each fails for the ``fault``."""

    writer: Writer | None
    fault: str = ""


@dataclass
class Composer:
    """One mailing, ready to be written. ``script_of`` gives the script of a variant, or without one."""

    mailing_id: UUID
    channel: str
    started_at: datetime
    contact_seconds: float
    script_of: Callable[[int | None], Script]

    @classmethod
    def of(
        cls, session: Session, mailing_id: UUID, settings: OutreachSettings, *, channels: Collection[str]
    ) -> "Composer":
        """Reads the mailing and the versions of templates that its wave holds.

        ``channels`` are those that can be sent over.
        """
        mailing = session.get_one(Mailing, mailing_id)
        variants: list[int | None] = [None, *range(len(mailing.variants))]
        scripts = {one: _script(session, mailing, one, settings, channels=channels) for one in variants}
        missing = Script(None, "unknown_template")
        return cls(
            mailing_id=mailing.id,
            channel=mailing.channel,
            started_at=mailing.started_at or now(),
            contact_seconds=settings.contact_seconds,
            script_of=lambda variant: scripts.get(variant, missing),
        )

    def sort(self, recipients: Sequence[Recipient]) -> Sorted:
        """Who may get a copy."""
        result = Sorted()
        patient = now() < self.started_at + timedelta(seconds=self.contact_seconds)
        for one in recipients:
            fault = self.script_of(one.variant).fault
            if one.obstacle:
                result.endings.append(Ending(one.delivery_id, SUPPRESSED, one.obstacle))
            elif fault:
                result.endings.append(Ending(one.delivery_id, FAILED, fault))
            elif one.known:
                result.sendable.append(one)
            elif patient:
                result.unknown.append(one.delivery_id)
            else:
                result.endings.append(Ending(one.delivery_id, FAILED, "unknown_contact"))
        return result

    def write(self, recipient: Recipient) -> Message | Ending:
        """The copy of somebody who may get one. One that cannot be written fails alone."""
        script = self.script_of(recipient.variant)
        if script.writer is None:
            return Ending(recipient.delivery_id, FAILED, script.fault)
        try:
            return script.writer.write(recipient, date=now())
        except Unsendable as error:
            reason = str(error)
        except RENDER_ERRORS as error:
            reason = f"cannot be rendered: {error}"
        return Ending(recipient.delivery_id, FAILED, reason.replace("\0", "")[:500])


def _script(
    session: Session,
    mailing: Mailing,
    variant: int | None,
    settings: OutreachSettings,
    *,
    channels: Collection[str],
) -> Script:
    if mailing.channel not in channels:
        return Script(None, "channel_unavailable")
    try:
        edition = held_edition(
            session,
            wave_id=mailing.wave_id,
            template_id=mailing.template_of(variant),
            department=mailing.department,
            channel=mailing.channel,
        )
    except Unusable as error:
        return Script(None, str(error))
    return Script(WRITERS[mailing.channel](mailing, edition, settings))
