"""What a feed looks like to a calendar program, read by the icalendar library."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from chassis.ids import new_id
from services.campaign.calendar.ical import Item, calendar_of
from services.campaign.calendar.tokens import feed_of, token_of

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY, OTHER_KEY = "k" * 32, "o" * 32


def an_item(**changes: Any) -> Item:
    plain: dict[str, Any] = {
        "id": new_id(),
        "kind": "task",
        "title": "Book the venue; 60 seats, two rooms",
        "campaign_id": new_id(),
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2026, 12, 4),
        "state": "handed_over",
        "version": 3,
        "changed_at": AT,
        "detail": "Spring seminar\nÜber den Dächern " + "x" * 100,
    }
    return Item(**{**plain, **changes})


def only(item: Item, kind: str = "VEVENT") -> Any:
    (component,) = Calendar.from_ical(calendar_of("My tasks", [item])).walk(kind)
    return component


def test_a_task_is_an_event_of_whole_days() -> None:
    item = an_item()
    event = only(item)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 12, 1), date(2026, 12, 5))
    assert event["summary"] == item.title
    assert event["description"] == item.detail
    assert str(item.id) in event["uid"]
    assert (event["sequence"], event["status"]) == (3, "CONFIRMED")
    assert event.decoded("last-modified") == event.decoded("dtstamp") == AT


def test_a_follow_up_is_a_to_do() -> None:
    todo = only(an_item(kind="follow_up", starts_on=None, state="open"), "VTODO")
    assert (todo.decoded("due"), todo["status"]) == (date(2026, 12, 4), "NEEDS-ACTION")
    assert only(an_item(kind="follow_up", starts_on=None, state="done"), "VTODO")["status"] == "COMPLETED"
    assert only(an_item(kind="follow_up", starts_on=None, state="dropped"), "VTODO")["status"] == "CANCELLED"


@pytest.mark.parametrize(("state", "status"), [("planned", "TENTATIVE"), ("cancelled", "CANCELLED")])
def test_the_status_says_whether_it_takes_place(state: str, status: str) -> None:
    assert only(an_item(state=state))["status"] == status


def test_programs_are_told_how_often_to_look() -> None:
    calendar = Calendar.from_ical(calendar_of("My tasks", []))
    assert calendar["refresh-interval"].params["value"] == "DURATION"
    assert calendar.decoded("refresh-interval") == timedelta(hours=1)
    assert calendar["x-wr-calname"] == "My tasks"


def test_equal_items_give_equal_bytes() -> None:
    item = an_item()
    assert calendar_of("a", [item]) == calendar_of("a", [item])


def test_a_token_leads_to_its_feed_with_its_key_alone() -> None:
    feed_id = new_id()
    token = token_of(feed_id, key=KEY)
    assert feed_of(token, key=KEY) == feed_id
    changed = token_of(new_id(), key=KEY)[:20] + token[20:]
    for wrong in (changed, token[:-4], token[:8], "", "ü", "x" * 64):
        assert feed_of(wrong, key=KEY) is None
    assert feed_of(token, key=OTHER_KEY) is None


def test_a_feed_from_before_a_new_key_stays_open_while_the_former_one_is_kept() -> None:
    feed_id, both = new_id(), f"{OTHER_KEY}\n{KEY}"
    assert feed_of(token_of(feed_id, key=KEY), key=both) == feed_id
    assert feed_of(token_of(feed_id, key=both), key=OTHER_KEY) == feed_id
