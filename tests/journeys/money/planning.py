"""Designing, staffing and planning; being rejected, changed and approved; and changing a plan in mid-run."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from fanfare.demo.api import Record
from fanfare.demo.people import ASSISTANT, DEPARTMENT, PLANNER
from tests.journeys.money.play import Play

REACHABLE, UNREACHABLE, NEIGHBOURS = 8, 2, 4
"""How many were met at the fair and agreed to be mailed, were met and did not, and are the shop's."""

SUBJECT = "Your ticket for the stand"

Plan = Mapping[str, str]
"""What each budget line gets."""

KINDS = {
    "Mailing": "advertising",
    "Print": "print",
    "Venue": "venue",
    "Travel": "other",
    "Gifts": "gifts",
}
FIRST_PLAN: Plan = {"Mailing": "500.00", "Print": "6000.00", "Venue": "9000.00", "Travel": "1500.00"}
SECOND_PLAN: Plan = {**FIRST_PLAN, "Venue": "5000.00"}
AMENDED_PLAN: Plan = {**SECOND_PLAN, "Print": "6500.00", "Gifts": "750.00"}


def import_contacts(play: Play) -> None:
    groups = {
        ("fair", "consenting"): REACHABLE,
        ("fair", "silent"): UNREACHABLE,
        ("shop", "consenting"): NEIGHBOURS,
    }
    for (source, kind), size in groups.items():
        names = [f"{source}-{kind}-{number}" for number in range(size)]
        rows = [f"{name}@example.com,{name.title()},Test,{source}\n" for name in names]
        agreed = {"consent": "email", "wording": "agreed at the stand"} if kind == "consenting" else {}
        done = play.api.post(
            ASSISTANT,
            "lead",
            "/imports",
            params={"filename": f"{source}-{kind}.csv", "department": DEPARTMENT, **agreed},
            data=("Email,First name,Last name,Source\n" + "".join(rows)).encode(),
            headers={"Content-Type": "text/csv"},
        )
        await_import(play, f"/imports/{done['id']}")


def await_import(play: Play, path: str) -> None:
    play.world.wait("the import", lambda: play.api.get(ASSISTANT, "lead", path)["finished_at"])


def design(play: Play) -> None:
    """Two campaigns as drafts: the one that this is about, and a small one beside it."""
    template_id = write_template(play)
    play.campaign_id = plan(play, "SEE-IT", segment(play, "fair"), FIRST_PLAN)
    staff_and_equip(play)
    plan_waves(play, template_id)
    play.neighbour_id = plan(play, "SHOP", segment(play, "shop"), {"Posters": "200.00"})
    play.api.post(
        PLANNER,
        "campaign",
        f"/campaigns/{play.neighbour_id}/waves",
        {"channel": "email", "template_id": template_id},
    )


def write_template(play: Play) -> str:
    template = {
        "name": "Invitation",
        "department": DEPARTMENT,
        "subject": SUBJECT,
        "html": '<p>Dear {{ full_name }}, come.</p><p><a href="{{ unsubscribe_url }}">No more</a></p>',
    }
    return str(play.api.post(PLANNER, "outreach", "/templates", template)["id"])


def segment(play: Play, source: str) -> str:
    rule = {"field": "source", "op": "eq", "value": source}
    body = {"name": f"Of the {source}", "department": DEPARTMENT, "rule": rule}
    return str(play.api.post(PLANNER, "lead", "/segments", body)["id"])


def plan(play: Play, code: str, segment_id: str, lines: Plan) -> str:
    body = designed(play, code=code, segment_id=segment_id, budget=budget_rows(lines))
    return str(play.api.post(PLANNER, "campaign", "/campaigns", body)["id"])


def designed(play: Play, **values: Any) -> Record:
    return {
        "name": "Come and see it",
        "kind": "exhibition",
        "purposes": ["new_customers"],
        "department": DEPARTMENT,
        "starts_on": play.today.isoformat(),
        "ends_on": (play.today + timedelta(days=30)).isoformat(),
        "currency": "EUR",
        "goals": [{"metric": "leads", "target": "5"}],
        **values,
    }


def budget_rows(lines: Plan) -> list[Record]:
    return [
        {
            "name": name,
            "amount": amount,
            "kind": KINDS.get(name, "other"),
            "responsible": ASSISTANT.subject if name in {"Travel", "Gifts"} else PLANNER.subject,
        }
        for name, amount in lines.items()
    ]


