"""A made-up contact, and links as long as real ones, to see what a template would say."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.outreach.links.tokens import Links
from services.outreach.templates.language import ALWAYS_THERE, FIELDS

CONTACT: Mapping[str, str] = {
    "given_name": "Lin",
    "family_name": "Müller",
    "full_name": "Lin Müller",
    "company": "Example & Sons",
    "email": "lin@example.com",
    "region": "north",
    "language": "en",
    "campaign_name": "Spring seminar",
    "campaign_code": "SPRING-26",
}

_NOBODY = UUID(int=0)


def sample_values(
    *, public_url: str, numbers: Sequence[int] = (), short: bool = False, **known: str
) -> dict[str, str]:
    """Every field and link with a made-up value, or the one that is ``known``. The links lead nowhere.

    ``short`` links are those of SMS.
    """
    links = Links(key="a sample, and no key", public_url=public_url, short=short)
    return {**CONTACT, **links.of(_NOBODY, count=max(numbers, default=-1) + 1), **known}


def unknown_values() -> dict[str, str]:
    """The fields of a contact of whom nothing is known."""
    return {name: "" for name in FIELDS if name not in ALWAYS_THERE}
