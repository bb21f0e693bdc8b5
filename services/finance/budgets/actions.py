"""Posting to the ledger, and what finance changes on a line by hand.

Every posting goes the same short way: it takes its number from the budget's row, a guarded statement moves
the figures of the line, and the entry and its event follow in the same transaction. Postings to one budget
queue up on its row, so that no number is taken twice and none of them fails because of another. A settled
budget gives out no number.
"""

import time
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid, NotFound, Problem
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter, histogram
from chassis.outbox import publish
from services.finance.budgets import queries, statements
from services.finance.budgets.announcing import Posting, breached, line_changed, posted
from services.finance.budgets.ledger import POLICIES, SIGNED, Balance, Kind, OnBreach, effect
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry, LineTerms, Source, TakenBudget
from services.finance.envelopes.actions import draw
from services.finance.money import check_money, in_currency

log = get_logger(__name__)

breaches = counter(
    "finance_breaches_total",
    "Postings beyond what a budget line had available, by its policy; under stop they were refused.",
    ("policy",),
    starts=[(policy,) for policy in POLICIES],
)
refusals = counter(
    "finance_postings_refused_total",
    "Postings that a budget line did not take: more than available, more than committed, or closed.",
    ("reason",),
    starts=[("available",), ("committed",), ("closed",)],
)
posting_seconds = histogram(
    "finance_posting_seconds",
    "From the start of a posting until its entry stands, with the wait for others.",
)

PROMISES: frozenset[Kind] = frozenset({"commit", "reserve"})
NOTHING_PROMISED = "Indirect costs are allocated to this line, and nothing is promised from it."

SETTLING: frozenset[Kind] = frozenset({"release", "incur"})
"""What a closed line still takes, beside what makes it smaller."""


def take_number(session: Session, budget_id: UUID) -> TakenBudget:
    """Lock a budget and reserve the number of one posting, which must follow.

    What is returned stands for the row, which has the posting's version already. Raises
    Conflict for a settled budget, however close the settlement came before, and NotFound.
    """
    if session.info["database"].one_message:
        taken = statements.TAKE.first(session, of_budget=budget_id)
    else:
        taken = session.execute(statements.TAKE_NUMBER, {"of_budget": budget_id}).one_or_none()
    if taken is None:
        raise _no_number(session, budget_id) or NotFound("budget", budget_id)
    return _outside(budget_id, taken)


def require_unsettled(budget: Budget) -> None:
    """Raises Conflict for a settled budget."""
    if budget.settled_at is not None:
        raise Conflict(_settled_on(budget.settled_at))


def hold_unsettled(session: Session, budget_id: UUID) -> None:
    """Keep a budget from being settled until the transaction ends; postings to it go on.

    Raises Conflict for a settled budget, however close the settlement came before.
    """
    row = select(Budget.settled_at).where(Budget.id == budget_id)
    settled_at = session.scalar(row.with_for_update(read=True, key_share=True))
    if settled_at is not None:
        raise Conflict(_settled_on(settled_at))


def post(
    session: Session,
    actor: Actor,
    *,
    budget_id: UUID,
    line_id: UUID,
    kind: Kind,
    amount: Decimal,
    note: str = "",
    source: Source,
) -> UUID:
    """Take a number and post with it; on PostgreSQL both are one message. Returns the entry's id.

    Raises what ``post_entry`` raises.
    """
    values: dict[str, Any] = {"line_id": line_id, "kind": kind, "amount": amount}
    values |= {"note": note, "source": source}
    if not session.info["database"].one_message:
        return post_entry(session, actor, budget=take_number(session, budget_id), **values)
    began, entry = time.perf_counter(), _entry(actor, **values)
    found = statements.POST.first(session, **_values(entry, budget_id=budget_id))
    if found is None:
        raise _no_number(session, budget_id) or _refusal(session, budget_id=budget_id, entry=entry)
    return _tell(session, _outside(budget_id, found), entry, line=found, began=began)


