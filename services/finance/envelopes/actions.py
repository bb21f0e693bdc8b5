"""Opening and changing envelopes, and drawing on them. Envelopes are locked before budgets, by their ids."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.finance import EnvelopeChanged, EnvelopeDrawn, EnvelopeOpened
from services.finance.budgets.ledger import POLICIES, ZERO, OnBreach
from services.finance.envelopes import queries
from services.finance.envelopes.model import EntryKind, Envelope, EnvelopeEntry
from services.finance.money import check_money, in_currency

log = get_logger(__name__)

breaches = counter(
    "finance_envelope_breaches_total",
    "Draws beyond what an envelope had available, by its policy; under stop they were refused.",
    ("policy",),
    starts=[(policy,) for policy in POLICIES],
)


def open_envelope(
    session: Session,
    actor: Actor,
    *,
    department: str,
    name: str,
    starts_on: date,
    ends_on: date,
    currency: str,
    amount: Decimal,
    on_breach: OnBreach = "stop",
) -> Envelope:
    """Give a department an amount for a period.

    Raises Forbidden for a department that is not the actor's, Invalid for what is no amount or no period,
    and Conflict where the department has an envelope of that currency for one of its days.
    """
    actor.require_department(department)
    check_money(amount, currency, or_nothing=True)
    if ends_on < starts_on:
        raise Invalid({"ends_on": ["Must not be before starts_on."]})
    period = {"starts_on": starts_on, "ends_on": ends_on}
    if session.scalars(queries.overlapping(department=department, currency=currency, **period)).first():
        raise Conflict(f"{department} has an envelope in {currency} for a part of this period.")
    envelope = Envelope(
        department=department,
        name=name,
        currency=currency,
        amount=amount,
        allotted=ZERO,
        on_breach=on_breach,
        opened_by=actor.subject,
        opened_at=now(),
        **period,
    )
    session.add(envelope)
    publish(session, envelope, _opened(envelope))
    session.flush()
    _append(session, actor, envelope, kind="set", change=amount, note="Opened", at=envelope.opened_at)
    return envelope


def change_envelope(
    session: Session,
    actor: Actor,
    *,
    envelope: Envelope,
    reason: str,
    amount: Decimal | None = None,
    on_breach: OnBreach | None = None,
) -> Envelope:
    """Set the amount or the policy of a locked envelope anew. Raises Conflict when too much is allotted."""
    if amount is None and on_breach is None:
        raise Invalid("Name amount or on_breach.")
    former = envelope.amount
    wanted = former if amount is None else amount
    check_money(wanted, envelope.currency, or_nothing=True)
    envelope.set(amount=wanted, on_breach=on_breach or envelope.on_breach)
    at = now()
    publish(session, envelope, _changed(envelope, reason=reason, by=actor.subject, at=at))
    _append(session, actor, envelope, kind="set", change=wanted - former, note=reason, at=at)
    session.flush()
    return envelope


def hold(session: Session, *envelope_ids: UUID | None) -> None:
    """Lock envelopes, in the order of their ids, before the budgets that draw on them are locked."""
    for envelope_id in sorted({one for one in envelope_ids if one is not None}):
        session.execute(select(Envelope.id).where(Envelope.id == envelope_id).with_for_update())


def draw(
    session: Session, actor: Actor, *, envelope_id: UUID | None, budget_id: UUID, amount: Decimal, note: str
) -> None:
    """Have a budget take ``amount`` from an envelope, or give it back. Nothing to do where there is none.

    Raises Conflict, saying what is available, when it must not be overdrawn and cannot cover it.
    """
    if envelope_id is None or not amount:
        return
    query = select(Envelope).where(Envelope.id == envelope_id).with_for_update()
    envelope = session.scalars(query.execution_options(populate_existing=True)).one()
    try:
        breached = envelope.draw(amount)
    except Conflict:
        breaches.labels("stop").inc()
        raise
    if breached:
        breaches.labels(envelope.on_breach).inc()
        log.warning("envelope_breached", envelope=str(envelope.id), available=str(envelope.available))
    told = breached and envelope.on_breach == "warn"
    event = _drawn(envelope, budget_id=budget_id, amount=amount, breached=told, note=note, by=actor.subject)
    publish(session, envelope, event)
    _append(session, actor, envelope, kind="draw", change=amount, note=note, at=event.at, budget_id=budget_id)
    session.flush()


def _append(
    session: Session,
    actor: Actor,
    envelope: Envelope,
    *,
    kind: EntryKind,
    change: Decimal,
    note: str,
    at: datetime,
    budget_id: UUID | None = None,
) -> None:
    session.add(
        EnvelopeEntry(
            envelope_id=envelope.id,
            sequence=envelope.version,
            kind=kind,
            budget_id=budget_id,
            change=change,
            currency=envelope.currency,
            amount=envelope.amount,
            allotted=envelope.allotted,
            note=note,
            posted_by=actor.subject,
            posted_at=at,
        )
    )


def _opened(envelope: Envelope) -> EnvelopeOpened:
    return EnvelopeOpened(
        envelope_id=envelope.id,
        department=envelope.department,
        name=envelope.name,
        starts_on=envelope.starts_on,
        ends_on=envelope.ends_on,
        currency=envelope.currency,
        amount=in_currency(envelope.amount, envelope.currency),
        on_breach=envelope.on_breach,
        by=envelope.opened_by,
        at=envelope.opened_at,
    )


def _changed(envelope: Envelope, *, reason: str, by: str, at: datetime) -> EnvelopeChanged:
    return EnvelopeChanged(
        envelope_id=envelope.id,
        department=envelope.department,
        currency=envelope.currency,
        amount=in_currency(envelope.amount, envelope.currency),
        allotted=in_currency(envelope.allotted, envelope.currency),
        available=in_currency(envelope.available, envelope.currency),
        on_breach=envelope.on_breach,
        reason=reason,
        by=by,
        at=at,
    )


def _drawn(
    envelope: Envelope, *, budget_id: UUID, amount: Decimal, breached: bool, note: str, by: str
) -> EnvelopeDrawn:
    return EnvelopeDrawn(
        envelope_id=envelope.id,
        department=envelope.department,
        budget_id=budget_id,
        currency=envelope.currency,
        amount=in_currency(amount, envelope.currency),
        allotted=in_currency(envelope.allotted, envelope.currency),
        available=in_currency(envelope.available, envelope.currency),
        breached=breached,
        note=note,
        by=by,
        at=now(),
    )
