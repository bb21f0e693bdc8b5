"""Writes the chat messages of one mailing."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.outreach.channels.channel import Message, Unsendable
from services.outreach.channels.chat.places import checked_place
from services.outreach.channels.email.compiled import Segment, segments, text_of
from services.outreach.links.tokens import LinkField, Links, link_fields
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.language import one_line
from services.outreach.templates.model import campaign_values


class ChatText(msgspec.Struct, frozen=True):
    """What is said."""

    title: str
    body: str


@dataclass(frozen=True)
class _Text:
    """A text in one language, taken apart, and the links in it."""

    title: tuple[Segment, ...]
    body: tuple[Segment, ...]
    links: list[LinkField]


class ChatWriter:
    """See ``Writer``. The content of its messages is a ``ChatText`` as JSON."""

    def __init__(self, mailing: Mailing, edition: Edition, settings: OutreachSettings) -> None:
        self._fixed = campaign_values(name=mailing.campaign_name, code=mailing.campaign_code)
        self._edition = edition
        self._links = Links(key=settings.link_key, public_url=settings.public_url, short=True)
        self._allowed = services_of(settings)
        self._texts = {language: self._taken_apart(one) for language, one in edition.contents.items()}

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's message. Raises Unsendable: bad_address, forbidden_service or empty_text."""
        place = checked_place(recipient.address, self._allowed)
        content = self._edition.content(recipient.values["language"])
        text = self._texts[content.language]
        values = recipient.values | self._links.some(recipient.delivery_id, text.links)
        said = ChatText(one_line(text_of(text.title, values)), text_of(text.body, values).strip())
        if not said.body:
            raise Unsendable("empty_text")
        return Message(recipient.delivery_id, place, msgspec.json.encode(said))

    def _taken_apart(self, content: Content) -> _Text:
        count = max(content.link_numbers, default=-1) + 1
        return _Text(
            title=segments(content.subject, escaping=False, fixed=self._fixed),
            body=segments(content.tracked_text, escaping=False, fixed=self._fixed),
            links=[one for one in link_fields(count=count) if one.name in content.tracked_text],
        )


def services_of(settings: OutreachSettings) -> frozenset[str]:
    """The services that the settings allow."""
    return frozenset(name.strip().lower() for name in settings.chat_services.split(",") if name.strip())
