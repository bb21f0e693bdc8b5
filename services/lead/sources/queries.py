"""Reads of sources: what one and those below it cost, and what they brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.lead.customers.model import Contact, present
from services.lead.leads.model import Lead
from services.lead.sources.model import Source, SourceCost
from services.lead.trees import below, path_of


@dataclass(frozen=True)
class Total:
    """What a source and those below it cost in one currency, and how much that is for each lead."""

    currency: str
    amount: Decimal
    per_lead: Decimal | None


@dataclass(frozen=True)
class SourceDetail:
    """A source with its own costs, and with what it and those below it cost and brought."""

    source: Source
    path: list[str]
    costs: Sequence[SourceCost]
    totals: Sequence[Total]
    contacts: int
    leads: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)


def detail(session: Session, source: Source) -> SourceDetail:
    """A source with its figures."""
    tree = below(Source, source.code)
    mine = tree.c.department == source.department
    codes = select(tree.c.code).where(mine)
    own = select(SourceCost).where(SourceCost.source_id == source.id)
    leads = _count(session, Lead.department == source.department, Lead.source.in_(codes))
    ids = select(tree.c.id).where(mine)
    return SourceDetail(
        source=source,
        path=path_of(session, Source, source.id),
        costs=session.scalars(own.order_by(SourceCost.starts_on, SourceCost.id)).all(),
        totals=_totals(session, SourceCost.source_id.in_(ids), leads=leads),
        contacts=_count(
            session, Contact.department == source.department, Contact.source.in_(codes), present()
        ),
        leads=leads,
    )


def per_lead(amount: Decimal, leads: int) -> Decimal | None:
    """The amount for each lead with four decimals; None where there is none."""
    return (amount / leads).quantize(Decimal("0.0001")) if leads else None


def _totals(session: Session, *where: Any, leads: int) -> list[Total]:
    summed = select(SourceCost.currency, func.sum(SourceCost.amount, type_=SourceCost.amount.type))
    rows = session.execute(summed.where(*where).group_by(SourceCost.currency).order_by(SourceCost.currency))
    return [Total(currency, amount, per_lead(amount, leads)) for currency, amount in rows]


def _count(session: Session, *where: Any) -> int:
    return session.scalar(select(func.count()).where(*where)) or 0
