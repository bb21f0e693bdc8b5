"""Granting in part, withdrawing, documents, old versions: on both databases."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.files import StoredFile
from chassis.ids import new_id
from contracts.event import Money
from contracts.finance import ApprovalDecided, ApprovalVoided, ClaimSettled, FlowPublished, FlowRetired
from contracts.roles import FINANCE_APPROVER
from services.finance.approvals import queries
from services.finance.approvals.decisions import withdraw_approval
from services.finance.approvals.flows import StepRule
from services.finance.approvals.model import Approval
from services.finance.claims.actions import submit_claim
from tests.harness.people import person
from tests.services.finance.builders import (
    FAY,
    FRED,
    MIA,
    budget_of,
    decide,
    in_force,
    published,
    purchase,
    put_on_desk,
    subject,
)

TWICE = (StepRule(name="first", role=FINANCE_APPROVER), StepRule(name="second", role=FINANCE_APPROVER))


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def withdraw(database: Database, approval_id: UUID, actor: Actor = MIA, reason: str = "") -> Approval:
    with database.transaction(actor) as session:
        return withdraw_approval(session, actor, approval_id=approval_id, reason=reason)


def uploaded(database: Database, actor: Actor) -> UUID:
    stored = StoredFile(
        name="offer.pdf",
        media_type="application/pdf",
        size=3,
        sha256="0" * 64,
        uploaded_by=actor.subject,
        uploaded_at=now(),
    )
    with database.transaction(actor) as session:
        session.add(stored)
    return stored.id


def test_later_steps_only_lower_what_was_granted(database: Database) -> None:
    in_force(database, *TWICE)
    approval_id = put_on_desk(database, purchase("80.00", "20.00"))
    decide(database, approval_id, FAY, sanctioned={"item1": Decimal("50.00")})
    with pytest.raises(Invalid, match=r"at most 50.00"):
        decide(database, approval_id, FRED, sanctioned={"item1": Decimal("50.01")})
    approval = decide(database, approval_id, FRED, sanctioned={"item2": Decimal(0)})
    assert (approval.state, approval.granted) == ("approved", Decimal("50.00"))
    assert approval.granted_by_item == {"item1": Decimal("50.00"), "item2": Decimal(0)}
    (decided,) = published(database, ApprovalDecided)
    assert decided.granted == Money(amount=Decimal("50.00"), currency="EUR")
    assert [(one.item_id, str(one.amount)) for one in decided.sanctioned] == [
        ("item1", "50.00"),
        ("item2", "0.00"),
    ]


def test_what_is_approved_whole_names_no_cut(database: Database) -> None:
    approval = decide(database, put_on_desk(database, purchase("80.00", "20.00")), FAY)
    assert (approval.sanctioned, approval.granted) == (None, Decimal("100.00"))
    assert approval.granted_by_item == {"item1": Decimal("80.00"), "item2": Decimal("20.00")}
    (decided,) = published(database, ApprovalDecided)
    assert (decided.granted, decided.sanctioned) == (None, [])


@pytest.mark.parametrize("request_", [subject(), subject(kind="claim"), purchase("5.00", kind="transfer")])
def test_only_claims_and_purchases_with_items_are_granted_in_part(
    database: Database, request_: object
) -> None:
    assert isinstance(request_, type(subject()))
    approval_id = put_on_desk(database, request_)
    with pytest.raises(Invalid, match="in part"):
        decide(database, approval_id, FAY, sanctioned={"item1": Decimal(1)})


@pytest.mark.parametrize("kind", ["purchase", "transfer", "advance", "quote"])
def test_every_kind_has_a_flow_that_is_shipped(database: Database, kind: str) -> None:
    approval_id = put_on_desk(database, subject("10000.00", kind=kind))
    with database.reading() as session:
        assert len(queries.approval(session, FAY, approval_id).steps) == 1


def test_a_purchase_above_ten_thousand_is_reviewed_jointly(database: Database) -> None:
    approval_id = put_on_desk(database, purchase("10000.01"))
    assert decide(database, approval_id, FAY).state == "open"
    assert decide(database, approval_id, FRED).state == "approved"


def test_a_flow_for_a_category_goes_before_the_general_one(database: Database) -> None:
    in_force(database, *TWICE, category="print", department=None)
    for category in ("print", "venue", None):
        put_on_desk(database, purchase("5.00", category=category))
    with database.reading() as session:
        flows = session.execute(select(Approval.category, Approval.flow_code).order_by(Approval.id)).all()
    assert [tuple(row) for row in flows] == [("print", "own"), ("venue", "purchase"), (None, "purchase")]


def test_a_requester_withdraws_what_is_open_and_nobody_else_does(database: Database) -> None:
    approval_id = put_on_desk(database, subject(kind="quote"))
    with pytest.raises(Forbidden, match="Only the requester"):
        withdraw(database, approval_id, FAY)
    assert withdraw(database, approval_id, reason="Not needed").state == "withdrawn"
    (voided,) = published(database, ApprovalVoided)
    assert (voided.withdrawn_by, voided.reason) == ("mia", "Not needed")
    with pytest.raises(Conflict, match="withdrawn"):
        withdraw(database, approval_id)
    with pytest.raises(Conflict, match="withdrawn"):
        decide(database, approval_id, FAY)


def test_a_claim_ends_when_its_request_is_withdrawn(database: Database) -> None:
    with database.transaction(MIA) as session:
        line = budget_of(session, "100.00").lines[0].id
        claim = submit_claim(session, MIA, line_id=line, amount=Decimal(30), currency="EUR", purpose="Flyers")
    assert claim.approval_id is not None
    withdraw(database, claim.approval_id)
    assert [one.outcome for one in published(database, ClaimSettled)] == ["withdrawn"]


def test_a_decision_on_another_version_is_refused(database: Database) -> None:
    approval_id = put_on_desk(database, subject(version=2))
    with pytest.raises(Conflict, match="Version 2 is on the desk"):
        decide(database, approval_id, FAY, subject_version=1)
    assert decide(database, approval_id, FAY, subject_version=2).state == "approved"


def test_documents_stay_with_the_decision(database: Database) -> None:
    approval_id, file_id = put_on_desk(database, purchase("5.00")), uploaded(database, FAY)
    approval = decide(database, approval_id, FAY, documents=[file_id])
    assert approval.steps[0].decisions[0].documents == [str(file_id)]
    with database.reading() as session:
        stored = session.get_one(StoredFile, file_id)
        assert (stored.owner_id, stored.department) == (approval_id, "north")


def test_a_document_of_another_person_or_none_decides_nothing(database: Database) -> None:
    approval_id, foreign = put_on_desk(database, purchase("5.00")), uploaded(database, FRED)
    for documents in ([foreign], [new_id()]):
        with pytest.raises(Invalid, match="documents"):
            decide(database, approval_id, FAY, documents=documents)
    assert decide(database, approval_id, FAY).state == "approved"


def test_a_requester_with_the_role_is_never_counted(database: Database) -> None:
    approval_id = put_on_desk(database, subject(kind="advance"))
    with pytest.raises(Forbidden, match="own request"):
        decide(database, approval_id, person("mia", FINANCE_APPROVER))


def test_flows_tell_what_becomes_of_them(database: Database) -> None:
    in_force(database, TWICE[0])
    in_force(database, *TWICE)
    assert [(one.edition, len(one.steps)) for one in published(database, FlowPublished)] == [(1, 1), (2, 2)]
    assert [(one.edition, one.by) for one in published(database, FlowRetired)] == [(1, "root")]
