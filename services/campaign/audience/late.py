"""Changing the target list of a campaign under way: contacts that are picked by hand come on it, or go off.

Lead looks up who comes on, as for any list; the waves that are released afterwards choose among them too.
What keeps contacts off by rule still does, segments are not asked again. Only those go off who got nothing
and said nothing yet: from then on a target is history, and a suppression keeps it from getting more.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import TargetsChanged
from services.campaign.answers.model import Milestone, Response
from services.campaign.audience.actions import add_list, check_product, keep_contacts
from services.campaign.audience.asking import publish_lists
from services.campaign.audience.model import COMPLETE, EXCLUDE, INCLUDE, PICKED, AudienceSource
from services.campaign.audience.snapshot import settle_exclusions, take_off
from services.campaign.changing.actions import require_under_way, revision
from services.campaign.launch.model import Target
from services.campaign.launch.queries import count_targets
from services.campaign.planning.model import Campaign
from services.campaign.sharing.model import Share
from services.campaign.waves.model import WaveRecipient

log = get_logger(__name__)

TRACES = (WaveRecipient, Response, Milestone)
"""What is left of a target to whom something happened."""


def add_targets(
    session: Session,
    actor: Actor,
    *,
    campaign: Campaign,
    contacts: Sequence[UUID],
    product: str = "",
    reason: str = "",
) -> AudienceSource:
    """Have contacts looked up and put on the list of a campaign under way.

    Raises Forbidden unless the actor owns it or administers, Conflict in a wrong state, Invalid for a product
    that it does not promote.
    """
    require_under_way(campaign)
    check_product(campaign, product, field="product")
    with revision(session, actor, campaign=campaign, reason=reason):
        source = add_list(session, campaign, kind=PICKED, role=INCLUDE, product=product)
        keep_contacts(session, source, contacts)
        source.ask(new_id())
    publish_lists(session, campaign, [source])
    return source


def end_addition(session: Session, campaign: Campaign) -> None:
    """The last of the contacts that were to come on the list came."""
    settle_exclusions(session, campaign)
    _tell(session, campaign)


def remove_targets(
    session: Session, actor: Actor, *, campaign: Campaign, targets: Sequence[UUID], reason: str = ""
) -> AudienceSource:
    """Take targets off the list of a campaign under way. They stay off it as exclusions.

    Raises as ``add_targets`` does, Invalid for what is no target of it, and Conflict where something happened
    to one of them already.
    """
    require_under_way(campaign)
    wanted = list(dict.fromkeys(targets))
    contacts = _contacts(session, campaign, wanted)
    touched = or_(*(exists().where(trace.target_id == Target.id) for trace in TRACES), _is_worked())
    if session.scalar(select(Target.id).where(Target.id.in_(wanted), touched).limit(1)) is not None:
        raise Conflict("Some of them got something, answered, or are being worked: suppress them instead")
    with revision(session, actor, campaign=campaign, reason=reason):
        source = add_list(session, campaign, kind=PICKED, role=EXCLUDE, product="")
        keep_contacts(session, source, contacts)
        source.state, source.matched = COMPLETE, len(contacts)
        session.execute(delete(Share).where(Share.target_id.in_(wanted)))
        take_off(session, source, contacts)
    _tell(session, campaign)
    return source


def _contacts(session: Session, campaign: Campaign, targets: Sequence[UUID]) -> list[UUID]:
    ours = select(Target.id, Target.contact_id).where(
        Target.campaign_id == campaign.id, Target.id.in_(targets)
    )
    found = {row.id: row.contact_id for row in session.execute(ours)}
    unknown = [place for place, one in enumerate(targets) if one not in found]
    if unknown:
        raise Invalid({f"targets.{place}": ["is not a target of this campaign"] for place in unknown})
    return [found[one] for one in targets]


def _is_worked() -> ColumnElement[bool]:
    return exists().where(Share.target_id == Target.id, Share.worked_at.is_not(None))


def _tell(session: Session, campaign: Campaign) -> None:
    assert campaign.launched_at is not None
    before, campaign.targets = campaign.targets or 0, count_targets(session, campaign.id)
    changed = TargetsChanged(
        campaign_id=campaign.id,
        targets=campaign.targets,
        added=max(campaign.targets - before, 0),
        removed=max(before - campaign.targets, 0),
        launched_at=campaign.launched_at,
        at=now(),
    )
    publish(session, campaign, changed)
    log.info("targets_changed", campaign_id=str(campaign.id), before=before, targets=campaign.targets)
