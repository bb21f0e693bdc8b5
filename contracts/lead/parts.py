"""What several events of the lead service carry: the card of a contact."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import Code, Country, Part, Text


class Consent(Part, kw_only=True):
    """Whether the contact may be reached over ``channel``, as last recorded."""

    channel: Literal["email", "sms", "dm", "fax", "chat"]
    granted: bool


class PostalAddress(Part, kw_only=True):
    """Where letters go. ``lines`` stand between the name and the city, as the post expects them."""

    lines: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=4)]
    postal_code: Text = ""
    city: Text = ""
    country: Country


class ContactCard(Part, kw_only=True):
    """A contact as others need to know it. ``version`` grows with every change; the highest one counts.

    ``time_zone`` is an IANA name. ``chat`` is the address of a chat service in the form of a URL.
    """

    contact_id: UUID
    version: Annotated[int, msgspec.Meta(ge=1)]
    customer_id: UUID | None = None
    given_name: Text = ""
    family_name: Text = ""
    company: Text = ""
    email: Text | None = None
    phone: Text | None = None
    region: Text = ""
    language: Text = ""
    department: Code
    consents: list[Consent]
    country: Country | None = None
    time_zone: Text = ""
    fax: Text | None = None
    chat: Text | None = None
    address: PostalAddress | None = None
