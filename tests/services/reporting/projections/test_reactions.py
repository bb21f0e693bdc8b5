"""Events reach the archive and the projections over the broker."""

from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.reporting.service import ReportingService
from tests.harness.databases import DatabaseFactory
from tests.harness.serving import Client, serve
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.people import FEED, ROOT
from tests.services.reporting.publishing import publish


def archived(client: Client) -> list[str]:
    return [one["id"] for one in client.get("/events", as_=FEED).json()]


def test_what_every_producer_publishes_is_archived_and_folded(
    fresh_database: DatabaseFactory, broker_url: str
) -> None:
    campaign_id = new_id()
    messages = story(campaign_id)
    with serve(ReportingService, fresh_database.url("reporting"), broker_url, link_key=KEY) as client:
        publish(broker_url, messages)
        assert wait_until(lambda: len(archived(client)) == len(messages), seconds=20)
        figures = client.get(f"/campaigns/{campaign_id}/evaluation", as_=ROOT).json()["figures"]
        first = client.get("/events?limit=1", as_=FEED).json()[0]
    assert (figures["valid_leads"]["value"], figures["cost"]["value"]) == (1, "400.0000")
    assert first["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c")


def test_an_event_delivered_three_times_is_archived_once(fresh_database: DatabaseFactory) -> None:
    url = "memory://"
    first, later = story(new_id()), story(new_id())
    with serve(ReportingService, fresh_database.url("reporting"), url, link_key=KEY) as client:
        for _ in range(3):
            publish(url, first)
        publish(url, later)
        last = later[-1].id
        assert wait_until(lambda: last in archived(client), seconds=20)
        assert sorted(archived(client)) == sorted(one.id for one in (*first, *later))
