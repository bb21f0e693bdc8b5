"""The two that are merged: both locked, and whether they may be."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import Invalid, NotFound
from services.lead.customers.model import Contact, Customer

M = TypeVar("M", Contact, Customer)

Take = Callable[[UUID], M | None]
"""Locks one by its id."""


def pair(actor: Actor, take: Take[M], survivor_id: UUID, loser_id: UUID, *, what: str) -> tuple[M, M]:
    """Both, locked. Raises NotFound for the survivor, Invalid for a loser of elsewhere or of the same id."""
    if survivor_id == loser_id:
        raise Invalid({"loser_id": [f"Is the {what} itself"]})
    survivor, loser = _locked(take, survivor_id, loser_id)
    if survivor is None or not actor.may_see(survivor.department):
        raise NotFound(what, survivor_id)
    if loser is None or loser.department != survivor.department:
        raise Invalid({"loser_id": [f"There is no such {what} in the department"]})
    return survivor, loser


def pair_again(take: Take[M], survivor_id: UUID, loser_id: UUID) -> tuple[M, M]:
    """Both of a merge that is undone, locked."""
    survivor, loser = _locked(take, survivor_id, loser_id)
    assert survivor is not None and loser is not None, "what was merged is never deleted"
    return survivor, loser


def _locked(take: Take[M], survivor_id: UUID, loser_id: UUID) -> tuple[M | None, M | None]:
    """In the order of their ids, so that two merges do not wait for each other."""
    found = {one: take(one) for one in sorted((survivor_id, loser_id))}
    return found[survivor_id], found[loser_id]
