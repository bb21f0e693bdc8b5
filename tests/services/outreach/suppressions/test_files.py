"""Suppressions come from files line by line, and go into files that spreadsheets may open."""

import csv
import io
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.auth import Actor
from contracts.lead import ContactSaved
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.outreach.contacts.reactions import ContactReactions
from services.outreach.suppressions.actions import lift_by_hand
from services.outreach.suppressions.files import take_file
from services.outreach.suppressions.model import SuppressedAddress, Suppression
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import ANNA, MIA, OTTO, STRANGER, a_card, know, published, settings
from tests.services.outreach.conftest import Served


class Reactions(ContactReactions):
    """As the service has them, with its settings."""

    settings = settings()


def send(
    served: Served, text: str | bytes, *, department: str = "north", as_: Actor = MIA
) -> requests.Response:
    data = text if isinstance(text, bytes) else text.encode()
    headers = {"Content-Type": "text/csv"}
    path = f"/suppressions/files?department={department}"
    return served.client.post(path, as_=as_, data=data, headers=headers)


def stopped(served: Served) -> set[tuple[UUID, str, int]]:
    """The contact, the reason and the number of events of each suppression."""
    with served.database.reading() as session:
        return {(one.contact_id, one.reason, one.version) for one in session.scalars(select(Suppression))}


def test_each_suppression_and_each_removal_is_told(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach")
    card = a_card()
    know(database, card)
    with database.transaction(MIA) as session:
        lines = io.BytesIO(f"email\n{card.email}\n".encode())
        take_file(session, MIA, lines, channel="email", department="north")
    (added,) = published(database, SuppressionAdded)
    with database.transaction(MIA) as session:
        lift_by_hand(session, MIA, suppression_id=added.suppression_id, note="asked to")
    (removed,) = published(database, SuppressionRemoved)
    assert (added.contact_id, added.reason) == (card.contact_id, "imported")
    assert (removed.suppression_id, removed.removed_by) == (added.suppression_id, "mia")


def test_contacts_are_suppressed_by_id_and_by_address(served: Served) -> None:
    by_id, by_mail, other = a_card(), a_card(email="Lin@Example.org"), a_card()
    know(served.database, by_id, by_mail, other)
    lines = f"contact_id,email\n{by_id.contact_id},\n,lin@example.ORG\n"
    taken = send(served, lines).json()
    assert (taken["lines"], taken["added"], taken["refused"]) == (2, 2, 0)
    assert stopped(served) == {(by_id.contact_id, "imported", 1), (by_mail.contact_id, "imported", 1)}


def test_the_same_file_again_adds_nothing(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    lines = f"email\n{card.email}\n"
    send(served, lines)
    taken = send(served, lines).json()
    assert (taken["added"], taken["known"]) == (0, 1)
    assert stopped(served) == {(card.contact_id, "imported", 1)}


def test_a_line_that_is_not_understood_is_refused_alone_with_the_reason(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    lines = f"email,channel\nnobody,\n{card.email},\n{card.email},pigeon\n"
    taken = send(served, lines).json()
    assert (taken["lines"], taken["added"], taken["refused"]) == (3, 1, 2)
    assert [(fault["line"], fault["reason"].split(":")[0]) for fault in taken["faults"]] == [
        (2, "address"),
        (4, "channel"),
    ]
    unknown = send(served, f"contact_id\n{uuid4()}\n").json()
    assert unknown["faults"][0]["reason"] == "contact_id: there is no such contact"


def test_an_address_of_nobody_stops_whoever_comes_with_it(served: Served) -> None:
    taken = send(served, "email\nLater@Example.org\n").json()
    assert (taken["kept"], taken["added"]) == (1, 0)
    card, foreign = a_card(email="later@example.org"), a_card(email="later@example.org", department="south")
    for one in (card, foreign):
        with served.database.transaction() as session:
            Reactions().on_contact_saved(session, ContactSaved(contact=one))
    assert stopped(served) == {(card.contact_id, "imported", 1)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"name\nLin\n", "column"),
        (b'email\n"unfinished', "CSV"),
        (b"", "column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(served: Served, content: bytes, words: str) -> None:
    refused = send(served, content)
    assert refused.status_code == 422 and words in refused.text


def test_every_suppression_of_a_file_is_audited(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    send(served, f"email\n{card.email}\n")
    entries = select(audit_entries.c.actor).where(audit_entries.c.entity == "suppressions")
    with served.database.reading() as session:
        assert session.scalars(entries).all() == ["mia"]


def test_what_is_exported_can_be_imported_elsewhere(served: Served) -> None:
    card = a_card(email="=cmd@example.org")
    know(served.database, card)
    send(served, "email\n=cmd@example.org\nnobody@example.org\n")
    answer = served.client.get("/suppressions/file", as_=ANNA)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["address"] for row in rows] == ["'=cmd@example.org", "nobody@example.org"]
    assert (send(served, answer.content).json()["known"], len(rows)) == (1, 2)


def test_nobody_sees_or_changes_other_departments(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    send(served, f"email\n{card.email}\n")
    theirs = served.client.get("/suppressions/file", as_=STRANGER).content.decode("utf-8-sig")
    assert theirs.count("\n") == 1
    assert send(served, "email\nx@example.org\n", as_=STRANGER).status_code == 403
    taken = send(served, f"contact_id\n{card.contact_id}\n", department="south", as_=STRANGER).json()
    assert (taken["added"], taken["refused"]) == (0, 1)


def test_a_suppression_is_lifted_by_a_manager_with_a_reason(served: Served) -> None:
    card = a_card(email="later@example.org")
    know(served.database, card)
    added = served.client.post("/suppressions", as_=OTTO, json={"contact_id": str(card.contact_id)}).json()
    path = f"/suppressions/{added['id']}/removal"
    assert served.client.post(path, as_=OTTO, json={"note": "x"}).status_code == 403
    assert served.client.post(path, as_=STRANGER, json={"note": "x"}).status_code == 404
    assert served.client.post(path, as_=MIA, json={}).status_code == 422
    assert served.client.post(path, as_=MIA, json={"note": "wrong person"}).status_code == 204
    assert served.client.get("/suppressions", as_=MIA).json()["items"] == []


def test_an_address_that_was_lifted_stays_lifted(served: Served) -> None:
    send(served, "email\nlater@example.org\n")
    card = a_card(email="later@example.org")
    with served.database.transaction() as session:
        Reactions().on_contact_saved(session, ContactSaved(contact=card))
    (item,) = served.client.get("/suppressions", as_=MIA).json()["items"]
    served.client.post(f"/suppressions/{item['id']}/removal", as_=MIA, json={"note": "asked to"})
    with served.database.reading() as session:
        assert session.scalars(select(SuppressedAddress)).all() == []
