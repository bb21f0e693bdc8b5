"""Narrows the list of campaigns by what somebody looks for."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Select, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from chassis.auth import Actor
from services.campaign.planning.model import Campaign
from services.campaign.staffing.model import Participant


class names(FunctionElement[bool]):
    """Whether a JSON list of texts, the first argument, has the second one among them."""

    type = Boolean()
    inherit_cache = True


@compiles(names, "postgresql")
def _names_on_postgresql(element: names, compiler: SQLCompiler, **options: Any) -> str:
    listed, text = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({listed} @> jsonb_build_array(CAST({text} AS TEXT)))"


@compiles(names, "sqlite")
def _names_on_sqlite(element: names, compiler: SQLCompiler, **options: Any) -> str:
    listed, text = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({listed}) AS listed WHERE listed.value = {text})"


def campaigns(
    actor: Actor,
    *,
    region: str | None = None,
    purpose: str | None = None,
    runs_from: date | None = None,
    runs_until: date | None = None,
    participant: str | None = None,
    q: str | None = None,
    **same: str | bool | UUID | None,
) -> Select[Campaign]:
    """The campaigns of the actor's departments, narrowed by what is given; ``same`` are columns."""
    wanted = select(Campaign).where(actor.scope(Campaign.department)).filter_by(**same)
    if region is not None:
        wanted = wanted.where(names(Campaign.regions, region))
    if purpose is not None:
        wanted = wanted.where(names(Campaign.purposes, purpose))
    if runs_from is not None:
        wanted = wanted.where(Campaign.ends_on >= runs_from)
    if runs_until is not None:
        wanted = wanted.where(Campaign.starts_on <= runs_until)
    if participant is not None:
        staff = select(Participant.campaign_id).where(Participant.person == participant)
        wanted = wanted.where(Campaign.id.in_(staff))
    if q is not None:
        texts = (Campaign.code, Campaign.name, Campaign.message)
        wanted = wanted.where(or_(*(text.icontains(q, autoescape=True) for text in texts)))
    return wanted
