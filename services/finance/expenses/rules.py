"""What policies say about the lines of a claim, as plain arithmetic.

For each rule the narrowest policy counts: one for the department before one for all, then one for the kind,
then the later one. Limits for a day are held for the kind and for all kinds together, side by side.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.finance.expenses.model import ExpensePolicy
from services.finance.money import in_currency

FIELDS = {"line_limit": "amount", "day_limit": "amount", "receipt_above": "documents", "oldest": "spent_on"}
"""The field of a line that each rule is about."""


@dataclass(frozen=True)
class Spending:
    """A line of a claim as policies see it. ``day`` is when it was spent, as far as that is known.

    ``worth`` is its amount in a currency. ``by_unit``: it is an allowance, for which nobody has a receipt.
    """

    kind: str
    department: str
    day: date
    worth: Callable[[str], Decimal]
    has_receipt: bool
    by_unit: bool = False


@dataclass(frozen=True)
class Broken:
    """A rule that a line breaks. ``refuses``: it is not taken; otherwise approvers see it."""

    policy_id: UUID
    rule: str
    says: str
    refuses: bool

    @property
    def field(self) -> str:
        return FIELDS[self.rule]


def regions_of(region: str) -> list[str]:
    """The regions whose allowances hold in ``region``, the narrowest first: DE-BY, DE, and anywhere."""
    parts = region.split("-") if region else []
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)] + [""]


def narrowest(
    policies: Iterable[ExpensePolicy], *, kind: str, department: str, spent_on: date, today: date
) -> list[ExpensePolicy]:
    """The policies that hold for a line. Age is a matter of today, the rest of the day it was spent on."""
    found: dict[tuple[str, str | None], ExpensePolicy] = {}
    for policy in policies:
        day = today if policy.rule == "oldest" else spent_on
        concerned = policy.department in {None, department} and policy.kind in {None, kind}
        if not concerned or not policy.in_force(day):
            continue
        place = policy.rule, policy.kind if policy.rule == "day_limit" else None
        if place not in found or _precedence(policy) > _precedence(found[place]):
            found[place] = policy
    return list(found.values())


def broken_by(
    line: Spending,
    policies: Iterable[ExpensePolicy],
    *,
    today: date,
    before: Callable[[ExpensePolicy], Decimal],
) -> list[Broken]:
    """The rules that a line breaks, in the order of ``RULES``.

    ``before`` is what the claimant has on that day already, in the policy's currency: of its kind, or of all
    kinds where it names none.
    """
    held = narrowest(policies, kind=line.kind, department=line.department, spent_on=line.day, today=today)
    found = [(policy, _problem(line, policy, today=today, before=before)) for policy in held]
    return [
        Broken(policy.id, policy.rule, says, policy.on_broken == "refuse")
        for policy, says in sorted(found, key=lambda one: list(FIELDS).index(one[0].rule))
        if says is not None
    ]


def _precedence(policy: ExpensePolicy) -> tuple[bool, bool, date, UUID]:
    return policy.department is not None, policy.kind is not None, policy.valid_from, policy.id


def _problem(
    line: Spending, policy: ExpensePolicy, *, today: date, before: Callable[[ExpensePolicy], Decimal]
) -> str | None:
    if policy.rule == "oldest":
        assert policy.days is not None
        age = (today - line.day).days
        return f"It is {age} days old, at most {policy.days} are allowed." if age > policy.days else None
    assert policy.limit is not None and policy.currency is not None
    worth = line.worth(policy.currency)
    if policy.rule == "receipt_above":
        excused = line.has_receipt or (line.by_unit and policy.kind is None)
        needed = worth > policy.limit and not excused
        return f"Above {_shown(policy.limit, policy)} a receipt is needed." if needed else None
    if policy.rule == "line_limit":
        over = worth > policy.limit
        return (
            f"At most {_shown(policy.limit, policy)} a line, this is {_shown(worth, policy)}."
            if over
            else None
        )
    whole = before(policy) + worth
    what = "a day" if policy.kind is None else f"of {policy.kind} a day"
    over = whole > policy.limit
    return (
        f"At most {_shown(policy.limit, policy)} {what}, this is {_shown(whole, policy)}." if over else None
    )


def _shown(amount: Decimal, policy: ExpensePolicy) -> str:
    assert policy.currency is not None
    return f"{in_currency(amount, policy.currency)} {policy.currency}"
