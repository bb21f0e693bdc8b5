"""Reads of transfers: of those that give or take in the reader's departments."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.finding import find
from services.finance.transfers.model import Transfer


def transfers(actor: Actor, *, state: str | None = None, budget_id: UUID | None = None) -> Select[Transfer]:
    """The transfers that the actor may see."""
    found = select(Transfer).where(or_(actor.scope(Transfer.department), actor.scope(Transfer.to_department)))
    if state is not None:
        found = found.where(Transfer.state == state)
    if budget_id is not None:
        found = found.where(or_(Transfer.from_budget_id == budget_id, Transfer.to_budget_id == budget_id))
    return found


def transfer(session: Session, actor: Actor, transfer_id: UUID, *, locked: bool = False) -> Transfer:
    """One transfer, ``locked`` until the transaction ends or not. Raises NotFound."""
    return find(session, transfers(actor), Transfer, transfer_id, what="transfer", lock=locked)
