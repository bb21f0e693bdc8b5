"""Writes what a feed holds as iCalendar (RFC 5545), so that programs that subscribe take over changes.

Tasks and campaigns are all-day events, whose DTEND is the day after the last; follow-ups are to-dos with a
due date. A component's UID never changes and its SEQUENCE is the version of what it shows, so a higher one
replaces what a program has; STATUS:CANCELLED takes it off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from icalendar import Calendar, Event, Todo
from icalendar.prop import vDuration

PRODUCT = "-//Fanfare//Campaign calendar//EN"
REFRESH = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something with dates. ``starts_on`` is None for what only has a due date."""

    id: UUID
    kind: Literal["task", "campaign", "wave", "follow_up"]
    title: str
    campaign_id: UUID
    starts_on: date | None
    ends_on: date
    state: str
    version: int
    changed_at: datetime
    detail: str = ""
    assignee: str | None = None

    @property
    def cancelled(self) -> bool:
        return self.state in ("cancelled", "dropped")


def calendar_of(name: str, items: Iterable[Item]) -> bytes:
    """The calendar as a file; equal items give equal bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for item in items:
        calendar.add_component(_todo(item) if item.starts_on is None else _event(item, item.starts_on))
    written: bytes = calendar.to_ical()
    return written


def _event(item: Item, starts_on: date) -> Event:
    event = Event()
    _describe(event, item)
    event.add("dtstart", starts_on)
    event.add("dtend", item.ends_on + DAY)
    event.add("transp", "TRANSPARENT")
    tentative = item.state in ("planned", "draft", "in_review")
    event.add("status", "CANCELLED" if item.cancelled else "TENTATIVE" if tentative else "CONFIRMED")
    return event


def _todo(item: Item) -> Todo:
    todo = Todo()
    _describe(todo, item)
    todo.add("due", item.ends_on)
    done = item.state == "done"
    todo.add("status", "CANCELLED" if item.cancelled else "COMPLETED" if done else "NEEDS-ACTION")
    if done:
        todo.add("completed", item.changed_at)
    return todo


def _describe(component: Event | Todo, item: Item) -> None:
    component.add("uid", f"{item.kind}-{item.id}@fanfare")
    component.add("dtstamp", item.changed_at)
    component.add("last-modified", item.changed_at)
    component.add("sequence", item.version)
    component.add("summary", item.title)
    component.add("categories", [item.kind])
    if item.detail:
        component.add("description", item.detail)
