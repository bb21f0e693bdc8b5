"""Assignment, pools, runs and hand-over as people call them."""

from typing import Any

import pytest

from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import ANALYST, MARKETING_MANAGER, SALES_MANAGER
from services.lead.reassignment.worker import Reassigner
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, SETTINGS, exhaust, rep

RITA, ROLF = rep("rita"), rep("rolf")
SAM = person("sam", SALES_MANAGER)


def made(lead: Client, path: str, who: Any = MIA, **body: Any) -> Any:
    answer = lead.post(path, as_=who, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def faults(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [one["field"] for one in answer.json()["errors"]]


@pytest.fixture(scope="module")
def reps(lead: Client) -> dict[str, Any]:
    profile = {
        "team": "pumps",
        "territories": ["north"],
        "weight": 2,
        "capacity": 50,
        "time_zone": "Asia/Shanghai",
        "absences": [
            {
                "starts_at": "2026-01-01T00:00:00+08:00",
                "ends_at": "2026-01-03T00:00:00+08:00",
                "reason": "ill",
            }
        ],
    }
    rita = made(lead, "/reps", department="north", subject="rita", name="Rita", **profile)
    rolf = made(lead, "/reps", department="north", subject="rolf", name="Rolf")
    return {"rita": rita, "rolf": rolf}


@pytest.fixture
def a_lead(lead: Client, reps: dict[str, Any]) -> str:
    body = {"department": "north", "email": f"{new_id()}@example.com", "region": "north"}
    contact_id = made(lead, "/contacts", **body)["id"]
    return str(made(lead, "/leads", contact_id=contact_id, products=["Pumps"])["id"])


def test_a_profile_is_shown_and_changed_under_its_version(lead: Client, reps: dict[str, Any]) -> None:
    path = f"/reps/{reps['rita']['id']}"
    shown = lead.get(path, as_=person("ana", ANALYST))
    assert (shown.json()["team"], shown.json()["absences"][0]["reason"]) == ("pumps", "ill")
    assert lead.patch(path, as_=SAM, json={"weight": 3}).status_code == 428
    week = {"working_hours": {"mon": [["00:00", "24:00"]]}}
    changed = lead.patch(
        path, as_=SAM, json={**week, "weight": 3}, headers={"If-Match": shown.headers["ETag"]}
    )
    assert (changed.status_code, changed.json()["weight"]) == (200, 3)
    stale = lead.patch(path, as_=SAM, json={"weight": 1}, headers={"If-Match": shown.headers["ETag"]})
    assert stale.status_code == 412
    lead.patch(path, as_=SAM, json={"working_hours": {}}, headers={"If-Match": "*"})


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"weight": 0}, "weight"),
        ({"working_hours": {"mon": [["9", "12:00"]]}}, "working_hours.mon.value.0.0"),
        ({"working_hours": {"moon": [["09:00", "12:00"]]}}, "working_hours.moon.key"),
        ({"absences": [{"starts_at": "2026-01-01", "ends_at": "x"}]}, "absences.0.starts_at"),
        ({"products": ["Pumps", "pumps"]}, "products"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_by_field(
    lead: Client, profile: dict[str, Any], field: str
) -> None:
    body = {"department": "north", "subject": "x", "name": "x", **profile}
    assert field in faults(lead.post("/reps", as_=MIA, json=body))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({}, "rules.0.by"),
        ({"by": "round_robin", "pool": "inbox"}, "rules.0.by"),
        ({"by": "dice"}, "rules.0.by"),
        ({"pool": "inbox", "team": "pumps"}, "rules.0.pool"),
        ({"by": "weight", "least": "5"}, "rules.0.currency"),
        ({"by": "weight", "least": "5", "below": "5", "currency": "EUR"}, "rules.0.below"),
        ({"by": "weight", "grades": ["E"]}, "rules.0.grades.0"),
        ({"by": "weight", "accept_hours": 0}, "rules.0.accept_hours"),
        ({"by": "weight", "reps": ["zorro"]}, "rules.0.reps"),
        ({"by": "weight", "team": "belts"}, "rules.0.team"),
        ({"pool": "nowhere"}, "rules.0.pool"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_field(
    lead: Client, reps: dict[str, Any], rule: dict[str, Any], field: str
) -> None:
    body = {"department": "north", "rules": [{"code": "a", "name": "A", **rule}]}
    assert field in faults(lead.post("/rule-sets", as_=SAM, json=body))


def test_rules_are_published_tried_and_followed(lead: Client, a_lead: str) -> None:
    rule = {"code": "pumps", "name": "Pumps", "products": ["Pumps"], "by": "round_robin", "team": "pumps"}
    published = made(lead, "/rule-sets", SAM, department="north", note="first", rules=[rule])
    assert (published["number"], published["active"]) == (1, True)
    tried = lead.get("/assignment-trial?department=north&region=north&products=Pumps", as_=MIA).json()
    assert (tried["rep"], tried["pool"]) == ("rita", "")
    given = lead.post(f"/leads/{a_lead}/assignment", as_=MIA, json={})
    assert (given.status_code, given.json()["assignee"]) == (200, "rita")
    assert given.json()["accept_by"] is not None
    nobody = lead.get("/assignment-trial?department=north&region=south&products=Pumps", as_=MIA).json()
    assert "of another territory" in nobody["why"]
    again = made(lead, "/rule-sets", SAM, department="north", rules=[{**rule, "team": ""}])
    path = f"/rule-sets/{published['id']}/activation"
    assert lead.post(path, as_=SAM).json()["active"] is True
    assert lead.post(path, as_=SAM).status_code == 409
    assert lead.get(f"/rule-sets/{again['id']}", as_=MIA).json()["active"] is False
    assert lead.post("/rule-sets", as_=person("mo", MARKETING_MANAGER), json={}).status_code == 403


def test_a_rep_picks_what_he_sees_and_only_the_first_gets_it(lead: Client, a_lead: str) -> None:
    pool = made(lead, "/lead-pools", SAM, department="north", code="pumps", name="Pumps")
    path = f"/lead-pools/{pool['id']}"
    assert lead.get(f"/leads/{a_lead}", as_=RITA).status_code == 404
    lead.post(f"/leads/{a_lead}/pooling", as_=MIA, json={"pool": "pumps", "why": "theirs"})
    assert [one["id"] for one in lead.get(f"{path}/leads", as_=RITA).json()["items"]] == [a_lead]
    assert lead.get("/lead-pools?mine=true", as_=RITA).json()["items"][0]["code"] == "pumps"
    assert lead.post(f"{path}/picks", as_=rep("zorro"), json={}).status_code == 403
    picked = lead.post(f"{path}/picks", as_=RITA, json={"lead_id": a_lead})
    assert (picked.status_code, picked.json()["assignee"], picked.json()["state"]) == (
        200,
        "rita",
        "accepted",
    )
    late = lead.post(f"{path}/picks", as_=ROLF, json={"lead_id": a_lead})
    assert (late.status_code, "not any more" in late.json()["detail"]) == (409, True)
    assert lead.get(f"/leads/{a_lead}", as_=ROLF).status_code == 404


def test_a_deputy_accepts_in_anothers_name(lead: Client, a_lead: str) -> None:
    lead.post(f"/leads/{a_lead}/assignment", as_=MIA, json={"assignee": "rita"})
    body = {"department": "north", "deputy": "rolf", "valid_until": "2099-01-01T00:00:00Z"}
    proxy = made(lead, "/proxies", RITA, **body)
    assert lead.post("/proxies", as_=RITA, json=body).status_code == 409
    accepted = lead.post(f"/leads/{a_lead}/acceptance", as_=ROLF)
    assert (accepted.status_code, accepted.json()["assignee"]) == (200, "rita")
    told = lead.get(f"/leads/{a_lead}", as_=ROLF).json()["timeline"][-1]
    assert (told["kind"], told["actor"], told["on_behalf_of"]) == ("accepted", "rolf", "rita")
    assert lead.post(f"/proxies/{proxy['id']}/end", as_=RITA).status_code == 200
    assert lead.get(f"/leads/{a_lead}", as_=ROLF).status_code == 404


def test_who_leaves_is_checked_transferred_and_taken_out(
    lead: Client, lead_database: Database, a_lead: str
) -> None:
    gone = made(lead, "/reps", department="north", subject="gus", name="Gus")
    lead.post(f"/leads/{a_lead}/assignment", as_=MIA, json={"assignee": "gus"})
    path = f"/reps/{gone['id']}"
    out = lead.patch(path, as_=SAM, json={"active": False}, headers={"If-Match": "*"})
    assert (out.status_code, "transferred first" in out.json()["detail"]) == (409, True)
    assert lead.get(f"{path}/leaving", as_=SAM).json()["leads"] == 1
    asked = {"department": "north", "source": "gus", "reps": ["rolf"], "reason": "leaves"}
    run = made(lead, "/transfers", SAM, **asked)
    exhaust(Reassigner(SETTINGS, lead_database))
    ended = lead.get(f"/reassignments/{run['id']}", as_=SAM).json()
    assert (ended["state"], ended["assigned"]) == ("finished", 1)
    [result] = lead.get(f"/reassignments/{run['id']}/leads?outcome=assigned", as_=SAM).json()["items"]
    assert (result["lead_id"], result["before"], result["after"]) == (a_lead, "gus", "rolf")
    assert lead.get(f"{path}/leaving", as_=SAM).json()["ready"] is True
    assert lead.patch(path, as_=SAM, json={"active": False}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/transfers", {"source": "rita"}, "reps"),
        ("/reassignments", {"chosen": {"states": ["nurtured"]}, "target": {}}, "chosen.states.0"),
        (
            "/reassignments",
            {"chosen": {}, "target": {"reps": ["x"], "rule_set_id": str(new_id())}},
            "target.rule_set_id",
        ),
        ("/lead-pools", {"code": "Über", "name": "x"}, "code"),
        ("/proxies", {"deputy": "x", "valid_until": "soon"}, "valid_until"),
    ],
)
def test_bad_input_is_refused_by_field(lead: Client, path: str, body: dict[str, Any], field: str) -> None:
    answer = lead.post(path, as_=SAM, json={"department": "north", "reason": "x", **body})
    assert field in faults(answer)
