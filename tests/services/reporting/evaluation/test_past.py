"""A campaign is evaluated as it stood at any past moment, by the same rules as now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.auth import Actor
from chassis.database import Database
from chassis.envelope import Message
from chassis.errors import NotFound
from chassis.ids import new_id
from services.reporting.evaluation.report import Evaluation, evaluate_campaign
from tests.harness.databases import DatabaseFactory, SqliteFiles
from tests.services.reporting.builders import (
    NOON,
    balance,
    captured,
    designed,
    launched,
    message,
    opened,
    outcomes,
    posted,
    progressed,
    qualified,
    released,
    responded,
)
from tests.services.reporting.people import ANNA
from tests.services.reporting.rows import deliver
from tests.services.reporting.running import Reporting

ROOT = Actor.system("root")
HOUR = timedelta(hours=1)
CAMPAIGN, OTHER = new_id(), new_id()
TARGETS, LEADS, MAILINGS, WAVES, LINES = ([new_id() for _ in range(3)] for _ in range(5))
BUDGET = new_id()
STATUSES = ("targeted", "contacted", "responded", "opted_out", "lead", "opportunity", "won")

which = st.integers(0, 2)
acts = st.one_of(
    st.builds(
        lambda one, status: progressed(CAMPAIGN, (TARGETS[one], status)), which, st.sampled_from(STATUSES)
    ),
    st.builds(
        lambda one, outcome, mailing: outcomes(
            CAMPAIGN, [TARGETS[one]], outcome, mailing_id=MAILINGS[mailing], wave_id=WAVES[mailing]
        ),
        which,
        st.sampled_from(["accepted", "failed", "uncertain"]),
        which,
    ),
    st.builds(lambda one: responded(CAMPAIGN, TARGETS[one]), which),
    st.builds(
        lambda one, campaign: captured(campaign, LEADS[one]), which, st.sampled_from([CAMPAIGN, OTHER])
    ),
    st.builds(
        lambda one, campaign, outcome: qualified(campaign, LEADS[one], outcome),
        which,
        st.sampled_from([CAMPAIGN, OTHER, None]),
        st.sampled_from(["near_term", "long_term", "not_a_target"]),
    ),
    st.builds(lambda one, number: released(CAMPAIGN, WAVES[one], number), which, st.integers(1, 5)),
    st.builds(
        lambda one, currency: opened(CAMPAIGN, BUDGET, balance(LINES[one]), currency=currency),
        which,
        st.sampled_from(["EUR", "EUR", "USD"]),
    ),
    st.builds(
        lambda one, spent, kind: posted(CAMPAIGN, BUDGET, balance(LINES[one], incurred=spent), kind=kind),
        which,
        st.integers(0, 900),
        st.sampled_from(["incur", "allocate"]),
    ),
    st.builds(lambda number: launched(CAMPAIGN, number), st.integers(0, 50)),
)


def told(events: list[Any]) -> list[Message]:
    """The messages of these events after a plan, an hour between any two."""
    sequences: dict[UUID, int] = {}
    messages = []
    for hours, event in enumerate([designed(CAMPAIGN), *events]):
        subject = next(
            getattr(event, name)
            for name in ("lead_id", "mailing_id", "budget_id", "wave_id", "campaign_id")
            if hasattr(event, name)
        )
        sequences[subject] = sequences.get(subject, 0) + 1
        one = message(event, subject, sequences[subject])
        one.time = NOON + hours * HOUR
        messages.append(one)
    return messages


def evaluated(database: Database, *, at: datetime | None = None) -> Evaluation:
    with database.reading() as session:
        return evaluate_campaign(session, ROOT, CAMPAIGN, at=at)


def plain(evaluation: Evaluation) -> dict[str, Any]:
    """All of an evaluation that can be compared."""

    def traced(part: Any) -> dict[str, Any]:
        sources = [(one.type, one.events, one.first_position, one.last_position) for one in part["sources"]]
        return {**part, "sources": sources}

    return {
        "campaign": (evaluation.campaign.name, evaluation.campaign.state, evaluation.campaign.targets),
        "figures": {name: traced(figure) for name, figure in evaluation.figures.items()},
        "goals": [traced(goal) for goal in evaluation.goals],
        "funnel": evaluation.funnel,
        "progress": evaluation.progress,
        "waves": evaluation.waves,
        "lines": [(one.name, one.line_id, one.incurred, one.allocated) for one in evaluation.budget_lines],
    }


@pytest.fixture
def on_sqlite(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("reporting")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=10), st.lists(acts, max_size=3))
def test_the_past_is_evaluated_as_it_was_when_it_was_the_present(
    sqlite_files: SqliteFiles, on_sqlite: Database, before: list[Any], after: list[Any]
) -> None:
    sqlite_files.renew(on_sqlite)
    messages = told([*before, *after])
    then = messages[len(before)].time
    deliver(on_sqlite, messages[: len(before) + 1])
    expected = plain(evaluated(on_sqlite))
    deliver(on_sqlite, messages[len(before) + 1 :])
    assert plain(evaluated(on_sqlite, at=then)) == expected


def test_on_both_databases_a_moment_decides_what_counts(database_of: Callable[[str], Database]) -> None:
    database = database_of("reporting")
    events = [captured(CAMPAIGN, LEADS[0]), qualified(CAMPAIGN, LEADS[0]), qualified(OTHER, LEADS[0])]
    messages = told(events)
    deliver(database, messages)
    figures = [evaluated(database, at=NOON + hours * HOUR).figures for hours in range(4)]
    assert [one["leads"]["value"] for one in figures] == [0, 1, 1, 0]
    assert [one["valid_leads"]["value"] for one in figures] == [0, 0, 1, 0]
    assert [one["lead_conversion"]["value"] for one in figures] == [None] * 4
    with pytest.raises(NotFound):
        evaluated(database, at=NOON - HOUR)


def test_the_moment_is_named_in_the_address(reporting_on_sqlite: Reporting) -> None:
    reporting, path = reporting_on_sqlite, reporting_on_sqlite.path("evaluation")
    later = message(qualified(reporting.campaign_id, new_id()), new_id())
    later.time = NOON + HOUR
    reporting.hear(later)
    moment = quote(NOON.isoformat())
    then = reporting.client.get(f"{path}?at={moment}", as_=ANNA).json()
    now = reporting.client.get(path, as_=ANNA).json()
    assert (then["figures"]["valid_leads"]["value"], now["figures"]["valid_leads"]["value"]) == (1, 2)
    assert (then["evaluated_at"], then["position"]) == (NOON.isoformat(), 16)
    events = reporting.path("figures/valid_leads/events")
    assert len(reporting.client.get(f"{events}?at={moment}", as_=ANNA).json()) == 2
    assert len(reporting.client.get(events, as_=ANNA).json()) == 3
    early = quote((NOON - HOUR).isoformat())
    assert reporting.client.get(f"{path}?at={early}", as_=ANNA).status_code == 404
    for wrong in ("2999-01-01T00:00:00Z", "yesterday", "2026-11-21T12:00:00"):
        answer = reporting.client.get(f"{path}?at={wrong}", as_=ANNA)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "at")


def test_the_page_and_its_files_look_back_too(reporting_on_sqlite: Reporting) -> None:
    reporting, path = reporting_on_sqlite, reporting_on_sqlite.path("page")
    later = message(qualified(reporting.campaign_id, new_id()), new_id())
    later.time = NOON + HOUR
    reporting.hear(later)
    moment = f"{NOON:%Y-%m-%dT%H:%M:%S}"
    then = reporting.client.get(f"{path}?at={moment}", as_=ANNA).text
    assert f'<time datetime="{NOON.isoformat()}">' in then and 'name="at" max="20' in then
    assert f'value="{moment}"' in then and f"page/figures?at={quote(moment)}" in then
    blank = reporting.client.get(f"{path}?at=", as_=ANNA).text
    assert NOON.isoformat() not in blank and 'value=""' in blank
    leads = [
        next(
            line
            for line in reporting.client.get(f"{path}/figures{at}", as_=ANNA).text.splitlines()
            if "valid_leads" in line
        )
        for at in (f"?at={moment}", "")
    ]
    assert [line.split(",")[1] for line in leads] == ["1", "2"]
    assert reporting.client.get(f"{path}.pdf?at={moment}", as_=ANNA).content.startswith(b"%PDF")


def test_a_signed_link_shows_the_present_only(reporting_on_sqlite: Reporting) -> None:
    made = reporting_on_sqlite.client.post(reporting_on_sqlite.path("page-links"), json={}, as_=ANNA).json()
    link = urlsplit(made["url"])
    answer = reporting_on_sqlite.client.get(f"{link.path}?{link.query}&at={NOON:%Y-%m-%dT%H:%M:%S}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "at")
    assert 'id="at"' not in reporting_on_sqlite.client.get(f"{link.path}?{link.query}").text