def post_entry(
    session: Session,
    actor: Actor,
    *,
    budget: Budget | TakenBudget,
    line_id: UUID,
    kind: Kind,
    amount: Decimal,
    note: str = "",
    source: Source,
) -> UUID:
    """Append one entry to a budget that the caller has locked, and move the line's figures.

    ``amount`` is in the budget's currency and positive, unless ``kind`` is one of ``SIGNED``. Raises
    Conflict, saying what is available, when the line must not be overdrawn and cannot cover it, when more is
    settled than is committed, or the line is closed. Returns the entry's id.
    """
    if kind in PROMISES and line_id == budget.indirect_line_id:
        raise Conflict(NOTHING_PROMISED)
    began = time.perf_counter()
    entry = _entry(actor, line_id=line_id, kind=kind, amount=amount, note=note, source=source)
    values = _values(entry, budget_id=budget.id)
    if session.info["database"].one_message:
        number = {"number": budget.version + 1, "money": budget.currency}
        del values["promises"]
        found = statements.POST_TAKEN.first(session, **values, **number)
    else:
        found = _move_and_append(session, budget, entry, values)
    if found is None:
        raise _refusal(session, budget_id=budget.id, entry=entry)
    return _tell(session, budget, entry, line=found, began=began)


def adjust_line(
    session: Session, actor: Actor, *, budget_id: UUID, line_id: UUID, amount: Decimal, reason: str
) -> LedgerEntry:
    """Correct what a line has by ``amount``, which may be negative, and its envelope with it.

    Raises NotFound, Invalid for what is no amount in the budget's currency, and Conflict where the line or
    the envelope cannot bear it.
    """
    budget = queries.budget(session, actor, budget_id)
    _line_of(budget, line_id)
    check_money(abs(amount), budget.currency)
    draw(session, actor, envelope_id=budget.envelope_id, budget_id=budget.id, amount=amount, note=reason)
    entry_id = post(
        session,
        actor,
        budget_id=budget_id,
        line_id=line_id,
        kind="adjust",
        amount=amount,
        note=reason,
        source=Source("correction", line_id),
    )
    return session.scalars(select(LedgerEntry).where(LedgerEntry.id == entry_id)).one()


def change_line(
    session: Session,
    actor: Actor,
    *,
    budget: Budget,
    line_id: UUID,
    on_breach: OnBreach | None = None,
    responsible: str | None = None,
) -> Budget:
    """Say anew who answers for a line of a locked budget, and what happens on a breach.

    Raises NotFound, Invalid when nothing is to change, and Conflict when a line that is overdrawn should
    refuse to be.
    """
    require_unsettled(budget)
    line = _line_of(budget, line_id)
    if on_breach is None and responsible is None:
        raise Invalid("Name on_breach or responsible.")
    if on_breach == "stop" and line.available < 0:
        over = in_currency(-line.available, budget.currency)
        raise Conflict(f"The line is overdrawn by {over} {budget.currency} and cannot become stop.")
    at = now()
    line.on_breach = on_breach or line.on_breach
    line.responsible = responsible or line.responsible
    session.add(LineTerms.of(line, by=actor.subject, at=at))
    publish(session, budget, line_changed(budget, line, by=actor.subject, at=at))
    session.flush()
    return budget


def _line_of(budget: Budget, line_id: UUID) -> BudgetLine:
    found = next((line for line in budget.lines if line.id == line_id), None)
    if found is None:
        raise NotFound("budget line", line_id)
    return found


def _outside(budget_id: UUID, taken: Any) -> TakenBudget:
    return TakenBudget(
        id=budget_id,
        version=taken.version - 1,
        campaign_id=taken.campaign_id,
        currency=taken.currency,
        indirect_line_id=taken.indirect_line_id,
    )


def _no_number(session: Session, budget_id: UUID) -> Problem | None:
    """Why a budget gives out no number; None where it does."""
    found = session.execute(select(Budget.settled_at).where(Budget.id == budget_id)).one_or_none()
    if found is None:
        return NotFound("budget", budget_id)
    return None if found.settled_at is None else Conflict(_settled_on(found.settled_at))


def _settled_on(at: datetime) -> str:
    return f"The budget was settled on {at:%Y-%m-%d}: nothing more is posted to it."


def _entry(
    actor: Actor, *, line_id: UUID, kind: Kind, amount: Decimal, note: str, source: Source
) -> dict[str, Any]:
    if amount < 0 and kind not in SIGNED:
        raise Invalid({"amount": [f"An entry of kind {kind} is positive."]})
    return {
        "id": new_id(),
        "line_id": line_id,
        "kind": kind,
        "amount": amount,
        "claim_id": source.id if source.kind == "claim" else None,
        "source": source.kind,
        "source_id": source.id,
        "note": note,
        "posted_by": actor.subject,
    }


