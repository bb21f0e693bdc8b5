"""One lead over the real stack, from a click in a mail to the opportunity, with all that may come between.

Nina follows a link of a campaign's mail. Her lead is judged and given to a rep by rule; he lets it lie, is
reminded, the manager hears of it, and it goes to the next one. That one's deputy accepts it, he gives it
back, and it rests until spring; but Nina answers again, and whoever gets it then makes an opportunity of it.
"""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis import clock
from chassis.clock import now
from fanfare.demo.api import Api, Record
from fanfare.demo.people import ASSISTANT, DEPARTMENT, JUDGE, PLANNER, REPS, SALES_LEAD, WATCHER, Person
from fanfare.demo.planning import approve, campaign_in
from fanfare.demo.recipients import delivered
from fanfare.demo.staging import Servers
from fanfare.demo.world import World
from fanfare.local.stack import Stack
from tests.harness import ahead
from tests.harness.ahead import DAY, Calendar
from tests.journeys.money.play import ADMIN, api_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

MINUTE = 60 / DAY
NINA = "nina@example.com"
DEPUTY = REPS[2]
STEPS = ((50, "remind"), (100, "escalate"), (200, "reassign"))
MAIL = """\
<p>Dear {{ full_name }}, <a href="https://shop.example.com/pumps">look at our pumps</a> or
<a href="{{ form_url }}">tell us what you think</a>.</p>
<p><a href="{{ unsubscribe_url }}">No more mails like this</a></p>
"""

Told = tuple[str, str, str, str]
"""What happened, who did it, in whose place, and a part of why."""


