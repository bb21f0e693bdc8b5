"""Builds what belongs to plans beside the campaign itself: staff, purchases, copies, changes, amendments."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from contracts.finance import ApprovalDecided, ApprovalVoided
from services.campaign.changing.actions import change_campaign
from services.campaign.changing.amendments import propose_amendment
from services.campaign.changing.model import Amendment, CampaignChange
from services.campaign.copying.actions import copy_campaign
from services.campaign.planning.actions import take_back
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from services.campaign.procurement.actions import set_purchases
from services.campaign.procurement.items import AskedItem, Item
from services.campaign.staffing.actions import set_staff
from services.campaign.staffing.staff import Member, Staff
from tests.services.campaign.builders import OWNER, T0


def propose(
    database: Database,
    campaign_id: UUID,
    actor: Actor = OWNER,
    *,
    reason: str = "dearer",
    purchases: list[AskedItem] | None = None,
    **values: Any,
) -> Amendment:
    """An amendment of the campaign that waits for the desk."""
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)
        return propose_amendment(
            session, actor, campaign=campaign, values=values, reason=reason, purchases=purchases
        )


def change(database: Database, campaign_id: UUID, actor: Actor = OWNER, **values: Any) -> Campaign:
    """Change a campaign under way."""
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)
        return change_campaign(session, actor, campaign=campaign, values=values, reason="as agreed")


def staff(database: Database, campaign_id: UUID, *members: Member, actor: Actor = OWNER) -> None:
    """Let nobody but these participants work for a campaign."""
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)
        set_staff(session, actor, campaign=campaign, staff=Staff(participants=members))


def buy(database: Database, campaign_id: UUID, *items: Item, actor: Actor = OWNER) -> None:
    """Have a campaign plan to buy these items and no others."""
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)
        set_purchases(session, actor, campaign=campaign, items=items)


def an_item(line_id: UUID, **changes: Any) -> Item:
    """A hall for 500, to be paid from a budget line, apart from what ``changes`` say."""
    plain: dict[str, Any] = {"kind": "venue", "description": "Hall", "quantity": Decimal(1)}
    return Item(**{**plain, "line_id": line_id, "unit_price": Decimal(500), **changes})


def an_asked_item(line: UUID | str, **changes: Any) -> AskedItem:
    """A tent for 300 from a line that is named by its id, or by its name where it is only asked for."""
    plain: dict[str, Any] = {"kind": "venue", "description": "Tent", "quantity": Decimal(1)}
    return AskedItem(line=line, rest={**plain, "unit_price": Decimal(300), **changes})


def copy(database: Database, campaign_id: UUID, actor: Actor = OWNER, **changes: Any) -> UUID:
    """A copy of a campaign that begins a year later."""
    wanted: dict[str, Any] = {"code": "SPRING-27", "name": "Next spring", "starts_on": date(2027, 12, 1)}
    with database.transaction(actor) as session:
        source = take_campaign(session, actor, campaign_id)
        return copy_campaign(session, actor, source=source, **{**wanted, **changes}).id


def changes_of(database: Database, campaign_id: UUID) -> list[CampaignChange]:
    """What was changed of a campaign, in the order in which it was."""
    ours = select(CampaignChange).where(CampaignChange.campaign_id == campaign_id)
    with database.reading() as session:
        return list(session.scalars(ours.order_by(CampaignChange.id)))


def amendment_of(database: Database, amendment: Amendment) -> Amendment:
    """The amendment as it is stored."""
    with database.reading() as session:
        return session.get_one(Amendment, amendment.id)


def a_decision_on(amendment: Amendment, **changes: Any) -> ApprovalDecided:
    """An approval of exactly this amendment, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "approval_id": new_id(),
        "kind": "plan",
        "subject_id": amendment.campaign_id,
        "subject_version": amendment.plan_version,
        "subject_hash": amendment.plan_hash,
        "outcome": "approved",
        "decided_by": "fay",
        "decided_at": T0,
    }
    return ApprovalDecided(**{**plain, **changes})


def a_withdrawal(campaign_id: UUID, version: int) -> ApprovalVoided:
    """The news that the approval of a version of the plan was closed at the desk without a decision."""
    return ApprovalVoided(
        approval_id=new_id(),
        kind="plan",
        subject_id=campaign_id,
        subject_version=version,
        reason="Withdrawn by mia",
        voided_at=T0,
    )


def void(database: Database, event: ApprovalVoided) -> None:
    """Let the news of a withdrawal arrive."""
    with database.transaction() as session:
        take_back(session, event)
