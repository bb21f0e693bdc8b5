"""Holding the lines of a claim to the policies: which rules each of them breaks, for approvers to see."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.errors import Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from services.finance.budgets.ledger import ZERO
from services.finance.claims.model import Claim, ClaimItem
from services.finance.claims.queries import spent_on_day
from services.finance.expenses.model import RULES, ExpensePolicy
from services.finance.expenses.queries import policies_for
from services.finance.expenses.rules import Broken, Spending, broken_by
from services.finance.rates.queries import convert

log = get_logger(__name__)

broken_total = counter(
    "finance_claims_policy_broken_total",
    "Lines of claims that were handed in and break a policy, by its rule and by what became of them.",
    ("rule", "outcome"),
    starts=[(rule, outcome) for rule in RULES for outcome in ("refused", "flagged")],
)


def note_breaches(session: Session, claim: Claim, *, today: date) -> list[tuple[ClaimItem, Broken]]:
    """Note on each line which rules it breaks as of today. Returns them too."""
    held = policies_for(session, department=claim.department, kinds=[item.kind for item in claim.items])
    found: list[tuple[ClaimItem, Broken]] = []
    for item in claim.items:
        broken = _broken(session, claim, item, held, today=today) if held else []
        item.breaches = [{"rule": one.rule, "says": one.says, "refuses": one.refuses} for one in broken]
        found += [(item, one) for one in broken]
    return found


def refuse_breaches(session: Session, claim: Claim, *, today: date) -> None:
    """Note what is flagged. Raises Invalid for what is refused, naming each line and its field."""
    found = note_breaches(session, claim, today=today)
    refused: dict[str, list[str]] = {}
    for item, broken in found:
        if broken.refuses:
            refused.setdefault(f"lines.{item.position - 1}.{broken.field}", []).append(broken.says)
    for _, broken in found:
        if broken.refuses or not refused:
            broken_total.labels(broken.rule, "refused" if broken.refuses else "flagged").inc()
    if refused:
        log.info("claim_breaks_policy", claimant=claim.claimant, fields=sorted(refused))
        raise Invalid(refused)


def _broken(
    session: Session, claim: Claim, item: ClaimItem, held: Sequence[ExpensePolicy], *, today: date
) -> list[Broken]:
    day = item.spent_on or today
    line = Spending(
        kind=item.kind,
        department=claim.department,
        day=day,
        worth=_worth(session, item, day=day),
        has_receipt=bool(item.documents),
        by_unit=item.unit is not None,
    )

    def before(policy: ExpensePolicy) -> Decimal:
        return _before(session, claim, item, policy)

    return broken_by(line, held, today=today, before=before)


def _worth(session: Session, item: ClaimItem, *, day: date) -> Callable[[str], Decimal]:
    """What a line comes to in a currency: as it was spent in that one, or else converted."""

    def worth(currency: str) -> Decimal:
        if currency == item.original_currency:
            return item.original_amount
        field = f"lines.{item.position - 1}.currency"
        return convert(session, item.amount, currency=item.currency, to=currency, on=day, field=field).amount

    return worth


def _before(session: Session, claim: Claim, item: ClaimItem, policy: ExpensePolicy) -> Decimal:
    """What the claimant has on the day of a line: in other claims, and in the lines before it."""
    assert policy.currency is not None
    if item.spent_on is None:
        return ZERO
    day, to = item.spent_on, policy.currency
    same = [
        other
        for other in claim.items
        if other.position < item.position and other.spent_on == day and policy.kind in {None, other.kind}
    ]
    whole = sum((_worth(session, other, day=day)(to) for other in same), ZERO)
    field = f"lines.{item.position - 1}.currency"
    for currency, spent in spent_on_day(session, claim, day=day, kind=policy.kind):
        whole += convert(session, spent, currency=currency, to=to, on=day, field=field).amount
    return whole