class Journey:
    """The play, act by act. ``first`` and ``second`` are the reps, as the rules chose them."""

    first: Person
    second: Person
    last: Person
    contact_id: str
    lead_id: str

    def __init__(self, world: World, stack: Stack, calendar: Calendar) -> None:
        self.world = world
        self.stack = stack
        self.calendar = calendar
        self.late: list[Record] = []
        world.api = api_of(stack, world)

    @property
    def api(self) -> Api:
        return self.world.api

    @property
    def lead(self) -> str:
        return f"/leads/{self.lead_id}"

    def play(self) -> None:
        self.open_office()
        self.invite()
        self.answer_once()
        self.give_out()
        self.let_it_lie()
        self.give_back()
        self.answer_again()
        self.sell()

    def jump(self, *, days: float) -> None:
        """So many days after the beginning. Tokens of today are no longer good then."""
        self.calendar.jump(days=days)
        self.world.api = api_of(self.stack, self.world)

    def do(self, who: Person, what: str, **body: Any) -> Record:
        """Have somebody do something with the lead."""
        done: Record = self.api.post(who, "lead", f"{self.lead}/{what}", body or None)
        return done

    def open_office(self) -> None:
        """Three reps, of whom two take leads in turn; an hour to accept one; and where their mail goes."""
        for rep in REPS:
            body = {"subject": rep.subject, "name": rep.name, "department": DEPARTMENT}
            self.api.post(SALES_LEAD, "lead", "/reps", body)
        turns: Record = {"code": "north", "name": "North in turn", "regions": ["North"], "by": "round_robin"}
        turns["reps"] = [rep.subject for rep in REPS if rep != DEPUTY]
        self.api.post(SALES_LEAD, "lead", "/rule-sets", {"department": DEPARTMENT, "rules": [turns]})
        hours = {"code": "always", "name": "Always", "time_zone": "UTC", "week": [["00:00-24:00"]] * 7}
        calendar = self.api.post(SALES_LEAD, "lead", "/calendars", {"department": DEPARTMENT, **hours})
        steps = [{"percent": percent, "act": act} for percent, act in STEPS]
        level = {"subject": "lead", "calendar_id": calendar["id"]}
        level["targets"] = [{"clock": "accept", "minutes": 60, "steps": steps}]
        self.api.post(SALES_LEAD, "lead", "/service-levels", {"department": DEPARTMENT, **level})
        for one in (SALES_LEAD, *REPS):
            entry = {"subject": one.subject, "name": one.name, "email": f"{one.subject}@office.example.com"}
            held = {"roles": [one.role], "departments": [DEPARTMENT]}
            self.api.post(ADMIN, "outreach", "/staff", entry | held)

    def invite(self) -> None:
        """A campaign that mails Nina, from the import of her address to the mail."""
        self.import_nina()
        rule = {"field": "email", "op": "exists", "value": True}
        body = {"name": "Nina", "department": DEPARTMENT, "rule": rule}
        segment_id = self.api.post(PLANNER, "lead", "/segments", body)["id"]
        content = {"name": "Pumps", "department": DEPARTMENT, "subject": "Our pumps", "html": MAIL}
        template_id = self.api.post(PLANNER, "outreach", "/templates", content)["id"]
        self.world.campaign_id = self.design(segment_id)
        wave = {"channel": "email", "template_id": template_id, "release": "when_due"}
        wave_id = self.api.post(PLANNER, "campaign", f"{self.world.campaign}/waves", wave)["id"]
        self.api.post(PLANNER, "campaign", f"{self.world.campaign}/submission")
        approve(self.world, subject_id=self.world.campaign_id, what="the plan")
        self.world.wait("the approval", lambda: campaign_in(self.world, "approved"))
        self.api.post(PLANNER, "campaign", f"{self.world.campaign}/start")
        path = f"{self.world.campaign}/waves/{wave_id}"
        self.world.wait("the mail", lambda: self.api.get(PLANNER, "campaign", path)["finished_at"])

    def import_nina(self) -> None:
        rows = f"Email,First name,Last name,Region\n{NINA},Nina,Sandoval,North\n"
        agreed = {"consent": "email", "wording": "agreed at the counter"}
        done = self.api.post(
            ASSISTANT,
            "lead",
            "/imports",
            params={"filename": "nina.csv", "department": DEPARTMENT, **agreed},
            data=rows.encode(),
            headers={"Content-Type": "text/csv"},
        )
        path = f"/imports/{done['id']}"
        self.world.wait("the import", lambda: self.api.get(ASSISTANT, "lead", path)["finished_at"])
        (contact,) = self.api.items(ASSISTANT, "lead", "/contacts")
        self.contact_id = contact["id"]

    def design(self, segment_id: str) -> str:
        today = date.today()
        body = {
            "code": "PUMPS",
            "name": "Our pumps",
            "kind": "bulk_mail",
            "department": DEPARTMENT,
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=60)).isoformat(),
            "currency": "EUR",
            "segment_id": segment_id,
            "budget": [{"name": "Mail", "amount": "50.00"}],
        }
        return str(self.api.post(PLANNER, "campaign", "/campaigns", body)["id"])

    def link(self, kind: str) -> str:
        """The link of the mail that leads to our own page of that kind."""
        (mail,) = [file for address, file in delivered(self.world.mailbox) if address == NINA]
        page = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("html",))
        links = map(html.unescape, re.findall(r'href="([^"]+)"', page.get_content() if page else ""))
        return next(link for link in links if urlsplit(link).path[1:2] == kind)

    def answer_once(self) -> None:
        """Nina follows a link some minutes after the mail came; who does at once is taken for a machine."""
        self.jump(days=5 * MINUTE)
        assert self.api.send("GET", self.link("c")).status_code == 302

        def captured() -> Record | None:
            return next(self.api.items(JUDGE, "lead", "/leads"), None)

        self.lead_id = self.world.wait("the lead", captured)["id"]

    def give_out(self) -> None:
        """It is judged, and the rules choose who gets it."""
        found = {"outcome": "near_term", "grade": "B", "value": "900.00", "currency": "EUR"}
        self.do(JUDGE, "qualification", **found, reason="wants an offer")
        self.first = self.owner(self.do(SALES_LEAD, "assignment"))

    def let_it_lie(self) -> None:
        """The hour to accept passes, and another: remind, escalate, give it to the next one."""
        self.jump(days=40 * MINUTE)
        self.await_told("reminded")
        self.jump(days=80 * MINUTE)
        self.await_told("escalated")
        self.late = list(self.api.items(SALES_LEAD, "lead", "/clocks", late="true"))
        self.jump(days=140 * MINUTE)
        self.await_told("taken_back")
        self.second = self.owner(self.api.get(SALES_LEAD, "lead", self.lead))

    def give_back(self) -> None:
        """His deputy accepts it for the second, who returns it; the manager lays it aside until spring."""
        until = (now() + timedelta(days=2)).isoformat()
        period = {"department": DEPARTMENT, "deputy": DEPUTY.subject, "valid_until": until}
        self.api.post(self.second, "lead", "/proxies", period | {"reason": "at the fair"})
        self.do(DEPUTY, "acceptance")
        self.do(self.second, "return", reason="she speaks Spanish only")
        wake_at = (now() + timedelta(days=90)).isoformat()
        self.do(SALES_LEAD, "rest", wake_at=wake_at, reason="buys in spring")

    def answer_again(self) -> None:
        """Long before, Nina fills in the form of the same mail."""
        self.jump(days=10)
        form = {"interested": "yes", "note": "Can it be this month?"}
        assert self.api.send("POST", self.link("f"), data=form).status_code == 200
        self.await_told("woken")

    def sell(self) -> None:
        self.last = self.owner(self.do(SALES_LEAD, "assignment"))
        self.do(self.last, "acceptance")
        self.do(self.last, "work", note="called her")
        found = {"outcome": "near_term", "grade": "A", "value": "1200.00", "currency": "EUR"}
        self.do(self.last, "qualification", **found, reason="orders this month")
        self.do(self.last, "conversion", name="Two pumps", amount="1200.00", currency="EUR")

    def owner(self, lead: Record) -> Person:
        return next(rep for rep in REPS if rep.subject == lead["assignee"])

    def await_told(self, kind: str) -> None:
        def told() -> bool | None:
            shown = self.api.get(SALES_LEAD, "lead", self.lead)
            return any(one["kind"] == kind for one in shown["timeline"]) or None

        self.world.wait(f"that it is {kind}", told)

    def expected(self) -> list[Told]:
        """Each step between Nina's first answer and her second, and from there to the end."""
        first, second, last = self.first.subject, self.second.subject, self.last.subject
        judge, manager, clocks = JUDGE.subject, SALES_LEAD.subject, "service:lead"
        return [
            ("qualified", judge, "", "near_term, grade B: wants an offer"),
            ("assigned", manager, "", f"{first}, rule 1 of 1, North in turn: round robin"),
            ("reminded", clocks, "", "accept: 50 % of the time, due "),
            ("breached", clocks, "", "accept: 100 % of the time, due "),
            ("escalated", clocks, "", "accept: 100 % of the time, due "),
            ("taken_back", clocks, "", "accept: 200 % of the time, due "),
            ("pooled", clocks, "", "returns: accept: 200 % of the time, due "),
            ("assigned", clocks, "", f"{second}, accept: 200 % of the time, due "),
            ("accepted", DEPUTY.subject, second, ""),
            ("returned", second, "", "she speaks Spanish only; to returns"),
            ("nurtured", manager, "", ": buys in spring"),
            ANSWERED_AGAIN,
            ("woken", "service:campaign", "", "heard of again: form; to sales"),
            ("assigned", manager, "", f"{last}, rule 1 of 1, North in turn: round robin"),
            ("accepted", last, "", ""),
            ("worked", last, "", "called her"),
            ("qualified", last, "", "near_term, grade A: orders this month"),
            ("converted", last, "", "Two pumps"),
        ]


