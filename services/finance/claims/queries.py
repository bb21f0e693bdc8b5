"""Reads of claims. Who holds a reading role sees those of his departments, everybody else only his own."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.finance.access import READERS
from services.finance.claims.model import Claim


def claims(actor: Actor, *, state: str | None = None, campaign_id: UUID | None = None) -> Select[Claim]:
    """The claims that the actor may see."""
    found = select(Claim).where(actor.scope(Claim.department))
    if not actor.administers and not actor.has(*READERS):
        found = found.where(Claim.claimant == actor.subject)
    if state is not None:
        found = found.where(Claim.state == state)
    if campaign_id is not None:
        found = found.where(Claim.campaign_id == campaign_id)
    return found


def claim(session: Session, actor: Actor, claim_id: UUID) -> Claim:
    """One claim. Raises NotFound."""
    return _one(session, claims(actor).where(Claim.id == claim_id), claim_id)


def claim_for_update(session: Session, actor: Actor, claim_id: UUID) -> Claim:
    """The same, locked until the transaction ends. Raises NotFound."""
    return _one(session, claims(actor).where(Claim.id == claim_id).with_for_update(), claim_id)


def approval_of_claim(session: Session, actor: Actor, claim_id: UUID) -> tuple[UUID, str]:
    """The approval of a claim, which is locked before the claim itself, and the claimant. Raises NotFound."""
    query = claims(actor).where(Claim.id == claim_id)
    found = session.execute(query.with_only_columns(Claim.approval_id, Claim.claimant)).one_or_none()
    if found is None:
        raise NotFound("claim", claim_id)
    return found.approval_id, found.claimant


def _one(session: Session, query: Select[Claim], claim_id: UUID) -> Claim:
    found = session.scalar(query)
    if found is None:
        raise NotFound("claim", claim_id)
    return found
