"""An archive full of campaigns, each with its plan, mailing, answers, leads and money, as COPY takes it.

A campaign has 2,000 targets and as many events. Bodies are the examples of the contracts with other ids.
"""

import io
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any
from uuid import UUID

import msgspec
import psycopg2
from sqlalchemy import make_url

from chassis.database import Database
from contracts.generate import EXAMPLES, ROOT, read_folder
from services.reporting.archive.months import Month
from services.reporting.archive.partitions import make_missing

EVENTS_A_CAMPAIGN = 2_000
TARGETS = 2_000
PAGE = 500
LEADS = 200
COLUMNS = "position, event_id, type, source, subject, sequence, time, campaign_id, department, data"
AFTER_PAGES = TARGETS // PAGE + 3
BEGAN = datetime(2026, 9, 1, tzinfo=UTC)
STEP = timedelta(seconds=5)
LEAST = 100_000
"""Events of less than a month."""

_ROWS_AT_ONCE = 50_000
_BODIES = read_folder(ROOT / EXAMPLES)
_PRODUCERS = {
    "mailing": "outreach",
    "answer": "outreach",
    "lead": "lead",
    "contact": "lead",
    "budget": "finance",
}

Told = tuple[str, UUID, int, dict[str, Any]]
"""Type, id and sequence of the aggregate, body."""


def fill(url: str, events: int) -> None:
    """Put so many events into the archive of an empty database of reporting."""
    months = {Month.of(BEGAN + STEP * number) for number in range(0, events + LEAST, LEAST)}
    with closing(Database(url, service="reporting")) as database, database.transaction() as session:
        make_missing(session, months)
    place = make_url(url)
    connection = psycopg2.connect(
        host=place.host, port=place.port, user=place.username, dbname=place.database
    )
    lines = _lines(events)
    with closing(connection), connection, connection.cursor() as cursor:
        while rows := "".join(islice(lines, _ROWS_AT_ONCE)):
            cursor.copy_expert(f"COPY archived_events ({COLUMNS}) FROM STDIN", io.StringIO(rows))
        cursor.execute("INSERT INTO archive_heads (id, position) VALUES (1, %s)", [events])
        cursor.execute("ANALYZE")


def numbered(campaign: int, kind: int, number: int = 0) -> UUID:
    """An id of its own for everything."""
    return UUID(int=0x019A_0000_0000_7000_8000 << 48 | campaign << 28 | kind << 24 | number)


def _lines(events: int) -> Iterator[str]:
    position = 0
    for campaign in range(-(-events // EVENTS_A_CAMPAIGN)):
        for told in islice(_story(campaign), events - position):
            position += 1
            yield _line(position, numbered(campaign, 0), told)


def _line(position: int, campaign: UUID, told: Told) -> str:
    kind, about, sequence, body = told
    aggregate = kind.partition(".")[0]
    values = (
        *(position, UUID(int=about.int ^ sequence << 96), kind),
        *(f"/{_PRODUCERS.get(aggregate, 'campaign')}", f"{aggregate}/{about}", sequence),
        *((BEGAN + STEP * position).isoformat(), campaign if "campaign_id" in body else "\\N", "north"),
        msgspec.json.encode(body).decode().replace("\\", "\\\\"),
    )
    return "\t".join(map(str, values)) + "\n"


def _story(campaign: int) -> Iterator[Told]:
    """A campaign's events, ``EVENTS_A_CAMPAIGN`` of them."""
    leads = chain.from_iterable(_won(campaign, lead) for lead in range(LEADS))
    answers = chain.from_iterable(_answered(campaign, number) for number in range(EVENTS_A_CAMPAIGN))
    return islice(chain(_begun(campaign), _mailed(campaign), leads, answers), EVENTS_A_CAMPAIGN)


def _begun(campaign: int) -> Iterator[Told]:
    about, budget = numbered(campaign, 0), numbered(campaign, 1)
    yield "campaign.designed.v1", about, 1, _body("campaign.designed.v1", campaign)
    yield "campaign.launched.v1", about, 2, _body("campaign.launched.v1", campaign, targets=TARGETS)
    yield "budget.opened.v1", budget, 1, _body("budget.opened.v1", campaign, budget_id=budget)


def _mailed(campaign: int) -> Iterator[Told]:
    """Every target is mailed and contacted, a page of them at a time."""
    about, mailing = numbered(campaign, 0), numbered(campaign, 2)
    outcome = _BODIES["mailing.outcomes.v1"]["outcomes"][0]
    change = _BODIES["campaign.targets_progressed.v1"]["changes"][0]
    for page in range(TARGETS // PAGE):
        ids = [numbered(campaign, 3, number) for number in range(page * PAGE, (page + 1) * PAGE)]
        outcomes = [{**outcome, "target_id": one, "contact_id": one} for one in ids]
        changes = [{**change, "target_id": one, "contact_id": one, "status": "contacted"} for one in ids]
        sent = _body("mailing.outcomes.v1", campaign, mailing_id=mailing, outcomes=outcomes)
        yield "mailing.outcomes.v1", mailing, page + 1, sent
        progress = _body("campaign.targets_progressed.v1", campaign, changes=changes)
        yield "campaign.targets_progressed.v1", about, page + 3, progress


def _won(campaign: int, number: int) -> Iterator[Told]:
    """A lead is captured, qualified and assigned, and something is spent."""
    lead, budget = numbered(campaign, 4, number), numbered(campaign, 1)
    for sequence, verb in enumerate(("captured", "qualified", "assigned"), 1):
        yield f"lead.{verb}.v1", lead, sequence, _body(f"lead.{verb}.v1", campaign, lead_id=lead)
    spent = _body("budget.posted.v1", campaign, budget_id=budget, entry_id=numbered(campaign, 5, number))
    yield "budget.posted.v1", budget, number + 2, spent


def _answered(campaign: int, number: int) -> Iterator[Told]:
    """A contact is saved and answers, and campaign judges the answer."""
    target, response = numbered(campaign, 3, number % TARGETS), numbered(campaign, 6, number)
    contact, answer = numbered(campaign, 7, number), numbered(campaign, 8, number)
    yield "contact.saved.v1", contact, 1, _BODIES["contact.saved.v1"]
    yield "answer.received.v1", answer, 1, _body("answer.received.v1", campaign, target_id=target)
    judged = _body("campaign.responded.v1", campaign, target_id=target, response_id=response)
    yield "campaign.responded.v1", numbered(campaign, 0), AFTER_PAGES + number, judged


def _body(kind: str, campaign: int, **changes: Any) -> dict[str, Any]:
    return {**_BODIES[kind], "campaign_id": numbered(campaign, 0), **changes}
