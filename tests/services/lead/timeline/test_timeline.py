"""The 360° view: every service's facts once, in order of time, with who and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis import clock, paging
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.outreach import Feedback, MailingFeedback, MailingOpened, MailingOutcomes, Opening, Outcome
from contracts.roles import SALES_REP
from services.lead.leads import model
from services.lead.leads.actions import accept_lead, assign_lead
from services.lead.leads.model import LeadAction
from services.lead.leads.queries import take_lead
from services.lead.timeline import actions, queries
from services.lead.timeline.model import TimelineEntry, entry_id
from tests.harness.people import person
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    agree_level,
    assigned,
    find_lead,
    hear_response,
    record,
)

Databases = Callable[[str], Database]
MAILING = {"mailing_id": new_id(), "wave_id": new_id(), "campaign_id": new_id()}


def outcome(contact_id: UUID, **changes: Any) -> MailingOutcomes:
    known = {"target_id": new_id(), "contact_id": contact_id, "outcome": "accepted", "at": NOON}
    return MailingOutcomes(**MAILING, outcomes=[Outcome(**{**known, **changes})])


def of_contact(
    database: Database, contact_id: UUID, *, actor: Actor = MIA, **wanted: Any
) -> list[tuple[str, str, str]]:
    """(area, kind, actor) of the entries, newest first."""
    with database.reading(actor) as session:
        listed, key = queries.of_contact(actor, contact_id, **wanted)
        rows = session.execute(listed.order_by(key.desc())).all()
    return [(row.area, row.kind, row.actor) for row in rows]


def notes(database: Database, contact_id: UUID) -> list[str]:
    """Of what was done about leads, oldest first."""
    with database.reading(MIA) as session:
        listed, key = queries.of_contact(MIA, contact_id, area="lead")
        return [row.note for row in session.execute(listed.order_by(key))]


def test_mailings_answers_and_leads_stand_together_with_who_did_it(database_of: Databases) -> None:
    database = database_of("lead")
    contact_id = add_contact(database, email="ann@shop.de").id
    lead_id = record(database, contact_id=contact_id)
    assert record(database, contact_id=contact_id, needs="two cranes") == lead_id
    with database.transaction(MIA) as session:
        chosen = take_lead(session, MIA, lead_id)
        assign_lead(session, MIA, lead=chosen, assignee="rita", why="knows the client")
        actions.take_outcomes(session, outcome(contact_id, target_id=(target_id := new_id())))
        opened = Opening(
            target_id=target_id, machine=False, at=NOON + timedelta(hours=1), contact_id=contact_id
        )
        unknown = Opening(target_id=new_id(), machine=False, at=NOON)
        actions.take_openings(session, MailingOpened(**MAILING, openings=[opened, unknown]))
        bounce = Feedback(
            target_id=target_id, contact_id=contact_id, kind="bounced_hard", reason="full", at=NOON
        )
        actions.take_feedback(session, MailingFeedback(**MAILING, feedback=[bounce]))
    outreach = "service:outreach"
    assert of_contact(database, contact_id, area="mailing")[0] == ("mailing", "opened", outreach)
    kinds = {kind for _, kind, _ in of_contact(database, contact_id)}
    assert kinds == {"created", "captured", "touched", "assigned", "sent", "opened", "bounced_hard"}
    assert of_contact(database, contact_id, kind="touched") == [("lead", "touched", "mia")]
    assert notes(database, contact_id) == ["hand", "hand: two cranes", "rita, knows the client"]
    assert of_contact(database, contact_id, kind="assigned") == [("lead", "assigned", "mia")]
    assert of_contact(database, contact_id, until=NOON + timedelta(minutes=1), area="mailing") != []
    assert of_contact(database, contact_id, since=NOON + timedelta(minutes=1), area="mailing") == [
        ("mailing", "opened", outreach)
    ]


def test_a_fact_is_entered_once_however_often_it_is_told(database_of: Databases) -> None:
    database = database_of("lead")
    contact_id = add_contact(database, email="ann@shop.de").id
    page = outcome(contact_id)
    for _ in range(2):
        with database.transaction(MIA) as session:
            actions.take_outcomes(session, page)
    hear_response(database, contact_id)
    assert [kind for _, kind, _ in of_contact(database, contact_id, area="mailing")] == ["sent"]
    assert of_contact(database, contact_id, area="answer") == [("answer", "click", "service:campaign")]


def test_a_long_history_is_read_page_by_page_and_nothing_twice(database_of: Databases) -> None:
    database = database_of("lead")
    contact_id = add_contact(database, email="ann@shop.de").id
    record(database, contact_id=contact_id)
    with database.transaction(MIA) as session:
        for hour in range(5):
            actions.take_outcomes(session, outcome(contact_id, at=NOON + timedelta(hours=hour)))
    found, cursor = [], ""
    while True:
        parameters = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        with database.reading() as session:
            page = paging.fetch(session, *queries.of_contact(MIA, contact_id), parameters=parameters)
        found += [row.id for row in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert len(found) == 7
    assert found == sorted(set(found), reverse=True)


def test_a_rep_sees_the_history_of_their_own_leads_only(database_of: Databases) -> None:
    database = database_of("lead")
    contact_id = add_contact(database, email="ann@shop.de").id
    lead_id = record(database, contact_id=contact_id)
    with database.transaction(MIA) as session:
        chosen = take_lead(session, MIA, lead_id)
        assign_lead(session, MIA, lead=chosen, assignee="rita", why="by hand")
    rita, rob = person("rita", SALES_REP), person("rob", SALES_REP)
    assert len(of_contact(database, contact_id, actor=rita, area="lead")) == 2
    assert of_contact(database, contact_id, actor=rob, area="lead") == []


def test_what_clocks_missed_stands_where_it_belongs_in_time(
    fresh_database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database("lead")
    monkeypatch.setattr(model, "new_id", lambda: entry_id(now(), new_id()))
    agree_level(database, accept=60)
    lead_id = assigned(database, "rita")
    clock.travel(seconds=4320)
    act(database, accept_lead, lead_id, person("rita", SALES_REP))
    contact_id = find_lead(database, lead_id).contact_id
    kinds = [kind for _, kind, _ in reversed(of_contact(database, contact_id, area="lead"))]
    assert kinds == ["captured", "assigned", "breached", "escalated", "accepted"]
    with database.reading() as session:
        states = dict(session.execute(select(LeadAction.kind, LeadAction.state)).all())
    assert states == {"assigned": "assigned", "breached": "", "escalated": "", "accepted": "accepted"}


def test_entries_are_never_changed(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(database, email="ann@shop.de")
    with pytest.raises(DBAPIError, match="never changed"), database.transaction(MIA) as session:
        session.execute(text("UPDATE timeline_entries SET note = 'x'"))
    with database.reading() as session:
        assert session.scalars(select(TimelineEntry.note)).all() == [""]


moments = st.datetimes(min_value=NOON.replace(tzinfo=None), timezones=st.timezones())


@settings(max_examples=50)
@given(moments, moments, st.text(), st.text())
def test_ids_are_in_the_order_of_time_and_tell_facts_apart(
    first: Any, second: Any, told: str, other: str
) -> None:
    one, two = entry_id(first, told), entry_id(second, other)
    assert one.version == 7
    assert one == entry_id(first, told)
    if int(first.timestamp() * 1000) != int(second.timestamp() * 1000):
        assert (one < two) == (first < second)
    elif told != other:
        assert one != two
