"""Archived events say no more who an erased person was, and still keep to their contracts."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.campaign import ContactsListed
from contracts.event import EVENTS
from contracts.generate import EXAMPLES, ROOT, read_folder
from contracts.lead import (
    ContactSaved,
    LeadQualified,
    PrivacyClosed,
    PrivacyRequested,
    RequestAnswered,
    RequestChanged,
)
from contracts.reporting import ReportingAnswered
from services.reporting.archive.actions import store
from services.reporting.archive.anonymous import IDS, LISTS, PERSONAL, TYPES, WORDS, about, make_anonymous
from services.reporting.archive.facts import decode_body
from services.reporting.archive.model import ArchivedEvent
from services.reporting.privacy.actions import answer_requests
from services.reporting.rebuilds.builder import rebuild_now
from services.reporting.rebuilds.model import SWITCHED
from tests.harness.remains import remains
from tests.services.reporting.builders import NOON, message

BODIES = read_folder(ROOT / EXAMPLES)
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.just("me"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["contact_id", "email", "note", "contacts", "x"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


def test_every_event_that_may_name_a_person_keeps_to_its_contract_without_the_name() -> None:
    for wire_type in TYPES:
        body = json.loads(json.dumps(BODIES[wire_type]))
        ids = {str(one) for one in _ids_in(body)}
        assert ids, wire_type
        assert make_anonymous(body, ids, wire_type=wire_type), wire_type
        decode_body(wire_type, json.dumps(body))
        assert not make_anonymous(body, ids, wire_type=wire_type)


HARMLESS = {
    *("assignee", "pool", "previous", "on_behalf_of", "state", "owner", "responder"),
    *("region", "department", "source", "language", "url", "form_code", "wording", "product", "products"),
    "kept",
}
"""Texts beside such an id that are codes or words of ours, or name people who work here."""


def test_no_event_has_words_beside_a_person_that_nobody_takes_out() -> None:
    """A new one fails here until its words are in PERSONAL or WORDS, or are found to be harmless.

    What finance tells of is about colleagues and suppliers.
    """
    others = {wire: one for wire, one in EVENTS.items() if one.producer != "finance"}
    for wire_type, declaration in others.items():
        body = json.loads(json.dumps(BODIES[wire_type]))
        known = wire_type in TYPES or wire_type == LISTS
        taken = {*PERSONAL, *WORDS.get(wire_type, {})} if known else set()
        for kind, piece in _pieces(declaration.body, body):
            words = {field.name for field in msgspec.structs.fields(kind) if _is_text(field.type)}
            assert words & piece.keys() <= taken | HARMLESS, (wire_type, words - taken - HARMLESS)


def _pieces(kind: Any, document: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The structs of an event that have the id of a person, with what an example has in them."""
    if any(document.get(name) for name in IDS):
        yield kind, document
    for field in msgspec.structs.fields(kind):
        for inner in _structs_in(field.type):
            value = document.get(field.name)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from _pieces(inner, one)


def _structs_in(kind: Any) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inner in get_args(kind):
        yield from _structs_in(inner)


def _is_text(kind: Any) -> bool:
    """Whether a field takes any text: neither a code, nor who it was, nor one of a few words."""
    meta = [one for one in get_args(kind) if isinstance(one, msgspec.Meta)]
    if any(one.max_length in (2000, 10000) and not one.min_length for one in meta):
        return get_args(kind)[0] is str
    return any(_is_text(inner) for inner in get_args(kind))


def _ids_in(document: Any) -> list[str]:
    if isinstance(document, dict):
        own = [document[name] for name in IDS if document.get(name)]
        return own + [one for value in document.values() for one in _ids_in(value)]
    return [one for value in document for one in _ids_in(value)] if isinstance(document, list) else []


