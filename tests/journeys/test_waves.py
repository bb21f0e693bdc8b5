"""What waves are for, over the real stack: buyers of A are invited to try B.

They are invited by mail; the interested are put on trial by a follow-up, the silent get a letter two
weeks later, those who score the trial with eight or more become leads, and the others get a survey
from a sub-campaign that the wave opens by itself.
"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis import clock
from fanfare.demo.api import Api, Record
from fanfare.demo.people import ASSISTANT, DEPARTMENT, JUDGE, PLANNER
from fanfare.demo.planning import approve, campaign_in
from fanfare.demo.recipients import ONE_CLICK, delivered
from fanfare.demo.staging import Servers, api_of
from fanfare.demo.world import World
from fanfare.local.stack import Stack
from tests.harness import ahead
from tests.harness.ahead import DAY, Calendar

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

INTERESTED = {"ida": "9", "ines": "8", "igor": "7.5", "ivan": "3", "iris": None}
"""Who says yes, and how they score the trial; one of them never does."""

SILENT = {"sam", "sue", "sid"}
"""Who does nothing. The mail of one of them is looked through by a scanner, which is nobody's interest."""

OTHERS = {"ned": "no", "cleo": "click", "uma": "unsubscribes"}
BUYERS = {*INTERESTED, *SILENT, *OTHERS}
STRANGERS = {"xena", "xaver"}

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SCANNER = "Barracuda Sentinel (EE)"

MAIL = """\
<p>Dear {{ full_name }}, <a href="https://shop.example.com/b">look at B</a> or
<a href="{{ form_url }}">tell us what you think</a>.</p>
<p><a href="{{ unsubscribe_url }}">No more mails like this</a></p>
<p>Reference {{ campaign_code }}</p>
"""


def address_of(name: str) -> str:
    return f"{name}@example.com"