def _values(entry: dict[str, Any], *, budget_id: UUID) -> dict[str, Any]:
    """The parameters of a posting."""
    change = effect(entry["kind"], entry["amount"])
    given = {f"e_{name}": entry[name] for name in statements.GIVEN}
    moved = {f"d_{name}": getattr(change, name) for name in statements.FIGURES}
    return {
        **given,
        **moved,
        "line": entry["line_id"],
        "of_budget": budget_id,
        "taken": -change.available,
        "settles": int(entry["kind"] in SETTLING or entry["amount"] < 0),
        "moment": now(),
        "promises": int(entry["kind"] in PROMISES),
    }


def _move_and_append(
    session: Session, budget: Budget | TakenBudget, entry: dict[str, Any], values: dict[str, Any]
) -> Any:
    session.flush()
    kept = {name: value for name, value in values.items() if not name.startswith("e_") and name != "promises"}
    line = session.connection().execute(statements.MOVE, kept).one_or_none()
    if line is not None:
        place = {"budget_id": budget.id, "sequence": budget.version + 1, "currency": budget.currency}
        figures = {name: getattr(line, name) for name in (*statements.FIGURES, "posted_at")}
        session.connection().execute(statements.APPEND, {**entry, **place, **figures})
    return line


def _tell(
    session: Session, budget: Budget | TakenBudget, entry: dict[str, Any], *, line: Any, began: float
) -> UUID:
    posting = Posting(entry, line)
    publish(session, budget, posted(budget, posting))
    posting_seconds.observe(time.perf_counter() - began)
    over = -posting.balance.available
    if over > 0 and effect(entry["kind"], entry["amount"]).available < 0:
        breaches.labels(line.on_breach).inc()
        if line.on_breach == "warn":
            _warn(session, budget, posting, over=over)
    entry_id: UUID = entry["id"]
    return entry_id


def _warn(session: Session, budget: Budget | TakenBudget, posting: Posting, *, over: Decimal) -> None:
    entry, at = posting.entry, posting.line.posted_at
    log.warning("budget_line_breached", line=str(posting.line_id), over=str(over), kind=entry["kind"])
    if isinstance(budget, TakenBudget):
        budget = take_number(session, budget.id)
    balance = posting.shown(budget.currency)
    event = breached(budget, balance, over=over, note=entry["note"], at=at, entry_id=entry["id"])
    publish(session, budget, event)


def _refusal(session: Session, *, budget_id: UUID, entry: dict[str, Any]) -> Conflict:
    """Why the guard let nothing pass."""
    line = session.execute(
        select(BudgetLine.budget, BudgetLine.committed, BudgetLine.incurred, BudgetLine.currency)
        .add_columns(BudgetLine.closed_at, Budget.indirect_line_id)
        .join(Budget, Budget.id == BudgetLine.budget_id)
        .where(BudgetLine.id == entry["line_id"], BudgetLine.budget_id == budget_id)
    ).one_or_none()
    if line is None:
        return Conflict(f"The budget has no line {entry['line_id']}.")
    balance, currency = Balance(line.budget, line.committed, line.incurred), line.currency
    asked = -effect(entry["kind"], entry["amount"]).available
    settles = entry["kind"] in SETTLING or entry["amount"] < 0
    if entry["kind"] in PROMISES and entry["line_id"] == line.indirect_line_id:
        return Conflict(NOTHING_PROMISED)
    if line.closed_at is not None and not settles:
        refusals.labels("closed").inc()
        return Conflict("The line has left the plan and takes nothing more.")
    if asked <= 0:
        refusals.labels("committed").inc()
        return Conflict(_too_little(balance, entry["kind"], currency))
    refusals.labels("available").inc()
    breaches.labels("stop").inc()
    available = f"{in_currency(balance.available, currency)} {currency}"
    return Conflict(f"The line has {available} available, {in_currency(asked, currency)} is asked for.")


def _too_little(balance: Balance, kind: Kind, currency: str) -> str:
    if kind == "allocate":
        return f"The line has only {in_currency(balance.incurred, currency)} incurred."
    return f"The line has only {in_currency(balance.committed, currency)} committed."
