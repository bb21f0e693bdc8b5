"""A season of the north as it could have been, for pages that shall have something to show."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from chassis.envelope import Message
from chassis.ids import new_id
from tests.services.reporting.builders import (
    NOON,
    assigned,
    balance,
    captured,
    designed,
    launched,
    message,
    opened,
    outcomes,
    posted,
    progressed,
    qualified,
    responded,
)
from tests.services.reporting.outcome_builders import (
    accepted,
    converted,
    heard,
    mailing_started,
    opened_copies,
    side,
    source_saved,
    suppressed,
    surveyed,
    touched,
)


class Planned(NamedTuple):
    """What is known of a campaign beforehand; ``spent`` is in EUR, ``size`` counts its targets."""

    code: str
    name: str
    kind: str
    region: str
    starts_on: date
    spent: int
    size: int


CAMPAIGNS = (
    Planned("FAIR-26", "Pump fair Brno", "exhibition", "moravia", date(2026, 3, 9), 8000, 40),
    Planned("NEWS-Q2", "Newsletter, second quarter", "bulk_mail", "bohemia", date(2026, 4, 1), 900, 60),
    Planned("SEM-MAY", "Seminar on heat recovery", "seminar", "silesia", date(2026, 5, 18), 3200, 30),
    Planned("DM-JUN", "Letters to builders", "direct_mail", "bohemia", date(2026, 6, 2), 2100, 50),
    Planned("ONLINE", "Autumn online promotion", "online_promotion", "moravia", date(2026, 9, 7), 5400, 80),
)
REPS = ("rosa", "tomas", "vera")
DAY = timedelta(days=1)


def season() -> list[Message]:
    """Five campaigns with targets, answers, leads, costs, surveys and mailings; a tree of two sources."""
    web, form = new_id(), new_id()
    told = [
        message(source_saved(web, "web", "Website"), web, 1),
        message(source_saved(form, "form", "Web form", parent_id=web), form, 1),
    ]
    for number, campaign in enumerate(CAMPAIGNS):
        told += _campaign(new_id(), number, campaign)
    return told


def _campaign(one: UUID, number: int, planned: Planned) -> Iterator[Message]:
    spent, size = planned.spent, planned.size
    targets = [new_id() for _ in range(size)]
    plan = {name: getattr(planned, name) for name in ("code", "name", "kind", "region", "starts_on")}
    plan["ends_on"] = planned.starts_on + 60 * DAY
    yield message(designed(one, **plan), one, 1)
    yield message(launched(one, size), one, 2)
    reached, answered = targets[: size * 9 // 10], targets[: size // 3]
    yield message(progressed(one, *((target, "opportunity") for target in targets[:6])), one, 3)
    yield message(progressed(one, *((target, "won") for target in targets[: number + 1])), one, 4)
    for at, target in enumerate(answered):
        yield message(responded(one, target), one, 5 + at)
    yield from _money(one, spent)
    yield from _mailing(one, reached, targets[len(reached) :])
    yield from _leads(one, number, answered[: size // 6])
    yield message(surveyed(one, side("quality", 8, 8 - number % 3), side("price", 6, 7)), new_id(), 1)
    stopped = new_id()
    yield message(suppressed(one, stopped, "bounced" if number % 2 else "unsubscribed"), stopped, 1)


def _money(one: UUID, spent: int) -> Iterator[Message]:
    budget, line = new_id(), new_id()
    yield message(opened(one, budget, balance(line, budget=2 * spent)), budget, 1)
    part = balance(line, budget=2 * spent, incurred=spent, committed=spent // 4)
    yield message(posted(one, budget, part), budget, 2)


def _mailing(one: UUID, reached: list[UUID], missed: list[UUID]) -> Iterator[Message]:
    mailing, wave = new_id(), new_id()
    ids: dict[str, Any] = {"mailing_id": mailing, "wave_id": wave}
    yield message(mailing_started(one, recipients=len(reached) + len(missed), **ids), mailing, 1)
    yield message(outcomes(one, reached, **ids), mailing, 2)
    yield message(outcomes(one, missed, "failed", **ids), mailing, 3)
    kinds = ["delivered"] * (len(reached) - 2) + ["bounced_soft", "complained"]
    yield message(heard(one, mailing, *kinds), mailing, 4)
    yield message(opened_copies(one, mailing, *[False] * (len(reached) // 2)), mailing, 5)


def _leads(one: UUID, number: int, contacts: list[UUID]) -> Iterator[Message]:
    for at, contact in enumerate(contacts):
        lead, early = new_id(), new_id()
        came: dict[str, Any] = {"contact_id": contact, "captured_at": NOON - (9 - 2 * number) * 15 * DAY}
        yield message(captured(None, early, source="form", **came), early, 1)
        came["captured_at"] += 2 * DAY
        yield message(captured(one, lead, **came), lead, 1)
        yield message(touched(one, lead, contact_id=contact, touched_at=came["captured_at"] + DAY), lead, 2)
        if at % 3 == 2:
            continue
        rep = REPS[(at + number) % len(REPS)]
        yield message(qualified(one, lead), lead, 3)
        yield message(assigned(one, lead, rep), lead, 4)
        yield message(accepted(one, lead, rep), lead, 5)
        if at % 3 == 0:
            worth = {"assignee": rep, "amount": Decimal(1500 * (number + 2)), "by": rep}
            yield message(converted(one, lead, **worth), lead, 6)
