"""What the steps share: who plays, what they have learnt so far, and how they ask for something.

After each step the budget is looked at and kept under the name of the step; what it should have been then
is for the tests to say.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.roles import ADMINISTRATOR
from fanfare.demo.api import Api, Record
from fanfare.demo.people import APPROVERS, CLERK, DEPARTMENT, PLANNER, WATCHER, Person
from fanfare.demo.world import World
from fanfare.local.stack import SERVICES, Stack

ADMIN = Person("olga", "Olga Ferreira", ADMINISTRATOR)
FIRST_APPROVER, SECOND_APPROVER = APPROVERS


@dataclass
class Play:
    """What the steps of the play share. ``seen`` is the budget after each step, ``kept`` other answers."""

    world: World
    stack: Stack
    today: date
    campaign_id: str = ""
    neighbour_id: str = ""
    budget_id: str = ""
    seen: dict[str, Record] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def api(self) -> Api:
        return self.world.api

    @property
    def campaign(self) -> str:
        return f"/campaigns/{self.campaign_id}"

    @property
    def budget(self) -> str:
        return f"/budgets/{self.budget_id}"

    def look(self, step: str, *, at: str | None = None) -> None:
        """Keep the budget as it stands, or stood at a moment, under the name of ``step``."""
        moment = {} if at is None else {"at": at}
        self.seen[step] = self.api.get(CLERK, "finance", self.budget, **moment)

    def line(self, name: str) -> str:
        """The id of a budget line."""
        lines = self.api.get(CLERK, "finance", self.budget)["lines"]
        return next(str(one["id"]) for one in lines if one["name"] == name)

    def entries(self, **filters: Any) -> list[Record]:
        return list(self.api.items(CLERK, "finance", f"{self.budget}/entries", **filters))

    def tag(self, who: Person, service: str, path: str) -> str:
        """The ETag of what ``path`` shows. A campaign in detail has none, but says its version."""
        answer = self.api.call("GET", who, service, path)
        return answer.headers.get("ETag") or f'"{answer.json()["version"]}"'

    def put(self, path: str, body: Record) -> None:
        """Replace a part of the campaign's plan, as its planner."""
        tag = self.tag(PLANNER, "campaign", self.campaign)
        self.api.call("PUT", PLANNER, "campaign", path, json=body, headers={"If-Match": tag})

    def post_on(self, read: str, path: str) -> Record:
        """What a clerk has finance do, for what ``read`` shows as it stands."""
        tag = {"If-Match": self.tag(CLERK, "finance", read)}
        written: Record = self.api.post(CLERK, "finance", path, headers=tag)
        return written

    def state_of(self, campaign_id: str, wanted: str) -> Record:
        """Wait until a campaign is in a state."""

        def look() -> Record | None:
            found: Record = self.api.get(PLANNER, "campaign", f"/campaigns/{campaign_id}")
            return found if found["state"] == wanted else None

        return self.world.wait(f"a campaign that is {wanted}", look)

    def on_desk(self, subject_id: str, *, version: int | None = None) -> Record:
        """Wait for the open request about a subject."""

        def look() -> Record | None:
            found = self.api.items(FIRST_APPROVER, "finance", "/approvals", state="open")
            about = (one for one in found if one["subject_id"] == subject_id)
            return next((one for one in about if version in {None, one["subject_version"]}), None)

        return self.world.wait("a request on the desk", look)

    def agree(self, subject_id: str, *, version: int | None = None, **said: Any) -> Record:
        """Let the approvers decide, one step after the other, until the request is through."""
        approval = self.on_desk(subject_id, version=version)
        while approval["state"] == "open":
            step = next(one for one in approval["steps"] if one["state"] == "open")
            decided = {one["person"] for one in step["decisions"]}
            who = next(person for person in APPROVERS if person.subject not in decided)
            body = {"outcome": "approve", "comment": "Agreed.", "step": step["position"], **said}
            approval = self.api.post(who, "finance", f"/approvals/{approval['id']}/decisions", body)
        return approval

    def refuse(self, subject_id: str, *, why: str) -> Record:
        path = f"/approvals/{self.on_desk(subject_id)['id']}/decisions"
        refused: Record = self.api.post(
            FIRST_APPROVER, "finance", path, {"outcome": "reject", "comment": why}
        )
        return refused


def api_of(stack: Stack, world: World) -> Api:
    """The services, where an administrator and an analyst see every department."""

    def token_of(person: Person) -> str:
        departments = ["*"] if person.role in {ADMINISTRATOR, "analyst"} else [DEPARTMENT]
        return stack.token(subject=person.subject, roles=[person.role], departments=departments)

    return Api({name: stack.url(name) for name in SERVICES}, token_of=token_of, check=world.check)


def attempt(
    play: Play, who: Person, path: str, body: Record | None = None, *, on: str | None = None
) -> tuple[int, str]:
    """The status and the detail of a POST to finance that may be refused; ``on`` is what it builds on."""
    token = play.stack.token(subject=who.subject, roles=[who.role], departments=[DEPARTMENT])
    headers = {"Authorization": f"Bearer {token}"}
    if on is not None:
        headers["If-Match"] = play.tag(who, "finance", on)
    url = f"{play.stack.url('finance')}{path}"
    answer = play.api.send("POST", url, json=body, headers=headers)
    return answer.status_code, answer.json().get("detail", "")


def archived(play: Play, subject: str, many: int) -> list[Record] | None:
    """The events of a subject once there are so many."""
    found: list[Record] = play.api.get(WATCHER, "reporting", "/events", subject=subject, limit=1000)
    return found if len(found) >= many else None
