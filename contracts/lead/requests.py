"""Events of pre-sales requests. ``on_behalf_of`` is whom ``by`` stood in for."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import Code, Event, Moment, Part, Subject, Text, event

RequestKind = Literal["material", "sample", "quotation", "technical_advice", "other"]
RequestState = Literal["open", "in_progress", "waiting", "answered", "closed", "cancelled"]


class RequestTask(Part, kw_only=True):
    """Something to be done for a request."""

    title: Text
    done: bool


class DocumentLink(Part, kw_only=True):
    """A file under an address that needs no sign-in, until ``until``."""

    name: Text
    url: Text
    until: Moment


@event("request.opened.v1", producer="lead")
class RequestOpened(Event, kw_only=True):
    """Somebody asks for material, a sample, a quotation or advice; due by the service level, if any."""

    request_id: UUID
    department: Code
    kind: RequestKind
    title: Text
    contact_id: UUID
    lead_id: UUID | None = None
    responder: Subject | None = None
    due_at: Moment | None = None
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("request.changed.v1", producer="lead")
class RequestChanged(Event, kw_only=True):
    """What is asked for, or what is to be done for it: all of that as it now stands."""

    request_id: UUID
    department: Code
    title: Text
    details: Text
    tasks: list[RequestTask] = []
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("request.assigned.v1", producer="lead")
class RequestAssigned(Event, kw_only=True):
    """A request has a responder; ``why`` says which rule or person chose them."""

    request_id: UUID
    department: Code
    title: Text
    responder: Subject
    previous: Subject | None = None
    why: Text
    by: Subject
    at: Moment


@event("request.progressed.v1", producer="lead")
class RequestProgressed(Event, kw_only=True):
    """A request was taken up, waits for somebody else, goes on, or is opened again."""

    request_id: UUID
    department: Code
    before: RequestState
    state: RequestState
    note: Text
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("request.answered.v1", producer="lead")
class RequestAnswered(Event, kw_only=True):
    """The contact has an answer. Where ``message`` is there, it goes to them by mail, with the links."""

    request_id: UUID
    department: Code
    kind: RequestKind
    title: Text
    contact_id: UUID
    lead_id: UUID | None = None
    result: Text
    message: Annotated[str, msgspec.Meta(max_length=10000)] = ""
    documents: list[DocumentLink] = []
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("request.closed.v1", producer="lead")
class RequestClosed(Event, kw_only=True):
    """A request is over: answered to the contact's satisfaction, or cancelled."""

    request_id: UUID
    department: Code
    outcome: Literal["closed", "cancelled"]
    note: Text
    by: Subject
    at: Moment
    on_behalf_of: Text = ""
