"""The campaign on paper: whom it is for, what it says, what it shall reach and cost, and who agrees."""

import json
from datetime import date, timedelta

from fanfare.demo.api import Record
from fanfare.demo.people import APPROVERS, PLANNER
from fanfare.demo.world import Unplayable, World

CURRENCY = "EUR"
LINES = {"Mail production": "4500.00", "Landing page": "3000.00", "Follow-up calls": "5000.00"}
GOALS = {"responses": "150", "response_rate": "0.12", "leads": "100", "valid_leads": "80"}

RULE_FOR_THE_SAMPLE: Record = {
    "all": [
        {"field": "email", "op": "exists", "value": True},
        {
            "any": [
                {"field": "region", "op": "in", "value": ["North", "West"]},
                {"field": "kind", "op": "eq", "value": "company"},
            ]
        },
    ]
}
RULE_FOR_OWN_CONTACTS: Record = {"field": "email", "op": "exists", "value": True}

SUBJECT = "{{ given_name | default('Hello') }}, something new from us"
HTML = """\
<h1>{{ campaign_name }}</h1>
<p>Dear {{ full_name | default("customer") }},</p>
<p>{% if company %}for {{ company }} and others we{% else %}we{% endif %} have made something new.
<a href="https://shop.example.com/new?from={{ campaign_code | urlencode }}">Have a look</a>, or
<a href="{{ form_url }}">tell us what you think</a>.</p>
<p><a href="{{ unsubscribe_url }}">No more mails like this</a></p>
<p>Reference {{ campaign_code }}</p>
"""


def define_segment(world: World) -> None:
    """Mara Lindqvist (marketing manager) chooses whom to ask"""
    rule = RULE_FOR_OWN_CONTACTS if world.own_contacts else RULE_FOR_THE_SAMPLE
    body = {"name": "Whom to ask first", "department": world.department, "rule": rule}
    world.segment_id = world.api.post(PLANNER, "lead", "/segments", body)["id"]
    preview = world.api.get(PLANNER, "lead", f"/segments/{world.segment_id}/preview")
    if not preview["count"]:
        raise Unplayable(f"No contact from {world.contacts} has an email address: there is nobody to mail.")
    world.say(f"segment: {preview['count']:,} contacts, by the rule {json.dumps(rule)}")


def write_template(world: World) -> None:
    """Mara Lindqvist writes the mail"""
    body = {"name": "Something new", "department": world.department, "subject": SUBJECT, "html": HTML}
    world.template_id = world.api.post(PLANNER, "outreach", "/templates", body)["id"]
    preview = world.api.post(PLANNER, "outreach", f"/templates/{world.template_id}/preview", {})
    world.say(f"a made-up contact would read: {preview['subject']}")


def design_campaign(world: World) -> None:
    """Mara Lindqvist plans the campaign with goals, budget lines and one wave"""
    today = date.today()
    body = {
        "code": world.code,
        "name": "Something new",
        "kind": "bulk_mail",
        "purposes": ["new_customers", "cross_sell"],
        "department": world.department,
        "region": "North",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "currency": CURRENCY,
        "message": "We have made something new.",
        "segment_id": world.segment_id,
        "goals": [{"metric": metric, "target": target} for metric, target in GOALS.items()],
        "budget": [{"name": name, "amount": amount} for name, amount in LINES.items()],
    }
    designed = world.api.post(PLANNER, "campaign", "/campaigns", body)
    world.campaign_id = designed["id"]
    wave = {"channel": "email", "template_id": world.template_id}
    world.wave_id = world.api.post(PLANNER, "campaign", f"{world.campaign}/waves", wave)["id"]
    world.say(f"{designed['code']}: {designed['total']} {CURRENCY} on {len(LINES)} lines, {len(GOALS)} goals")


def submit_plan(world: World) -> None:
    """Mara Lindqvist hands the plan in"""
    submitted = world.api.post(PLANNER, "campaign", f"{world.campaign}/submission")
    world.say(f"plan version {submitted['plan_version']} is {submitted['state'].replace('_', ' ')}")


def approve_plan(world: World) -> None:
    """Ines Okafor and Jun Park (finance) approve it"""
    approve(world, subject_id=world.campaign_id, what="the plan")
    world.wait("the approval in the campaign service", lambda: campaign_in(world, "approved"))
    opened = world.wait("the budget", lambda: budget_of(world))
    world.say(f"the budget stands: {opened['total']['available']} {opened['currency']} available")


def approve(world: World, *, subject_id: str, what: str) -> None:
    """Let the approvers decide, one step after the other, until ``subject_id`` is through."""
    world.wait(f"the approval of {what} on the desk", lambda: _on_desk(world, subject_id))
    while (approval := _open(world, subject_id)) is not None:
        step = next(one for one in approval["steps"] if one["state"] == "open")
        decided = {decision["person"] for decision in step["decisions"]}
        who = next(person for person in APPROVERS if person.subject not in decided)
        body = {"outcome": "approve", "comment": "Fine.", "step": step["position"]}
        world.api.post(who, "finance", f"/approvals/{approval['id']}/decisions", body)
        world.say(f"{who.name} approves {what}: {step['name'].replace('_', ' ')}")


def campaign_in(world: World, state: str) -> Record | None:
    """The campaign when it is in ``state``."""
    campaign: Record = world.api.get(PLANNER, "campaign", world.campaign)
    return campaign if campaign["state"] == state else None


def budget_of(world: World) -> Record | None:
    """The campaign's budget when it is there."""
    found = world.api.items(PLANNER, "finance", "/budgets", campaign_id=world.campaign_id)
    return next(found, None)


def _on_desk(world: World, subject_id: str) -> Record | None:
    every = world.api.items(APPROVERS[0], "finance", "/approvals")
    return next((one for one in every if one["subject_id"] == subject_id), None)


def _open(world: World, subject_id: str) -> Record | None:
    found = _on_desk(world, subject_id)
    return found if found and found["state"] == "open" else None
