"""Writes the mails of one mailing: what is the same for all of them is done once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.outreach.channels.channel import Message
from services.outreach.channels.email import quoted
from services.outreach.channels.email.compiled import segments, used
from services.outreach.channels.email.dkim import keys_of
from services.outreach.channels.email.mime import Envelope, Skeleton, Words, checked_address
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.links.tokens import LinkField, Links, link_fields
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.model import campaign_values

UNSUBSCRIBE = "unsubscribe_url"


@dataclass(frozen=True)
class _Prepared:
    """The mails in one language, and the links that they need."""

    skeleton: Skeleton
    links: list[LinkField]


class EmailWriter:
    """See ``Writer``."""

    def __init__(self, mailing: Mailing, edition: Edition, settings: OutreachSettings) -> None:
        self._fixed = campaign_values(name=mailing.campaign_name, code=mailing.campaign_code)
        self._edition = edition
        self._mail_from = settings.mail_from
        self._keys = keys_of(settings.dkim_keys)
        self._links = Links(key=settings.link_key, public_url=settings.public_url)
        self._return_paths = ReturnPaths(key=settings.link_key, address=settings.bounce_address)
        self._prepared: dict[str, _Prepared] = {}

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's mail."""
        address = checked_address(recipient.address)
        content = self._edition.content(recipient.values["language"])
        prepared = self._prepared.get(content.language) or self._prepare(content)
        delivery_id = recipient.delivery_id
        links = self._links.some(delivery_id, prepared.links)
        return_path = self._return_paths.address_of(delivery_id)
        envelope = Envelope(
            delivery_id, recipient.values["full_name"], address, links[UNSUBSCRIBE], return_path, date
        )
        mail = prepared.skeleton.fill(envelope, recipient.values | links)
        return Message(delivery_id, address, mail, return_path, dotless=True)

    def _prepare(self, content: Content) -> _Prepared:
        words = Words(
            subject=segments(content.subject, escaping=False, fixed=self._fixed),
            text=segments(content.tracked_text, escaping=False, fixed=self._fixed),
            html=segments(content.tracked_html, escaping=True, fixed=self._fixed),
            attachments=[self._edition.attachments[one] for one in content.attachments],
        )
        names = used((*words.subject, *words.text, *words.html)) | {UNSUBSCRIBE}
        fields = link_fields(count=len(self._edition.links), among=names)
        example = self._links.some(UUID(int=0), fields)
        plain = {name for name, value in example.items() if quoted.is_plain(value)}
        skeleton = Skeleton(words, mail_from=self._mail_from, keys=self._keys, plain=plain)
        self._prepared[content.language] = prepared = _Prepared(skeleton, fields)
        return prepared