ANSWERED_AGAIN: Told = ("answered", "service:campaign", "", "form: interested")
CAPTURED: Told = ("captured", "service:campaign", "", "campaign")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("lead")
    with ahead.staged(servers, folder) as (world, stack, calendar):
        played = Journey(world, stack, calendar)
        played.play()
        yield played


@pytest.fixture(autouse=True)
def _ten_days_later(journey: Journey) -> None:
    """Every test looks back from the end; the clock is set right between any two."""
    clock.travel(seconds=10 * DAY)


def told(entries: Sequence[Record], expected: Sequence[Told]) -> list[Told]:
    """What a timeline says, each with as much of the why as is expected of it."""
    wanted = [part for *_, part in expected]
    wanted += [""] * (len(entries) - len(wanted))
    return [
        (one["kind"], one["actor"], one["on_behalf_of"], part if part in one["note"] else one["note"])
        for one, part in zip(entries, wanted, strict=False)
    ]


def test_the_lead_tells_each_step_once_in_order_with_who_and_why(journey: Journey) -> None:
    expected = [CAPTURED, ("answered", "service:campaign", "", "click: interested"), *journey.expected()]
    assert told(journey.api.get(SALES_LEAD, "lead", journey.lead)["timeline"], expected) == expected


def test_the_contact_tells_the_same_between_mail_and_opportunity(journey: Journey) -> None:
    later = [
        ("form", *one[1:3], "interested") if one == ANSWERED_AGAIN else one for one in journey.expected()
    ]
    expected: list[Told] = [
        ("sent", "service:outreach", "", ""),
        ("click", "service:campaign", "", "interested"),
        CAPTURED,
        *later,
    ]
    path = f"/contacts/{journey.contact_id}/timeline"
    entries = [one for one in journey.api.items(SALES_LEAD, "lead", path) if one["area"] != "contact"][::-1]
    assert told(entries, expected) == expected
    assert [one["at"] for one in entries] == sorted(one["at"] for one in entries)


