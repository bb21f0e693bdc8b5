"""Who stands in sees and works on the other's leads in the period, and both names stay."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.audit import audit_entries
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from contracts.lead import LeadAccepted, ProxyAgreed, ProxyEnded
from services.lead.handover.acting import seat_of
from services.lead.handover.actions import agree_proxy as agree
from services.lead.handover.actions import end_proxy
from services.lead.handover.model import Proxy
from services.lead.leads import actions as leads
from services.lead.leads.model import Lead
from services.lead.leads.queries import leads as listed
from services.lead.leads.queries import take_lead
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import MIA, add_rep, agree_proxy, assigned, events, record, rep

RITA, ROLF = rep("rita"), rep("rolf")
HOUR = timedelta(hours=1)


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    database = fresh_database("lead")
    for name in ("rita", "rolf", "rosa"):
        add_rep(database, name)
    return database


def accept(database: Database, lead_id: UUID, actor: Actor) -> Lead:
    """As the route does it."""
    with database.transaction(actor) as session:
        lead = take_lead(session, actor, lead_id)
        return leads.accept_lead(session, actor, lead=lead, on_behalf_of=seat_of(session, actor, lead))


def seen(database: Database, actor: Actor) -> list[UUID]:
    with database.reading() as session:
        return list(session.scalars(listed(actor).with_only_columns(Lead.id)))


def test_a_deputy_acts_in_the_period_and_both_names_are_kept(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    for name in ("rita", "rolf"):
        add_rep(database, name)
    lead_id = assigned(database, "rita")
    agree_proxy(database, "rita", "rolf", valid_from=now() + HOUR)
    assert seen(database, ROLF) == []
    with pytest.raises(NotFound):
        accept(database, lead_id, ROLF)
    clock.travel(seconds=3600 + 1)
    assert seen(database, ROLF) == [lead_id]
    accept(database, lead_id, ROLF)
    [told] = events(database, LeadAccepted)
    assert (told.by, told.on_behalf_of, told.assignee) == ("rolf", "rita", "rita")
    with database.reading() as session:
        acted = select(audit_entries.c.actor, audit_entries.c.on_behalf_of, audit_entries.c.entity)
        entries = session.execute(acted.where(audit_entries.c.on_behalf_of != "")).all()
    assert {tuple(one) for one in entries} >= {("rolf", "rita", "leads")}
    assert {tuple(one)[:2] for one in entries} == {("rolf", "rita")}
    clock.travel(seconds=8 * 24 * 3600)
    assert seen(database, ROLF) == []


def test_a_deputy_does_not_pass_on_what_was_passed_to_him(database: Database) -> None:
    lead_id = assigned(database, "rita")
    agree_proxy(database, "rita", "rolf")
    agree_proxy(database, "rolf", "rosa")
    assert (seen(database, ROLF), seen(database, rep("rosa"))) == ([lead_id], [])


def test_who_leads_the_reps_acts_in_his_own_name(database: Database) -> None:
    owned, lying = assigned(database, "rita"), record(database)
    agree_proxy(database, "rita", "rolf")
    with database.reading() as session:
        for actor, lead_id in ((RITA, owned), (MIA, owned), (ROLF, lying)):
            assert seat_of(session, actor, session.get_one(Lead, lead_id)) == ""
        assert seat_of(session, ROLF, session.get_one(Lead, owned)) == "rita"


def test_overlapping_proxies_are_refused_by_name_and_time(database: Database) -> None:
    agree_proxy(database, "rita", "rolf", valid_from=now() + HOUR, valid_until=now() + 3 * HOUR)
    with pytest.raises(Conflict, match="rolf stands in for rita from .* end that first"):
        agree_proxy(database, "rita", "rosa", valid_from=now() + 2 * HOUR)
    agree_proxy(database, "rita", "rosa", valid_until=now() + HOUR / 2)
    agree_proxy(database, "rolf", "rosa", valid_from=now() + HOUR)


def test_an_ended_proxy_makes_room_and_ends_once(database: Database) -> None:
    proxy = agree_proxy(database, "rita", "rolf", valid_from=now() + HOUR)
    with database.transaction(RITA) as session:
        end_proxy(session, RITA, proxy=session.get_one(Proxy, proxy.id))
    with pytest.raises(Conflict, match="ended"), database.transaction(RITA) as session:
        end_proxy(session, RITA, proxy=session.get_one(Proxy, proxy.id))
    agree_proxy(database, "rita", "rosa", valid_from=now() + HOUR)
    assert (len(events(database, ProxyAgreed)), len(events(database, ProxyEnded))) == (2, 1)


@pytest.mark.parametrize(
    ("pair", "hours", "field"),
    [
        (("rita", "rita"), 1, "deputy"),
        (("rita", "zorro"), 1, "deputy"),
        (("zorro", "rita"), 1, "principal"),
        (("rita", "rolf"), -1, "valid_until"),
    ],
)
def test_what_is_no_proxy_is_refused(
    database: Database, pair: tuple[str, str], hours: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        agree_proxy(database, *pair, valid_until=now() + hours * HOUR)
    assert [one["field"] for one in refused.value.fields] == [field]


def test_a_rep_has_somebody_stand_in_for_himself_alone(database: Database) -> None:
    until = now() + HOUR
    with database.transaction(RITA) as session:
        proxy = agree(session, RITA, department="north", deputy="rolf", valid_until=until)
    assert (proxy.principal, proxy.agreed_by) == ("rita", "rita")
    with pytest.raises(Forbidden), database.transaction(ROLF) as session:
        agree(session, ROLF, department="north", principal="rosa", deputy="rolf", valid_until=until)
    with pytest.raises(Forbidden), database.transaction(ROLF) as session:
        end_proxy(session, ROLF, proxy=session.get_one(Proxy, proxy.id))
