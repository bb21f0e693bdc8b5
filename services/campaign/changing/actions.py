"""What may be changed of a campaign under way without asking the desk again, and how it is kept."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import date

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from services.campaign.changing.amendments import amended
from services.campaign.changing.buying import amended_parts
from services.campaign.changing.proposals import (
    Values,
    changed_campaign,
    changed_design,
    findings,
    new_errors,
)
from services.campaign.changing.queries import open_amendment
from services.campaign.changing.record import keep_changes
from services.campaign.planning.design import Design, problems_of
from services.campaign.planning.events import designed
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import Parts, content_with, parts_of
from services.campaign.planning.queries import approved_plan
from services.campaign.planning.signing import require_owner, signature_of

UNDER_WAY = (State.RUNNING, State.PAUSED)

DATES = frozenset({"starts_on", "ends_on"})


def change_campaign(
    session: Session, actor: Actor, *, campaign: Campaign, values: Values, reason: str = ""
) -> Campaign:
    """Give fields of a campaign under way new values, each change kept.

    Raises Forbidden unless the actor owns the campaign or administers, Conflict in a wrong state or for a
    field that an open amendment changes too, Invalid for values that break a rule or what was approved.
    """
    require_under_way(campaign)
    require_owner(actor, campaign)
    require_free(session, campaign, values.keys())
    design = changed_design(session, campaign, values)
    _require_approved_dates(session, campaign, design)
    parts = parts_of(session, campaign)
    after = changed_campaign(campaign, design)
    if problems := new_errors(findings(session, campaign, parts), findings(session, after, parts)):
        raise Invalid(problems)
    before = content_with(campaign, parts)
    campaign.take_design(design, planner=campaign.owner)
    require_fit(session, campaign, parts=parts)
    keep_changes(session, campaign, before=before, by=signature_of(actor), reason=reason)
    return campaign


@contextmanager
def revision(session: Session, actor: Actor, *, campaign: Campaign, reason: str) -> Iterator[None]:
    """Changes parts of a plan, staff or purchases: those of a draft, or kept ones of a campaign under way.

    Raises Conflict in another state, Forbidden where somebody else's campaign is under way, Invalid where
    the plan does not add up afterwards.
    """
    if campaign.state == State.DRAFT:
        yield
        publish(session, campaign, designed(campaign))
        return
    require_under_way(campaign)
    require_owner(actor, campaign)
    parts = parts_of(session, campaign)
    before, known = content_with(campaign, parts), findings(session, campaign, parts)
    yield
    session.flush()
    changed = parts_of(session, campaign)
    if problems := new_errors(known, findings(session, campaign, changed)):
        raise Invalid(problems)
    require_fit(session, campaign, parts=changed)
    keep_changes(session, campaign, before=before, by=signature_of(actor), reason=reason)


def require_fit(session: Session, campaign: Campaign, *, parts: Parts) -> None:
    """Raises Conflict where the campaign as it is now would not add up with its open amendment."""
    amendment = open_amendment(session, campaign.id)
    if amendment is None:
        return
    design = amended(campaign, amendment)
    after = changed_campaign(campaign, design)
    problems = problems_of(design, lines={line.line_id for line in after.budget})
    if not problems:
        known = findings(session, campaign, parts)
        problems = new_errors(known, findings(session, after, amended_parts(amendment, parts)))
    if problems:
        fields = ", ".join(sorted(problems))
        raise Conflict(f"This does not go with the amendment that waits for approval: {fields}")


def require_under_way(campaign: Campaign) -> None:
    """Raises Conflict unless the campaign runs or is paused."""
    if campaign.state not in UNDER_WAY:
        ways = {State.DRAFT: "its design is replaced as a whole", State.APPROVED: "its plan is amended"}
        hint = f"; {ways[State(campaign.state)]}" if campaign.state in ways else ""
        raise Conflict(f"This changes while a campaign is under way, and it is {campaign.state}{hint}")


def require_free(session: Session, campaign: Campaign, fields: Set[str]) -> None:
    """Raises Conflict where an open amendment changes one of these fields too."""
    amendment = open_amendment(session, campaign.id)
    if amendment is None:
        return
    taken = set(amendment.changes)
    if taken & DATES:
        taken |= DATES
    if taken & {"region", "regions"}:
        taken |= {"region", "regions"}
    if both := sorted(taken & fields):
        raise Conflict(f"An amendment that waits for approval changes {', '.join(both)} too")


def _require_approved_dates(session: Session, campaign: Campaign, design: Design) -> None:
    plan = approved_plan(session, campaign.id)
    if plan is None:
        return
    first, last = (date.fromisoformat(plan.content[name]) for name in ("starts_on", "ends_on"))
    days = {"starts_on": design.starts_on, "ends_on": design.ends_on}
    beyond = [name for name, day in days.items() if not first <= day <= last]
    if beyond:
        reason = f"lies outside what was approved ({first} to {last}); propose an amendment"
        raise Invalid({name: [reason] for name in beyond})
