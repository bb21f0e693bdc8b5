"""What following a link or sending a form leaves behind, and what it publishes."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from chassis.auth import Actor
from chassis.database import Database, Session
from contracts.outreach import AnswerReceived, SuppressionAdded
from fanfare.local.process import wait_until
from services.outreach.links import actions, queries
from services.outreach.links.model import Answer
from services.outreach.links.queries import Origin
from services.outreach.links.tokens import Kind, Signer
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    LINK_KEY,
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
)

SOMEBODY = Actor.anonymous()
URL = "https://shop.example/new?x=1&y=2"


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def origin_in(database: Database, kind: Kind) -> Origin:
    """Where a link of the only delivery of a new mailing comes from."""
    (delivery,) = deliveries_of(database, a_mailing(database, [a_card()])).values()
    signer = Signer(LINK_KEY)
    with database.reading() as session:
        found = queries.origin(session, signer, kind=kind, token=signer.token(kind, delivery.id))
    assert found is not None
    return found


def test_the_first_click_on_an_address_is_published_and_names_the_target(database: Database) -> None:
    origin = origin_in(database, "c")
    for _ in range(3):
        with database.transaction(SOMEBODY) as session:
            actions.record_click(session, origin, url=URL)
    (click,) = published(database, AnswerReceived)
    mailing = mailing_of(database, origin.mailing.id)
    assert (click.kind, click.url, click.interested) == ("click", URL, None)
    assert (click.target_id, click.contact_id) == (origin.delivery.target_id, origin.delivery.contact_id)
    assert (click.mailing_id, click.wave_id, click.campaign_id) == (
        mailing.id,
        mailing.wave_id,
        mailing.campaign_id,
    )


def test_an_event_carries_the_beginning_of_a_very_long_address(database: Database) -> None:
    origin = origin_in(database, "c")
    with database.transaction(SOMEBODY) as session:
        actions.record_click(session, origin, url=f"https://shop.example/{'x' * 3000}")
    assert [len(click.url) for click in published(database, AnswerReceived)] == [2000]


def test_a_form_is_published_with_what_it_says(database: Database) -> None:
    origin = origin_in(database, "f")
    for note in ("call me", "call me", "do not call me"):
        with database.transaction(SOMEBODY) as session:
            actions.submit_form(session, origin, interested=True, note=note)
    forms = [(form.kind, form.interested, form.note) for form in published(database, AnswerReceived)]
    assert forms == [("form", True, "call me"), ("form", True, "do not call me")]


def test_unsubscribing_is_published_once_with_the_target_it_came_from(database: Database) -> None:
    origin = origin_in(database, "u")
    for _ in range(2):
        with database.transaction(SOMEBODY) as session:
            actions.unsubscribe(session, SOMEBODY, origin)
    (added,) = published(database, SuppressionAdded)
    assert (added.contact_id, added.channel, added.reason) == (
        origin.delivery.contact_id,
        "email",
        "unsubscribed",
    )
    assert (added.campaign_id, added.target_id) == (origin.mailing.campaign_id, origin.delivery.target_id)


def somebody_waits(database: Database) -> bool:
    """Whether a transaction waits for another one's lock."""
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def twice_at_the_same_moment(database: Database, act: Callable[[Session], object]) -> None:
    """Do something in two transactions, of which the second waits for the end of the first."""

    def again() -> None:
        with database.transaction(SOMEBODY) as session:
            act(session)

    second = threading.Thread(target=again)
    with database.transaction(SOMEBODY) as session:
        act(session)
        session.flush()
        second.start()
        assert wait_until(lambda: somebody_waits(database), seconds=20)
    second.join()


def test_two_clicks_at_the_same_moment_are_one_answer(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    origin = origin_in(database, "c")
    twice_at_the_same_moment(database, lambda session: actions.record_click(session, origin, url=URL))
    assert len(published(database, AnswerReceived)) == 1
    with database.reading() as session:
        assert session.scalars(select(Answer.clicks)).all() == [2]


def test_unsubscribing_twice_at_the_same_moment_is_one_suppression(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    origin = origin_in(database, "u")
    twice_at_the_same_moment(database, lambda session: actions.unsubscribe(session, SOMEBODY, origin))
    assert len(published(database, SuppressionAdded)) == 1
