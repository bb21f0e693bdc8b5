"""What a demonstration leaves behind is what the people in it may expect."""

import csv
import io
import subprocess
import sys

import pytest
import requests

from fanfare.demo.people import APPROVERS, ASSISTANT, JUDGE, REPS, WATCHER
from tests.suite.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_who_unsubscribed_is_suppressed_and_has_withdrawn_consent(played: Stage) -> None:
    world = played.world
    left = {act.address for act in world.acts if act.leaves}
    suppressed = {one["contact_id"] for one in world.api.items(WATCHER, "outreach", "/suppressions")}
    contacts = {one["id"]: one for one in world.api.items(JUDGE, "lead", "/contacts")}
    assert {contacts[one]["email"] for one in suppressed} == left
    for one in suppressed:
        (consent,) = [word for word in contacts[one]["consents"] if word["channel"] == "email"]
        assert consent["granted"] is False


def test_nobody_approved_what_they_had_asked_for(played: Stage) -> None:
    approvals = list(played.world.api.items(APPROVERS[0], "finance", "/approvals"))
    assert len(approvals) == 3
    for approval in approvals:
        deciders = {one["person"] for step in approval["steps"] for one in step["decisions"]}
        assert approval["requested_by"] not in deciders


def test_the_reps_share_the_near_term_leads_evenly(played: Stage) -> None:
    shares = [
        sum(1 for _ in played.world.api.items(JUDGE, "lead", "/leads", assignee=rep.subject)) for rep in REPS
    ]
    assert shares == [11, 11, 11]


def test_a_rejected_row_is_named_with_its_line_and_reason(played: Stage) -> None:
    path = f"/imports/{played.world.import_id}/errors"
    text = played.world.api.call("GET", ASSISTANT, "lead", path).content.decode("utf-8-sig")
    rejected = list(csv.DictReader(io.StringIO(text)))
    assert len(rejected) == 5
    source = played.world.contacts.read_text(encoding="utf-8-sig").split("\n")
    for row in rejected:
        assert row["reason"] and source[int(row["line"]) - 1].startswith(row["Record ID"])


def test_the_page_opens_for_whoever_has_the_link_and_for_nobody_else(played: Stage) -> None:
    url = played.world.page_url
    page = requests.get(url, timeout=30)
    assert page.status_code == 200
    assert "Something new" in page.text
    assert requests.get(url[:-1] + ("0" if url[-1] != "0" else "1"), timeout=30).status_code == 403


def test_no_event_is_dead_or_waits_when_all_is_done(played: Stage) -> None:
    command = [sys.executable, "-m", "fanfare", "dead", "list", "--waiting"]
    environment, folder = played.stack.environment, played.stack.folder
    held = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
    assert held.stdout == ""