def test_the_lead_stood_on_the_check_list_with_who_let_it_lie(journey: Journey) -> None:
    stood = [(one["kind"], one["subject_id"], one["owner"]) for one in journey.late]
    assert stood == [("accept", journey.lead_id, journey.first.subject)]
    assert list(journey.api.items(SALES_LEAD, "lead", "/clocks", late="true")) == []
    clocks = journey.api.items(SALES_LEAD, "lead", "/clocks", subject_id=journey.lead_id)
    assert [(one["state"], one["in_time"]) for one in clocks] == [
        ("stopped", True),
        ("stopped", True),
        ("stopped", False),
    ]


def test_everybody_got_the_notices_that_were_theirs_once(journey: Journey) -> None:
    first, second = journey.first, journey.second
    expected = {
        SALES_LEAD: ["lead_escalated"],
        first: ["lead_assigned", "lead_reminder"],
        second: ["lead_assigned"],
        DEPUTY: [],
    }
    expected[journey.last] = [*expected[journey.last], "lead_assigned"]

    def got() -> dict[Person, list[str]]:
        return {who: kinds(journey, who) for who in expected}

    journey.world.wait("the notices", lambda: True if got() == expected else None, seen=got)


def kinds(journey: Journey, who: Person) -> list[str]:
    """The kinds of the notices that somebody was sent, oldest first."""
    notices = journey.api.items(who, "outreach", "/my-notices")
    return [one["kind"] for one in notices if one["state"] == "sent"][::-1]


def test_the_archive_has_every_event_of_the_lead_in_order(journey: Journey) -> None:
    verbs = (
        *("captured", "qualified", "assigned", "pooled", "assigned", "accepted", "returned", "nurtured"),
        *("touched", "woken", "assigned", "accepted", "worked", "qualified", "converted"),
    )
    subject = f"lead/{journey.lead_id}"

    def archived() -> list[Record] | None:
        found: list[Record] = journey.api.get(WATCHER, "reporting", "/events", subject=subject, limit=100)
        return found if len(found) >= len(verbs) else None

    events = journey.world.wait("the events of the lead", archived)
    assert [one["type"] for one in events] == [f"lead.{verb}.v1" for verb in verbs]


def test_the_campaign_and_its_evaluation_count_one_lead_that_became_an_opportunity(journey: Journey) -> None:
    expected = {"responses": "2", "leads": "1", "valid_leads": "1", "opportunities": "1"}
    path = f"{journey.world.campaign}/evaluation"

    def shown() -> dict[str, str]:
        figures = journey.api.get(WATCHER, "reporting", path)["figures"]
        return {name: str(figures[name]["value"]) for name in expected}

    journey.world.wait("the figures", lambda: True if shown() == expected else None, seen=shown)
    statuses = journey.api.get(PLANNER, "campaign", journey.world.campaign)["targets_by_status"]
    assert {name: count for name, count in statuses.items() if count} == {"opportunity": 1}


def test_the_funnel_has_it_in_every_state_but_one(journey: Journey) -> None:
    stages = journey.api.get(SALES_LEAD, "lead", "/lead-funnel")["stages"]
    reached = {one["state"]: one["reached"] for one in stages}
    assert reached == dict.fromkeys(reached, 1) | {"disqualified": 0}
    total = journey.api.get(SALES_LEAD, "lead", "/lead-summary", by="source")["total"]
    assert (total["leads"], total["open"], total["converted"]) == (1, 0, 1)
