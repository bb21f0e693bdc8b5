"""What grew from the answers: leads are captured, judged, and given to sales reps in turn."""

from collections import Counter

from fanfare.demo.api import Record
from fanfare.demo.people import JUDGE, PLANNER, REPS, SALES_LEAD
from fanfare.demo.world import World

CURRENCY = "EUR"
JUDGEMENTS = (
    ("near_term", "A", "budget is there, wants an offer"),
    ("near_term", "B", "compares us with one other"),
    ("near_term", "B", "asks for a date"),
    ("long_term", "C", "next year's budget"),
    ("not_a_target", "D", "was only curious"),
)


def await_leads(world: World) -> None:
    """Interested answers become leads"""
    expected = Counter(act.status for act in world.acts)
    world.wait(
        f"{expected['lead']} leads",
        lambda: True if len(_leads(world)) == expected["lead"] else None,
        seen=lambda: f"{len(_leads(world))} leads",
    )
    world.wait(
        f"the targets to be {dict(expected)}",
        lambda: True if _statuses(world).items() >= expected.items() else None,
        seen=lambda: _statuses(world),
    )
    contacts = world.api.items(JUDGE, "lead", "/contacts", department=world.department)
    addresses = {one["id"]: one["email"] for one in contacts}
    by_address = sorted(_leads(world), key=lambda lead: str(addresses[lead["contact_id"]]))
    world.lead_ids = [lead["id"] for lead in by_address]
    world.say(f"{len(world.lead_ids)} leads captured; targets: {_statuses(world)}")


def qualify_leads(world: World) -> None:
    """Salma Haddad (lead administrator) judges every lead"""
    outcomes: Counter[str] = Counter()
    for number, lead_id in enumerate(world.lead_ids):
        outcome, grade, reason = JUDGEMENTS[number % len(JUDGEMENTS)]
        body = {"outcome": outcome, "grade": grade, "reason": reason}
        body |= {"value": f"{1000 + number % 7 * 250}.00", "currency": CURRENCY}
        world.api.post(JUDGE, "lead", f"/leads/{lead_id}/qualification", body)
        outcomes[outcome.replace("_", " ")] += 1
        world.progress(f"{number + 1} of {len(world.lead_ids)} judged")
    world.say(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "there is none")


def assign_leads(world: World) -> None:
    """Luis Ortega (sales manager) has the near-term leads given out in turn"""
    for rep in REPS:
        _add_rep(world, {"subject": rep.subject, "name": rep.name, "department": world.department})
    near_term = [id for number, id in enumerate(world.lead_ids) if _outcome(number) == "near_term"]
    shares: Counter[str] = Counter()
    for number, lead_id in enumerate(near_term, 1):
        assigned = world.api.post(SALES_LEAD, "lead", f"/leads/{lead_id}/assignment", {})
        shares[assigned["assignee"]] += 1
        world.progress(f"{number} of {len(near_term)} assigned")
    named = {rep.subject: rep.name for rep in REPS}
    world.say(", ".join(f"{named[rep]}: {count}" for rep, count in shares.items()) or "there is none")


def _outcome(number: int) -> str:
    return JUDGEMENTS[number % len(JUDGEMENTS)][0]


def _add_rep(world: World, body: Record) -> None:
    """A second campaign on the same stack finds the reps there."""
    known = world.api.items(SALES_LEAD, "lead", "/reps", department=world.department)
    if body["subject"] not in {rep["subject"] for rep in known}:
        world.api.post(SALES_LEAD, "lead", "/reps", body)


def _leads(world: World) -> list[Record]:
    return list(world.api.items(JUDGE, "lead", "/leads", campaign_id=world.campaign_id))


def _statuses(world: World) -> dict[str, int]:
    counts: dict[str, int] = world.api.get(PLANNER, "campaign", world.campaign)["targets_by_status"]
    return {status: count for status, count in counts.items() if count}
