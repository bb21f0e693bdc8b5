"""Granting a wave its money, turning it into cost as copies go out, and taking back what is left.

Locks are taken in one order: funding, budget, line.
"""

from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import WaveFundsReturned, WaveFundsWanted
from contracts.finance import FundingCharged, FundingEnded, FundingGranted, FundingRefused
from contracts.outreach import MailingFinished, MailingOutcomes
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import Kind
from services.finance.budgets.model import Budget, BudgetLine, Source
from services.finance.funding.model import Funding
from services.finance.funding.queries import latest_of_wave
from services.finance.money import in_currency

log = get_logger(__name__)

CHARGED: Final = ("accepted", "uncertain")
"""Outcomes of copies that cost something: what may have gone out counts as if it had."""

FINANCE = Actor.system("finance")

asked_total = counter(
    "funding_requests_total",
    "Waves that asked for money before they went out.",
    ("outcome",),
    starts=(("granted",), ("refused",)),
)


def fund_wave(session: Session, event: WaveFundsWanted) -> Funding:
    """Reserve what a wave will cost, or refuse it with the reason. Either way campaign hears of it."""
    line = session.get(BudgetLine, event.line_id)
    budget = session.scalar(select(Budget).where(Budget.campaign_id == event.campaign_id))
    funding = _asked(event, budget)
    try:
        _require_means(event, budget, line)
        with session.begin_nested():
            _post(session, funding, kind="reserve", amount=funding.reserved, note="Wave released")
    except Conflict as refusal:
        funding.state, funding.reason, funding.reserved = "refused", refusal.detail, Decimal(0)
    session.add(funding)
    publish(session, funding, _answer(funding))
    asked_total.labels(outcome=funding.state).inc()
    log.info("wave_funding", wave_id=str(event.wave_id), outcome=funding.state, reason=funding.reason)
    return funding


def charge_copies(session: Session, event: MailingOutcomes) -> None:
    """Turn the cost of a page of copies into incurred cost. A wave that asked for nothing costs nothing."""
    funding = latest_of_wave(session, event.wave_id)
    if funding is None or not funding.spends(event.mailing_id):
        return
    copies = sum(one.outcome in CHARGED for one in event.outcomes)
    raised = funding.charge(copies)
    if raised:
        _post(session, funding, kind="incur", amount=raised, note=f"{copies} copies")
    if copies:
        publish(session, funding, _charged(funding))


def end_mailing(session: Session, event: MailingFinished) -> None:
    """Every recipient is accounted for: what is left of the reservation is available again."""
    funding = latest_of_wave(session, event.wave_id)
    if funding is not None and event.resend_of is None and funding.spends(event.mailing_id):
        _end(session, funding, note="Wave finished")


def take_back(session: Session, event: WaveFundsReturned) -> None:
    """The wave does not go out after all."""
    funding = session.get(Funding, event.funding_id, with_for_update=True)
    if funding is not None and funding.state == "granted":
        _end(session, funding, note=event.reason)


def _asked(event: WaveFundsWanted, budget: Budget | None) -> Funding:
    return Funding(
        id=event.funding_id,
        wave_id=event.wave_id,
        campaign_id=event.campaign_id,
        budget_id=budget.id if budget else None,
        line_id=event.line_id,
        department=budget.department if budget else "",
        currency=event.total.currency,
        unit_cost=event.unit_cost,
        targets=event.targets,
        reserved=event.total.amount,
        incurred=Decimal(0),
        copies=0,
        state="granted",
        reason="",
        asked_at=event.at,
    )


def _require_means(event: WaveFundsWanted, budget: Budget | None, line: BudgetLine | None) -> None:
    """Raises Conflict, saying why no money can be had from there, however much there is."""
    if budget is None:
        raise Conflict("The campaign has no budget.")
    if line is None or line.budget_id != budget.id:
        raise Conflict("The budget has no such line.")
    if budget.suspended_at is not None:
        raise Conflict(f"The budget is suspended: {budget.suspension_reason}")
    if event.total.currency != budget.currency:
        raise Conflict(f"The budget is in {budget.currency}.")


def _post(session: Session, funding: Funding, *, kind: Kind, amount: Decimal, note: str) -> None:
    assert funding.budget_id is not None
    post_entry(
        session,
        FINANCE,
        budget=take_number(session, funding.budget_id),
        line_id=funding.line_id,
        kind=kind,
        amount=amount,
        note=note,
        source=Source("wave", funding.wave_id),
    )


def end_unposted(session: Session, funding: Funding) -> Decimal:
    """End a locked funding and return what is left of it, which the caller releases."""
    left = funding.end(at=now())
    publish(session, funding, _ended(funding, left))
    return left


def _end(session: Session, funding: Funding, *, note: str) -> None:
    left = end_unposted(session, funding)
    if left:
        _post(session, funding, kind="release", amount=left, note=note)


def _answer(funding: Funding) -> FundingGranted | FundingRefused:
    if funding.state == "refused":
        return FundingRefused(
            funding_id=funding.id,
            wave_id=funding.wave_id,
            campaign_id=funding.campaign_id,
            reason=funding.reason,
            at=now(),
        )
    return FundingGranted(
        funding_id=funding.id,
        wave_id=funding.wave_id,
        campaign_id=funding.campaign_id,
        line_id=funding.line_id,
        reserved=in_currency(funding.reserved, funding.currency),
        currency=funding.currency,
        at=now(),
    )


def _charged(funding: Funding) -> FundingCharged:
    return FundingCharged(
        funding_id=funding.id,
        wave_id=funding.wave_id,
        campaign_id=funding.campaign_id,
        copies=funding.copies,
        incurred=in_currency(funding.incurred, funding.currency),
        currency=funding.currency,
        at=now(),
    )


def _ended(funding: Funding, left: Decimal) -> FundingEnded:
    assert funding.ended_at is not None
    return FundingEnded(
        funding_id=funding.id,
        wave_id=funding.wave_id,
        campaign_id=funding.campaign_id,
        reserved=in_currency(funding.reserved, funding.currency),
        incurred=in_currency(funding.incurred, funding.currency),
        released=in_currency(left, funding.currency),
        currency=funding.currency,
        at=funding.ended_at,
    )