def staff_and_equip(play: Play) -> None:
    people = [
        {"person": PLANNER.subject, "duty": "lead"},
        {"person": ASSISTANT.subject, "duty": "execution", "share_percent": 60},
    ]
    play.put(f"{play.campaign}/staff", {"participants": people})
    lines = planned_lines(play)
    items = [
        to_buy(lines["Print"], "print", "Leaflets", quantity="2000", price="1.20"),
        to_buy(lines["Venue"], "venue", "Hall, by the day", quantity="2", price="1500.00"),
    ]
    play.put(f"{play.campaign}/procurement", {"items": items})


def to_buy(line_id: str, kind: str, what: str, *, quantity: str, price: str) -> Record:
    return {
        "line_id": line_id,
        "kind": kind,
        "description": what,
        "quantity": quantity,
        "unit_price": price,
    }


def plan_waves(play: Play, template_id: str) -> None:
    """Both are paid by the copy; the second would go out tomorrow."""
    tomorrow = datetime.combine(play.today + timedelta(days=1), time(9), UTC).isoformat()
    line_id = planned_lines(play)["Mailing"]
    waves: dict[str, Record] = {
        "invitation": {"unit_cost": "1.37"},
        "reminder": {"unit_cost": "0.50", "schedule": {"not_before": tomorrow}},
    }
    for wave, changes in waves.items():
        body = {"channel": "email", "template_id": template_id, "budget_line_id": line_id, **changes}
        play.kept[wave] = play.api.post(PLANNER, "campaign", f"{play.campaign}/waves", body)["id"]


def campaign_of(play: Play) -> Record:
    found: Record = play.api.get(PLANNER, "campaign", play.campaign)
    return found


def planned_lines(play: Play) -> dict[str, str]:
    return {one["name"]: one["line_id"] for one in campaign_of(play)["budget"]}


def get_approved(play: Play) -> None:
    """Rejected with a reason, changed, and agreed to by two approvers; then both campaigns start."""
    handed_in = play.api.post(PLANNER, "campaign", f"{play.campaign}/submission")
    play.kept["first plan"] = handed_in["plan_hash"]
    play.refuse(play.campaign_id, why="The hall is too dear.")
    play.kept["returned"] = play.state_of(play.campaign_id, "draft")
    change_plan(play)
    again = play.api.post(PLANNER, "campaign", f"{play.campaign}/submission")
    play.kept["second plan"] = again["plan_hash"]
    play.kept["plan approval"] = play.agree(play.campaign_id, version=2)
    play.kept["approved"] = play.state_of(play.campaign_id, "approved")
    play.budget_id = budget_of(play, play.campaign_id)
    play.look("opened")
    play.api.post(PLANNER, "campaign", f"/campaigns/{play.neighbour_id}/submission")
    play.agree(play.neighbour_id)
    play.state_of(play.neighbour_id, "approved")
    for one in (play.campaign_id, play.neighbour_id):
        play.api.post(PLANNER, "campaign", f"/campaigns/{one}/start")
    play.state_of(play.neighbour_id, "running")
    play.kept["running"] = play.state_of(play.campaign_id, "running")


def change_plan(play: Play) -> None:
    fields = ("code", "segment_id")
    kept = {name: play.kept["returned"][name] for name in fields}
    body = designed(play, **kept, budget=with_ids(play, SECOND_PLAN))
    play.put(play.campaign, body)


def with_ids(play: Play, lines: Plan) -> list[Record]:
    """The rows of a budget whose lines, where they are known, stay the same ones."""
    known = {one["name"]: {"line_id": one["line_id"]} for one in campaign_of(play)["budget"]}
    return [row | known.get(row["name"], {}) for row in budget_rows(lines)]


def budget_of(play: Play, campaign_id: str) -> str:
    (found,) = play.api.items(PLANNER, "finance", "/budgets", campaign_id=campaign_id)
    return str(found["id"])


def amend(play: Play) -> None:
    """One line more, and more on another, while the campaign runs on."""
    body = {"changes": {"budget": with_ids(play, AMENDED_PLAN)}, "reason": "Gifts, and thicker paper"}
    asked = play.api.post(PLANNER, "campaign", f"{play.campaign}/amendments", body)
    play.kept["amendment"] = asked
    play.kept["amendment approval"] = play.agree(play.campaign_id, version=3)
    path = f"{play.campaign}/amendments/{asked['id']}"

    def passed() -> bool | None:
        return play.api.get(PLANNER, "campaign", path)["state"] == "approved" or None

    play.world.wait("the amendment in the campaign service", passed)
    play.look("amended")


def hash_of(content: Record) -> str:
    """SHA-256 of the canonical JSON of a plan, computed here once more."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
