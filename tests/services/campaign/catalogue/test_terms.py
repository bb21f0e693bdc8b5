"""The lists of codes that plans are made with, on both databases."""

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from services.campaign.catalogue.actions import add_term, change_term
from services.campaign.catalogue.model import LISTS, Term
from services.campaign.catalogue.queries import find_term
from services.campaign.catalogue.usage import Use, unknown_codes
from services.campaign.planning.actions import redesign_campaign
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import ADMIN, OWNER, DatabaseOf, a_design, a_draft, published


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def retire(database: Database, code: str) -> None:
    with database.transaction(ADMIN) as session:
        term_id = session.scalars(select(Term.id).where(Term.code == code, Term.list == "kinds")).one()
        change_term(session, ADMIN, term=find_term(session, term_id), active=False)


def test_every_list_is_shipped_with_labels_in_both_languages(database: Database) -> None:
    with database.reading() as session:
        terms = session.scalars(select(Term)).all()
    assert {term.list for term in terms} == set(LISTS)
    assert all(term.label and term.label_zh and term.active for term in terms)


def test_a_code_that_an_administrator_added_may_be_used_at_once(database: Database) -> None:
    with database.transaction(ADMIN) as session:
        add_term(session, ADMIN, list="kinds", code="roadshow", label="Roadshow", label_zh="路演")
    a_draft(database, kind="roadshow")
    assert [one["code"] for one in published(database, "term.saved.v1")] == ["roadshow"]


def test_a_code_is_in_a_list_once(database: Database) -> None:
    with pytest.raises(Conflict, match="seminar"), database.transaction(ADMIN) as session:
        add_term(session, ADMIN, list="kinds", code="seminar", label="Seminar")


def test_a_retired_code_is_refused_by_its_field_for_new_campaigns(database: Database) -> None:
    retire(database, "seminar")
    with pytest.raises(Invalid) as refused:
        a_draft(database)
    assert [one["field"] for one in refused.value.fields] == ["kind"]


def test_a_campaign_keeps_a_code_that_was_retired_later(database: Database) -> None:
    campaign_id = a_draft(database)
    retire(database, "seminar")
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        redesign_campaign(session, OWNER, campaign=campaign, design=a_design(name="Still a seminar"))


def test_only_metrics_say_how_they_add_up(database: Database) -> None:
    with pytest.raises(Invalid, match="roll_up"), database.transaction(ADMIN) as session:
        add_term(session, ADMIN, list="kinds", code="roadshow", label="Roadshow", roll_up="sum")


def test_each_unknown_code_is_named_by_its_field() -> None:
    uses = [Use("kind", "kinds", "circus"), Use("purposes.0", "purposes", "brand")]
    assert set(unknown_codes(uses, active={"purposes": {"brand"}})) == {"kind"}
    assert unknown_codes(uses, active={"purposes": {"brand"}}, kept=uses) == {}
