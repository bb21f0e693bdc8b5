"""The campaigns around one in its programme."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from chassis.database import Session
from services.campaign.planning.model import Campaign


@dataclass(frozen=True, kw_only=True)
class Relatives:
    """The campaign above one, those beside it below the same parent, and those right below it."""

    parent: Campaign | None = None
    siblings: Sequence[Campaign] = ()
    children: Sequence[Campaign] = ()


def relatives_of(session: Session, campaign: Campaign) -> Relatives:
    """The campaigns around one, as they are stored."""
    near = [Campaign.parent_id == campaign.id]
    if campaign.parent_id is not None:
        near += [Campaign.id == campaign.parent_id, Campaign.parent_id == campaign.parent_id]
    found = session.scalars(select(Campaign).where(or_(*near), Campaign.id != campaign.id)).all()
    beside = [one for one in found if one.parent_id is not None and one.parent_id == campaign.parent_id]
    return Relatives(
        parent=next((one for one in found if one.id == campaign.parent_id), None),
        siblings=beside,
        children=[one for one in found if one.parent_id == campaign.id],
    )
