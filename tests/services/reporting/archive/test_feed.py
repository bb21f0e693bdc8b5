"""The archive as a feed for other systems (REP-07)."""

import re
from typing import Any

import pytest
import requests

from chassis.ids import new_id
from tests.services.reporting.builders import contact_saved, designed, message, story
from tests.services.reporting.people import ANNA, FEED, REP, ROOT, SAM
from tests.services.reporting.running import Reporting


@pytest.fixture
def reporting(reporting_on_sqlite: Reporting) -> Reporting:
    return reporting_on_sqlite


def next_of(answer: requests.Response) -> str:
    found = re.fullmatch(r'<(.+)>; rel="next"', answer.headers["Link"])
    assert found
    return found[1]


def read_on(reporting: Reporting, path: str) -> list[dict[str, Any]]:
    """Everything from ``path`` on, by following the links until a batch is empty."""
    events: list[dict[str, Any]] = []
    while batch := (answer := reporting.client.get(path, as_=FEED)).json():
        events += batch
        path = next_of(answer)
    return events


def test_the_feed_is_a_batch_of_cloud_events_in_order(reporting_on_both: Reporting) -> None:
    answer = reporting_on_both.client.get("/events", as_=FEED)
    assert answer.headers["Content-Type"] == "application/cloudevents-batch+json"
    first = answer.json()[0]
    assert first["specversion"] == "1.0"
    assert (first["type"], first["source"]) == ("campaign.designed.v1", "/campaign")
    assert (first["subject"], first["sequence"]) == (f"campaign/{reporting_on_both.campaign_id}", "1")
    assert first["data"]["code"] == "SPRING"
    assert [int(one["position"]) for one in answer.json()] == list(range(1, 17))


def test_a_reader_follows_the_links_and_misses_nothing(reporting: Reporting) -> None:
    told = story(new_id())
    events = read_on(reporting, "/events?limit=5")
    reporting.hear(*told)
    assert [one["id"] for one in read_on(reporting, f"/events?limit=5&after={events[-1]['position']}")] == [
        one.id for one in told
    ]


def test_the_feed_narrows_to_a_type_and_a_subject(reporting: Reporting) -> None:
    subject = f"campaign/{reporting.campaign_id}"
    path = f"/events?type=campaign.responded.v1&subject={subject}"
    assert [one["sequence"] for one in read_on(reporting, path)] == ["5", "6", "7"]
    assert read_on(reporting, f"/events?type=lead.captured.v1&subject={subject}") == []


def test_a_reader_with_a_filter_goes_on_behind_what_did_not_match(reporting: Reporting) -> None:
    answer = reporting.client.get("/events?type=claim.settled.v1", as_=FEED)
    assert "after=16" in next_of(answer)


def test_an_analyst_reads_only_the_events_of_the_own_departments(reporting_on_both: Reporting) -> None:
    south, north = contact_saved("south"), contact_saved("north")
    reporting_on_both.hear(message(south, south.contact.contact_id), message(north, north.contact.contact_id))
    theirs = reporting_on_both.client.get("/events", as_=SAM).json()
    assert [one["data"]["contact"]["contact_id"] for one in theirs] == [str(south.contact.contact_id)]
    assert len(reporting_on_both.client.get("/events", as_=ANNA).json()) == 17
    assert len(reporting_on_both.client.get("/events", as_=ROOT).json()) == 18


def test_the_feed_needs_the_role_of_an_analyst_or_a_service(reporting: Reporting) -> None:
    assert reporting.client.get("/events", as_=REP).status_code == 403
    assert reporting.client.get("/events").status_code == 401


def test_a_position_or_limit_that_makes_no_sense_is_refused_by_name(reporting: Reporting) -> None:
    for query in ("after=-1", "after=x", "limit=0", "limit=1001"):
        answer = reporting.client.get(f"/events?{query}", as_=FEED)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_the_body_of_an_event_is_given_letter_by_letter(reporting: Reporting) -> None:
    campaign_id = new_id()
    odd = message(designed(campaign_id, name="Grüße ☀"), campaign_id)
    odd.body = odd.body.replace(b'"name":', b'"extra": 1.50, "name":  ')
    reporting.hear(odd)
    assert odd.body in reporting.client.get("/events?after=16", as_=FEED).content


def test_the_feed_narrows_to_several_types_or_the_beginning_of_some(reporting_on_both: Reporting) -> None:
    both = read_on(reporting_on_both, "/events?limit=2&type=campaign.launched.v1&type=lead.*")
    assert [one["type"].rpartition(".")[0] for one in both] == [
        "campaign.launched",
        *("lead.captured", "lead.captured", "lead.qualified", "lead.qualified"),
    ]
    subjects = {one["subject"] for one in both if one["type"].startswith("lead.")}
    path = "/events?" + "&".join(f"subject={one}" for one in sorted(subjects))
    assert len(read_on(reporting_on_both, path)) == 4
    assert read_on(reporting_on_both, "/events?type=l%25.*") == []
