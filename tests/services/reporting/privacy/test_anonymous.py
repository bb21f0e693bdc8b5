"""Archived events say no more who an erased person was, and still keep to their contracts."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.campaign import ContactsListed
from contracts.generate import EXAMPLES, ROOT, read_folder
from contracts.lead import ContactSaved, PrivacyClosed, PrivacyRequested
from contracts.reporting import ReportingAnswered
from services.reporting.archive.actions import store
from services.reporting.archive.anonymous import LISTS, TYPES, about, make_anonymous
from services.reporting.archive.facts import decode_body
from services.reporting.archive.model import ArchivedEvent
from services.reporting.privacy.actions import answer_requests
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
        assert make_anonymous(body, ids), wire_type
        decode_body(wire_type, json.dumps(body))
        assert not make_anonymous(body, ids)


def _ids_in(document: Any) -> list[str]:
    if isinstance(document, dict):
        own = [document[name] for name in ("contact_id", "submission_id") if document.get(name)]
        return own + [one for value in document.values() for one in _ids_in(value)]
    return [one for value in document for one in _ids_in(value)] if isinstance(document, list) else []


@settings(max_examples=100)
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
