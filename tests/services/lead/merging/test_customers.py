"""Two customers become one, and are taken apart again."""

from collections.abc import Callable
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from services.lead.customers.actions import add_customer, change_customer
from services.lead.customers.model import Contact, Customer
from services.lead.leads.model import Lead
from services.lead.merging.customers import merge_customers, unmerge_customers
from services.lead.merging.queries import find_merge
from tests.services.lead.builders import MIA, add_contact, record

Databases = Callable[[str], Database]


def customer(database: Database, name: str, **basics: object) -> UUID:
    with database.transaction(MIA) as session:
        return add_customer(session, MIA, name=name, department="north", **basics).id


def test_contacts_and_leads_go_over_and_come_back(database_of: Databases) -> None:
    database = database_of("lead")
    acme, double = customer(database, "ACME"), customer(database, "Acme Inc", region="north")
    contact_id = add_contact(database, email="ann@shop.de", customer_id=double).id
    lead_id = record(database, contact_id=contact_id)
    with database.transaction(MIA) as session:
        merged = merge_customers(session, MIA, customer_id=acme, loser_id=double, take=["name"])
        merge_id = merged.id
    with database.reading() as session:
        survivor = session.get_one(Customer, acme)
        assert (survivor.name, survivor.name_key, survivor.region) == ("Acme Inc", "acme inc", "north")
        assert session.get_one(Contact, contact_id).customer_id == acme
        assert session.get_one(Lead, lead_id).customer_id == acme
    with pytest.raises(Conflict, match="merged into"), database.transaction(MIA) as session:
        change_customer(session, customer=session.get_one(Customer, double), region="x")
    with database.transaction(MIA) as session:
        unmerge_customers(session, MIA, merge=find_merge(session, MIA, merge_id), reason="two firms")
    with database.reading() as session:
        assert session.get_one(Customer, acme).name == "ACME"
        assert session.get_one(Customer, double).merged_into is None
        assert session.get_one(Contact, contact_id).customer_id == double
        assert session.get_one(Lead, lead_id).customer_id == double


def test_a_customer_is_not_merged_into_itself_or_twice(database_of: Databases) -> None:
    database = database_of("lead")
    acme, double, third = (customer(database, name) for name in ("ACME", "Acme", "Third"))
    with pytest.raises(Invalid, match="itself"), database.transaction(MIA) as session:
        merge_customers(session, MIA, customer_id=acme, loser_id=acme)
    with database.transaction(MIA) as session:
        merge_customers(session, MIA, customer_id=acme, loser_id=double)
    with pytest.raises(Conflict, match="was merged"), database.transaction(MIA) as session:
        merge_customers(session, MIA, customer_id=third, loser_id=double)