@settings(max_examples=50)
@given(values)
def test_nothing_about_the_person_is_left_and_of_others_all(document: Any) -> None:
    before = json.dumps(document)
    make_anonymous(document, {"me"})
    for piece in about(document, {"me"}):
        assert piece.get("email") is None
        assert piece.get("note", "") == ""
    if '"contact_id": "me"' not in before:
        assert json.dumps(document) == before


def asked(contact_id: Any, kind: Any, **changes: Any) -> PrivacyRequested:
    known = {"department": "north", "requested_by": "mia", "contact_ids": [contact_id]}
    times = {"requested_at": NOON, "due_at": NOON}
    return PrivacyRequested(**{"request_id": new_id(), "kind": kind, **known, **times, **changes})


def archived(database: Database) -> str:
    with database.reading() as session:
        return "\n".join(session.scalars(select(ArchivedEvent.data).order_by(ArchivedEvent.position)))


def published(database: Database, kind: type[ReportingAnswered]) -> list[ReportingAnswered]:
    with database.reading() as session:
        rows = session.scalars(select(outbox.c.data).order_by(outbox.c.id))
        return [msgspec.json.decode(data, type=kind) for data in rows]


def arrive(database: Database, *events: Any) -> None:
    with database.transaction() as session:
        facts = store(session, [message(one, new_id()) for one in events])
        answer_requests(session, facts)


def test_the_archive_answers_with_what_it_says_of_a_person_and_then_forgets_it(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("reporting")
    saved = msgspec.convert(BODIES["contact.saved.v1"], ContactSaved)
    listed = msgspec.convert(BODIES[LISTS], ContactsListed)
    contact_id, email = saved.contact.contact_id, saved.contact.email or ""
    line = next(one.email for one in listed.contacts if one.email)
    digests = [hashlib.sha256(line.lower().encode()).hexdigest()]
    arrive(database, saved, listed, asked(contact_id, "export", address_digests=digests))
    (told,) = published(database, ReportingAnswered)
    assert (told.held, told.erased) == (2, 0)
    assert email in "".join(one.fields["says"] for one in told.records)
    assert digests[0] not in archived(database)
    arrive(database, told)
    erasing = asked(contact_id, "erasure", address_digests=digests)
    arrive(database, erasing)
    assert [one.erased for one in published(database, ReportingAnswered)] == [0, 2]
    assert email not in archived(database)
    assert line not in archived(database)
    arrive(database, saved)
    ended = PrivacyClosed(
        request_id=erasing.request_id,
        kind="erasure",
        department="north",
        contact_ids=[contact_id],
        due_at=NOON,
        closed_at=NOON,
    )
    arrive(database, ended)
    assert email not in archived(database)


def test_what_was_said_of_a_persons_leads_and_requests_goes_too_and_the_figures_stay(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("reporting")
    lead_id, request_id, contact_id = new_id(), new_id(), new_id()
    judged = msgspec.convert(BODIES["lead.qualified.v1"], LeadQualified)
    changed = msgspec.convert(BODIES["request.changed.v1"], RequestChanged)
    answered = msgspec.convert(BODIES["request.answered.v1"], RequestAnswered)
    theirs = [
        msgspec.structs.replace(judged, lead_id=lead_id, contact_id=contact_id, reason="so says Zaphodina"),
        msgspec.structs.replace(changed, request_id=request_id, details="for Zaphodina"),
        msgspec.structs.replace(answered, request_id=request_id, message="Dear Zaphodina"),
    ]
    other = msgspec.structs.replace(changed, request_id=new_id(), details="for Bob")
    arrive(database, *theirs, other)
    assert "Zaphodina" in archived(database)
    ids: dict[str, Any] = {"lead_ids": [lead_id], "pre_sales_ids": [request_id]}
    arrive(database, asked(contact_id, "erasure", **ids))
    left = remains(database, "zaphodina")
    assert "for Bob" in archived(database)
    assert [one for one in left if not one.startswith("outbox.")] == []
    rebuilt = rebuild_now(database, Actor.system("reporting"), ["all"])
    assert (rebuilt.state, rebuilt.events) == (SWITCHED, 1)
