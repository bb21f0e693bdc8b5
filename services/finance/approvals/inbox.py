"""What waits for somebody, and whether his authority lets him approve it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.finance.approvals.model import Approval
from services.finance.approvals.queries import present_seats
from services.finance.authority.limits import Converter, obstacle
from services.finance.authority.model import Authority
from services.finance.authority.queries import held_by
from services.finance.rates.queries import converter


@dataclass(frozen=True)
class OpenDecision:
    """An approval that waits for an actor on a seat. ``obstacle`` is why he may not approve it."""

    approval: Approval
    on_behalf_of: str
    obstacle: str | None

    @property
    def may_approve(self) -> bool:
        return self.obstacle is None


def judged(session: Session, actor: Actor, waiting: Sequence[Approval]) -> list[OpenDecision]:
    """What ``waiting`` asks of the actor. All authorities are read at once, and each rate once."""
    seats, at, convert = present_seats(session, actor), now(), converter(session)
    held = held_by(session, [seat.person for seat in seats])
    found = []
    for approval in waiting:
        reaching = [
            seat
            for seat in seats
            if seat.person != approval.requested_by
            and seat.reaches(kind=approval.kind, department=approval.department)
        ]
        person = approval.open_step.seat_among(reaching, acting=actor.subject).person
        own = [one for one in held if one.person == person]
        problem = _obstacle(approval, own, at=at, convert=convert)
        found.append(OpenDecision(approval, person, problem))
    return found


def _obstacle(
    approval: Approval, held: Sequence[Authority], *, at: datetime, convert: Converter
) -> str | None:
    return obstacle(
        [one for one in held if one.concerns(kind=approval.kind, department=approval.department)],
        amount=approval.granted,
        currency=approval.currency,
        at=at,
        needed=approval.open_step.needs_authority,
        convert=convert,
    )
