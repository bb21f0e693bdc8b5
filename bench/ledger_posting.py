"""One posting of the ledger benchmark, on lines and budgets whose ids pgbench can put together too."""

from decimal import Decimal
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Database
from services.finance.budgets.actions import post
from services.finance.budgets.model import Source

ACTOR = Actor.system("bench")
CENT = Decimal("0.01")
LINE_BASE = 1_000_000
NOTE = "Twenty posters for the spring fair"


def numbered(number: int) -> UUID:
    """The id of a line or a budget of the benchmark, which pgbench can put together too."""
    return UUID(f"00000000-0000-7000-8000-{number:012d}")


def line_id(number: int) -> UUID:
    """The id of a line."""
    return numbered(LINE_BASE + number)


def budget_number(line: int, *, lines: int, budgets: int) -> int:
    """Which budget a line, counted from 1, lies in."""
    return (line - 1) * budgets // lines + 1


def post_once(database: Database, *, line: int, lines: int, budgets: int) -> None:
    """One posting, as an action of the service makes it."""
    budget_id = numbered(budget_number(line, lines=lines, budgets=budgets))
    source = Source("claim", line_id(line))
    with database.transaction(ACTOR) as session:
        post(
            session,
            ACTOR,
            budget_id=budget_id,
            line_id=line_id(line),
            kind="commit",
            amount=CENT,
            note=NOTE,
            source=source,
        )