class Journey:
    """The play, step by step; what it comes to is looked at afterwards."""

    def __init__(self, world: World, stack: Stack, calendar: Calendar) -> None:
        self.world = world
        self.stack = stack
        self.calendar = calendar
        self.waves: dict[str, str] = {}
        self.contacts: dict[str, str] = {}

    @property
    def api(self) -> Api:
        return self.world.api

    def play(self) -> None:
        self.import_buyers()
        self.plan()
        self.invite()
        self.jump(days=3.1)
        self.await_wave("trial", "finished_at")
        self.score()
        self.await_leads()
        self.jump(days=15)
        self.await_wave("letter", "released_at")
        self.await_survey()

    def jump(self, *, days: float) -> None:
        """So many days after the beginning. Tokens of today are no longer good then."""
        self.calendar.jump(days=days)
        self.world.api = api_of(self.stack, check=self.world.check)

    def import_buyers(self) -> None:
        head = "Email,First name,Last name,Source,Street,Zip,City,Country\n"
        rows = [
            f"{address_of(name)},{name.title()},Test,{source},Hauptstr. 5,10115,Berlin,Germany\n"
            for names, source in ((BUYERS, "bought A"), (STRANGERS, "bought nothing"))
            for name in sorted(names)
        ]
        parameters = {"filename": "buyers.csv", "department": DEPARTMENT, "consent": ["email", "dm"]}
        done = self.api.post(
            ASSISTANT,
            "lead",
            "/imports",
            params=parameters | {"wording": "agreed at the counter"},
            data=(head + "".join(rows)).encode(),
            headers={"Content-Type": "text/csv"},
        )
        path = f"/imports/{done['id']}"
        self.world.wait("the import", lambda: self.api.get(ASSISTANT, "lead", path)["finished_at"])
        contacts = list(self.api.items(ASSISTANT, "lead", "/contacts"))
        assert len(contacts) == len(BUYERS | STRANGERS)
        self.contacts = {one["id"]: one["email"].partition("@")[0] for one in contacts}

    def plan(self) -> None:
        rule = {"field": "source", "op": "eq", "value": "bought A"}
        body = {"name": "Buyers of A", "department": DEPARTMENT, "rule": rule}
        segment_id = self.api.post(PLANNER, "lead", "/segments", body)["id"]
        survey = self.design("SURVEY-B", "What was missing?", budget=[])
        self.plan_wave(survey, channel="email", template_id=self.template("Survey"), release="when_due")
        budget = [{"name": "Mail and letters", "amount": "900.00"}]
        self.world.campaign_id = self.design("TRY-B", "Try B", segment_id=segment_id, budget=budget)
        self.plan_waves(survey)
        self.api.post(PLANNER, "campaign", f"{self.world.campaign}/submission")
        approve(self.world, subject_id=self.world.campaign_id, what="the plan")
        self.world.wait("the approval", lambda: campaign_in(self.world, "approved"))
        self.api.post(PLANNER, "campaign", f"{self.world.campaign}/start")
        self.world.wait("the target list", lambda: campaign_in(self.world, "running"))

    def plan_waves(self, survey: str) -> None:
        first = self.plan_wave(
            self.world.campaign_id, channel="email", template_id=self.template("Invitation")
        )
        trial = self.plan_wave(
            self.world.campaign_id,
            channel="email",
            template_id=self.template("Trial"),
            after_id=first,
            answer_classes=["interested"],
            wait_days=3,
            release="when_due",
        )
        letter = {"channel": "dm", "template_id": self.template("Letter", channel="dm")}
        silent = {"answer_classes": ["no_answer"], "silent_days": 14, "release": "when_due"}
        self.waves = {
            "invitation": first,
            "trial": trial,
            "letter": self.plan_wave(self.world.campaign_id, after_id=first, **letter, **silent),
            **self.plan_actions(trial, survey),
        }

    def plan_actions(self, trial: str, survey: str) -> dict[str, str]:
        due = {"after_id": trial, "release": "when_due"}
        child = {"template_campaign_id": survey, "child": "started", "wait_days": 10}
        campaign_id = self.world.campaign_id
        return {
            "leads": self.plan_wave(campaign_id, action="leads", score_at_least="8", **due),
            "survey": self.plan_wave(campaign_id, action="sub_campaign", score_below="8", **child, **due),
        }

    def design(self, code: str, name: str, **changes: Any) -> str:
        today = date.today()
        body = {
            "code": code,
            "name": name,
            "kind": "product_launch",
            "department": DEPARTMENT,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=60)).isoformat(),
            "currency": "EUR",
            "click_means": "undecided",
            "leads_from": "follow_ups",
            **changes,
        }
        return str(self.api.post(PLANNER, "campaign", "/campaigns", body)["id"])

    def template(self, name: str, **changes: Any) -> str:
        letter = {"html": "<p>Dear {{ full_name }}, we have not heard from you.</p>"}
        content = letter if changes else {"subject": f"{name} of B", "html": MAIL}
        body = {"name": name, "department": DEPARTMENT, **content, **changes}
        return str(self.api.post(PLANNER, "outreach", "/templates", body)["id"])

    def plan_wave(self, campaign_id: str, **plan: Any) -> str:
        return str(self.api.post(PLANNER, "campaign", f"/campaigns/{campaign_id}/waves", plan)["id"])

    def invite(self) -> None:
        path = f"{self.world.campaign}/waves/{self.waves['invitation']}"
        seen = self.api.post(PLANNER, "campaign", f"{path}/preview")
        assert (seen["recipients"], seen["overlapping"]) == (len(BUYERS), 0)
        self.api.post(PLANNER, "campaign", f"{path}/release")
        self.await_wave("invitation", "finished_at")
        mails = self.mails("Invitation of B")
        for name in INTERESTED:
            self.say(mails[name], "yes")
        self.say(mails["ned"], "no")
        self.follow(mails["sam"], agent=SCANNER)
        self.api.send("POST", self.link(mails["uma"], "u"), data=ONE_CLICK)
        responses = f"{self.world.campaign}/responses"
        expected = len(INTERESTED) + 2

        def answered() -> bool | None:
            # Who clicks within seconds of the mail counts as a scanner, so she clicks until she is heard.
            self.follow(mails["cleo"], agent=BROWSER)
            return len(list(self.api.items(PLANNER, "campaign", responses))) == expected or None

        self.world.wait(f"{expected} responses", answered)
        self.world.wait("the opt-out", lambda: self.detail()["targets_by_status"]["opted_out"] or None)

    def score(self) -> None:
        """What they wrote on the card that came with the trial is entered by hand."""
        targets = {
            self.contacts[one["contact_id"]]: one["id"]
            for one in self.api.items(PLANNER, "campaign", f"{self.world.campaign}/targets")
        }
        for name, score in INTERESTED.items():
            if score is not None:
                card = {"target_id": targets[name], "kind": "card", "verdict": "undecided", "score": score}
                self.api.post(ASSISTANT, "campaign", f"{self.world.campaign}/responses", card)

    def await_leads(self) -> None:
        enough = sum(float(score or 0) >= 8 for score in INTERESTED.values())
        self.world.wait("the leads", lambda: len(self.leads()) >= enough or None)

    def await_wave(self, name: str, moment: str) -> Record:
        path = f"{self.world.campaign}/waves/{self.waves[name]}"

        def look() -> Record | None:
            wave: Record = self.api.get(PLANNER, "campaign", path)
            return wave if wave[moment] else None

        return self.world.wait(f"{moment} of the {name}", look)

    def await_survey(self) -> None:
        child_id = self.await_wave("survey", "finished_at")["child_id"]
        path = f"/campaigns/{child_id}"
        self.world.wait(
            "the mails of the sub-campaign",
            lambda: self.api.get(PLANNER, "campaign", path)["waves"][0]["finished_at"],
        )

    def detail(self) -> Record:
        shown: Record = self.api.get(PLANNER, "campaign", self.world.campaign)
        return shown

    def leads(self) -> dict[str, Record]:
        found = self.api.items(JUDGE, "lead", "/leads", campaign_id=self.world.campaign_id)
        return {self.contacts[one["contact_id"]]: one for one in found}

    def recipients(self, wave: str) -> set[str]:
        path = f"{self.world.campaign}/waves/{self.waves[wave]}/recipients"
        return {self.contacts[one["contact_id"]] for one in self.api.items(PLANNER, "campaign", path)}

    def mails(self, subject: str) -> dict[str, Path]:
        """The mails with this subject, by whom they went to."""
        return {
            recipient.partition("@")[0]: file
            for recipient, file in delivered(self.world.mailbox)
            if message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == subject
        }

    def link(self, mail: Path, kind: str) -> str:
        page = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("html",))
        links = map(html.unescape, re.findall(r'href="([^"]+)"', page.get_content() if page else ""))
        return next(link for link in links if urlsplit(link).path[1:2] == kind)

    def follow(self, mail: Path, *, agent: str) -> None:
        answer = self.api.send("GET", self.link(mail, "c"), headers={"User-Agent": agent})
        assert answer.status_code == 302

    def say(self, mail: Path, answer: str) -> None:
        form = {"interested": answer, "note": ""}
        assert self.api.send("POST", self.link(mail, "f"), data=form).status_code == 200


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("waves")
    with ahead.staged(servers, folder, FANFARE_CAMPAIGN_FOLLOW_UP_SECONDS="1") as (
        world,
        stack,
        calendar,
    ):
        played = Journey(world, stack, calendar)
        played.play()
        yield played


