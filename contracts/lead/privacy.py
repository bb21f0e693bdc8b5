"""Events of people who ask what is held about them, or that it be erased."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import Code, Event, Moment, Subject, event

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 in hexadecimal digits")]


@event("privacy.requested.v1", producer="lead")
class PrivacyRequested(Event, kw_only=True):
    """Somebody asks for a copy of their data, or for its erasure. Every service answers for itself.

    ``contact_ids`` are those of the person, merged ones among them; ``lead_ids`` and ``pre_sales_ids`` their
    leads and pre-sales requests, ``submission_ids`` the forms they sent; ``address_digests`` are of their
    mail addresses in lower case. Nobody is named.
    """

    request_id: UUID
    kind: Literal["export", "erasure"]
    department: Code
    contact_ids: Annotated[list[UUID], msgspec.Meta(min_length=1)]
    submission_ids: list[UUID] = []
    address_digests: list[Digest] = []
    requested_by: Subject
    requested_at: Moment
    due_at: Moment
    lead_ids: list[UUID] = []
    pre_sales_ids: list[UUID] = []


@event("privacy.progressed.v1", producer="lead")
class PrivacyProgressed(Event, kw_only=True):
    """A service has answered a request in full; ``outstanding`` names those that have not."""

    request_id: UUID
    service: Code
    outstanding: list[Code]
    at: Moment


@event("privacy.closed.v1", producer="lead")
class PrivacyClosed(Event, kw_only=True):
    """Every service has answered: the copy can be fetched, or the person is erased.

    The ids are as in privacy.requested, with what came after it.
    """

    request_id: UUID
    kind: Literal["export", "erasure"]
    department: Code
    contact_ids: list[UUID]
    due_at: Moment
    closed_at: Moment
    submission_ids: list[UUID] = []
    lead_ids: list[UUID] = []
    pre_sales_ids: list[UUID] = []
