"""The statements that post to the ledger, put into words once: postings to one budget wait for each other.

On PostgreSQL one statement takes the number from the budget's row, moves the line and appends the entry. The
budget's row is locked first, then the line's; both are read as they stand once they are locked, so that the
guard on the line looks and takes in one step. SQLite, where one writes at a time, has a statement for each.
"""

from typing import Any, cast

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    insert,
    not_,
    or_,
    select,
    update,
)

from chassis.columns import Amount, Moment
from chassis.prepared import Prepared
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry

_budgets, _lines, _entries = (cast(Table, mapped.__table__) for mapped in (Budget, BudgetLine, LedgerEntry))

FIGURES = ("budget", "committed", "incurred")
GIVEN = ("id", "kind", "amount", "claim_id", "source", "source_id", "note", "posted_by")
"""Columns of an entry that the caller gives."""

_moment = bindparam("moment", type_=Moment())
_posted_at = case((_lines.c.posted_at > _moment, _lines.c.posted_at), else_=_moment)

TAKE_NUMBER = (
    update(_budgets)
    .where(_budgets.c.id == bindparam("of_budget"), _budgets.c.settled_at.is_(None))
    .values(version=_budgets.c.version + 1)
    .returning(_budgets.c.version, _budgets.c.campaign_id, _budgets.c.currency, _budgets.c.indirect_line_id)
)


def _moved() -> Update:
    after = {name: _lines.c[name] + bindparam(f"d_{name}", type_=Amount()) for name in FIGURES}
    nothing = bindparam("nothing", 0, type_=Amount())
    taken = bindparam("taken", type_=Amount())
    covers = _lines.c.budget - _lines.c.committed - _lines.c.incurred >= taken
    return (
        update(_lines)
        .where(
            _lines.c.id == bindparam("line"),
            _lines.c.budget_id == bindparam("of_budget"),
            or_(_lines.c.on_breach != "stop", covers),
            or_(_lines.c.closed_at.is_(None), bindparam("settles") == 1),
            and_(*(figure >= nothing for figure in after.values())),
        )
        .values(**after, posted_at=_posted_at)
    )


def _told() -> list[ColumnElement[Any]]:
    told = ("name", "responsible", "on_breach", *FIGURES, "posted_at")
    return [*(_lines.c[name] for name in told), _lines.c.kind.label("line_kind")]


MOVE = _moved().returning(*_told())
APPEND = insert(_entries)


def _value(given: str, column: str) -> BindParameter[Any]:
    return bindparam(given, type_=_entries.c[column].type)


def _at_once(taken: CTE | None) -> Select[*tuple[Any, ...]]:
    """Move and append in one statement, with the number ``taken`` or one that the caller has."""
    statement = _moved()
    if taken is not None:
        promised = and_(bindparam("promises") == 1, taken.c.indirect_line_id == _lines.c.id)
        statement = statement.where(
            _lines.c.budget_id == taken.c.id, or_(taken.c.indirect_line_id.is_(None), not_(promised))
        )
    moved = statement.returning(*_told()).cte("moved")
    row = {
        **{name: _value(f"e_{name}", name) for name in GIVEN},
        "budget_id": _value("of_budget", "budget_id"),
        "line_id": _value("line", "line_id"),
        "sequence": _value("number", "sequence") if taken is None else taken.c.version,
        "currency": _value("money", "currency") if taken is None else taken.c.currency,
        **{name: moved.c[name] for name in (*FIGURES, "posted_at")},
    }
    rows = select(*(value.label(f"v_{name}") for name, value in row.items()))
    sources = (moved,) if taken is None else (moved, taken)
    appended = insert(_entries).from_select(list(row), rows.select_from(*sources)).cte("appended")
    found = select(*moved.c) if taken is None else select(*moved.c, *taken.c)
    return found.select_from(*sources).add_cte(appended)


_taken = TAKE_NUMBER.returning(_budgets.c.id).cte("taken")

TAKE = Prepared(select(*TAKE_NUMBER.cte("taken").c), writes=True)
POST = Prepared(_at_once(_taken), writes=True)
POST_TAKEN = Prepared(_at_once(None), writes=True)