@pytest.fixture(autouse=True)
def _two_weeks_later(journey: Journey) -> None:
    """Every test looks back from the end; the clock is set right between any two."""
    clock.travel(seconds=15 * DAY)


Look = Callable[[Journey], set[str]]


def test_all_buyers_of_a_were_invited_and_nobody_else(journey: Journey) -> None:
    assert set(journey.mails("Invitation of B")) == journey.recipients("invitation") == BUYERS


def test_the_interested_and_only_they_were_put_on_trial(journey: Journey) -> None:
    assert set(journey.mails("Trial of B")) == journey.recipients("trial") == set(INTERESTED)


def test_the_silent_and_only_they_got_a_letter_two_weeks_later(journey: Journey) -> None:
    wave = journey.await_wave("letter", "released_at")
    assert (wave["channel"], wave["targets"]) == ("dm", len(SILENT))
    assert journey.recipients("letter") == SILENT


def test_trial_scores_of_eight_and_more_became_leads_and_nothing_else_did(journey: Journey) -> None:
    leads = journey.leads()
    assert {name: float(lead["score"]) for name, lead in leads.items()} == {"ida": 9, "ines": 8}
    assert {lead["source"] for lead in leads.values()} == {"campaign"}
    assert all("score of 8 or more" in lead["why"] for lead in leads.values())


def test_lower_scores_got_a_survey_from_a_sub_campaign_of_their_own(journey: Journey) -> None:
    child_id = journey.await_wave("survey", "finished_at")["child_id"]
    child = journey.api.get(PLANNER, "campaign", f"/campaigns/{child_id}")
    assert (child["state"], child["parent_id"], child["targets"]) == (
        "running",
        journey.world.campaign_id,
        2,
    )
    assert set(journey.mails("Survey of B")) == {"igor", "ivan"}


def test_who_unsubscribed_got_nothing_more(journey: Journey) -> None:
    later = [journey.mails(f"{name} of B") for name in ("Trial", "Survey")]
    assert not any("uma" in mails for mails in later)
    assert "uma" not in journey.recipients("letter")


def test_the_timeline_of_a_lead_tells_the_whole_way(journey: Journey) -> None:
    targets = journey.api.items(PLANNER, "campaign", f"{journey.world.campaign}/targets")
    ida = next(one for one in targets if journey.contacts[one["contact_id"]] == "ida")
    path = f"{journey.world.campaign}/targets/{ida['id']}/timeline"
    told = [(one["kind"], one["what"]) for one in journey.api.get(PLANNER, "campaign", path)["entries"]]
    expected = [
        ("status", "targeted"),
        ("wave", "outreach"),
        ("answer", "form"),
        ("wave", "outreach"),
        ("answer", "card"),
        ("wave", "leads"),
        ("status", "lead"),
    ]
    assert [one for one in told if one in expected] == expected
