"""Reads a campaign with all that lies below it, in as many queries whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Invalid
from services.campaign.answers.model import Response
from services.campaign.catalogue.queries import roll_ups
from services.campaign.launch.model import LEAD, OPPORTUNITY, WON, Target
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign
from services.campaign.programme.figures import Counts, Figures, own_figures, rolled_up

LARGEST = 1000
"""Most campaigns that one programme is shown with."""

LEADS = (LEAD, OPPORTUNITY, WON)


@dataclass(frozen=True)
class Node:
    """A campaign of a programme with its own figures, those of everything below added, and its parts."""

    campaign: Campaign
    own: Figures
    total: Figures
    parts: Sequence["Node"]


def programme(session: Session, actor: Actor, campaign_id: UUID) -> Node:
    """The programme below a campaign. Raises NotFound like ``find_campaign``, Invalid if it is too large."""
    top = find_campaign(session, actor, campaign_id)
    found = _below(session, top)
    if len(found) > LARGEST:
        raise Invalid(f"The programme has more than {LARGEST} campaigns; ask for a part of it")
    counts = _counts(session, [one.id for one in found])
    adding = roll_ups(session)
    own = {one.id: own_figures(one, counts[one.id], roll_ups=adding, leads=LEADS) for one in found}
    parts: dict[UUID | None, list[Campaign]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.starts_on, one.code)):
        parts[one.parent_id].append(one)
    return _node(top, own=own, parts=parts, adding=adding)


def _node(
    campaign: Campaign,
    *,
    own: Mapping[UUID, Figures],
    parts: Mapping[UUID | None, Sequence[Campaign]],
    adding: Mapping[str, str],
) -> Node:
    nodes = [_node(one, own=own, parts=parts, adding=adding) for one in parts.get(campaign.id, ())]
    mine = own[campaign.id]
    return Node(campaign, mine, rolled_up(mine, [node.total for node in nodes], roll_ups=adding), nodes)


def _below(session: Session, top: Campaign) -> Sequence[Campaign]:
    """The campaign and all below it. They are of its department, as parents and parts always are."""
    tree = select(Campaign.id).where(Campaign.id == top.id).cte("tree", recursive=True)
    part = aliased(Campaign)
    tree = tree.union(select(part.id).join(tree, part.parent_id == tree.c.id))
    wanted = select(Campaign).where(Campaign.id.in_(select(tree.c.id)), Campaign.department == top.department)
    return session.scalars(wanted.limit(LARGEST + 1)).all()


def _counts(session: Session, campaigns: Collection[UUID]) -> dict[UUID, Counts]:
    answered = (
        select(Response.campaign_id, func.count())
        .where(Response.campaign_id.in_(campaigns))
        .group_by(Response.campaign_id)
    )
    responses = {campaign_id: count for campaign_id, count in session.execute(answered)}
    standing = (
        select(Target.campaign_id, Target.status, func.count())
        .where(Target.campaign_id.in_(campaigns))
        .group_by(Target.campaign_id, Target.status)
    )
    statuses: dict[UUID, dict[str, int]] = defaultdict(dict)
    for campaign_id, status, count in session.execute(standing):
        statuses[campaign_id][status] = count
    return {one: Counts(responses=responses.get(one, 0), by_status=statuses[one]) for one in campaigns}
