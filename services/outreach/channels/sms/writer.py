"""Writes the SMS of one mailing."""

from dataclasses import dataclass
from datetime import datetime

from services.outreach.channels.channel import Message, Unsendable
from services.outreach.channels.email.compiled import Segment, segments, text_of
from services.outreach.channels.sms.gsm import nearer, parts_of
from services.outreach.channels.sms.numbers import e164
from services.outreach.channels.sms.words import hint_for
from services.outreach.links.tokens import Links
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content, Edition


@dataclass(frozen=True)
class _Text:
    """A text in one language, taken apart. Most need no links, and signing them costs."""

    segments: tuple[Segment, ...]
    has_links: bool


class SmsWriter:
    """See ``Writer``. A message's content is its text in UTF-8."""

    def __init__(self, mailing: Mailing, edition: Edition, settings: OutreachSettings) -> None:
        self._fixed = {"campaign_name": mailing.campaign_name, "campaign_code": mailing.campaign_code}
        self._edition = edition
        self._links = Links(key=settings.link_key, public_url=settings.public_url, short=True)
        self._settings = settings
        self._texts = {language: self._taken_apart(one) for language, one in edition.contents.items()}

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's text, with the way out where it is wanted. Raises Unsendable.

        Its reasons are bad_address, empty_text and too_many_parts.
        """
        settings, values = self._settings, recipient.values
        number = e164(recipient.address, region=recipient.country or settings.phone_region)
        content = self._edition.content(values["language"])
        source = self._texts[content.language]
        if source.has_links:
            values = values | self._links.of(recipient.delivery_id, count=len(self._edition.links))
        text = text_of(source.segments, values).strip()
        if not text:
            raise Unsendable("empty_text")
        hint = hint_for(text, number=number, language=content.language, opt_out=settings.sms_opt_out)
        text = nearer(f"{text} {hint}" if hint else text, settings.sms_near)
        if parts_of(text).parts > settings.sms_most_parts:
            raise Unsendable("too_many_parts")
        return Message(recipient.delivery_id, number, text.encode("utf-8", "replace"))

    def _taken_apart(self, content: Content) -> _Text:
        source = content.tracked_text
        has_links = bool(content.link_numbers) or "_url" in source
        return _Text(segments(source, escaping=False, fixed=self._fixed), has_links)
