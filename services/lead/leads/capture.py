"""The one way that leads come in, through whatever door: by hand, form, answer, follow-up or import.

The same contact and campaign, or without a campaign the same source and products, within a window since the
contact was last heard of is one lead with several touches. A lead that was laid aside is woken by a touch
that shows interest, however long it rested.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.ids import new_id
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import LeadCaptured, LeadTouched, LeadWoken
from services.lead.leads.model import Lead, LeadTouch
from services.lead.leads.states import State
from services.lead.leads.timeline import tell

WINDOW_DAYS: Final = 90
WINDOW: Final = timedelta(days=WINDOW_DAYS)
INTERESTED: Final = "interested"
LONGEST_NOTE: Final = 2000

captures_total = counter(
    "lead_captures_total",
    "What came in as a potential sale, by door and by whether it was a lead already.",
    ("door", "outcome"),
)


@dataclass(frozen=True, kw_only=True)
class Capture:
    """What a door knows of a potential sale. ``door`` names the kind of touch it is.

    ``basics`` are further attributes of the lead, by name. ``response_id`` is the answer that it came with.
    What has a ``touch_id`` is known again by it: it counts once, and is a touch even of a lead that it made.
    """

    contact_id: UUID
    customer_id: UUID | None
    department: str
    region: str
    source: str
    door: str
    captured_by: str
    captured_at: datetime
    campaign_id: UUID | None = None
    products: Sequence[str] = ()
    response_id: UUID | None = None
    touch_id: UUID | None = None
    verdict: str = INTERESTED
    note: str = ""
    basics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What a lead is found by, together with its contact."""
        return door_of(campaign_id=self.campaign_id, source=self.source, products=self.products)


@dataclass(frozen=True)
class Caught:
    """The lead that took a capture in; ``fresh`` where it was made for it."""

    lead: Lead
    fresh: bool


def door_of(*, campaign_id: UUID | None, source: str, products: Iterable[str]) -> str:
    """The campaign, or without one the source and the products, as a text."""
    if campaign_id is not None:
        return f"campaign {campaign_id.hex}"
    return f"source {source} {'|'.join(sorted(product.casefold() for product in products))}"


def takes(lead: Lead, at: datetime, *, window: timedelta) -> bool:
    """Whether a lead takes in what its contact does at ``at``, or that makes another one."""
    return lead.state == State.NURTURED or at - lead.touched_at <= window


def capture(session: Session, one: Capture, *, window: timedelta = WINDOW) -> Caught:
    """Take one in. See ``capture_many``."""
    return capture_many(session, [one], window=window)[0]


def capture_many(
    session: Session, captures: Sequence[Capture], *, window: timedelta = WINDOW
) -> list[Caught]:
    """Take in a page of captures, in their order; reads twice, however many there are.

    Each makes a lead or touches the one that is there, and is told of as an event either way. A touch that is
    known already changes nothing.
    """
    leads = _known(session, captures)
    touches = _touches(session, captures)
    known = set(touches)
    caught = [_take_in(session, one, leads=leads, touches=touches, window=window) for one in captures]
    session.flush()
    session.add_all(kept for touch_id, kept in touches.items() if touch_id not in known)
    return caught


def _take_in(
    session: Session,
    one: Capture,
    *,
    leads: dict[tuple[UUID, str], Lead],
    touches: dict[UUID, LeadTouch],
    window: timedelta,
) -> Caught:
    lead = leads.get((one.contact_id, one.key))
    known = touches.get(one.touch_id) if one.touch_id else None
    fresh = lead is None or not (known or takes(lead, one.captured_at, window=window))
    if lead is None or fresh:
        if lead is not None:
            lead.door = None
            session.flush()
        leads[one.contact_id, one.key] = lead = new_lead(one)
        session.add(lead)
        tell_captured(session, lead, door=one.door)
        kept = touch_of(lead, one) if one.touch_id else None
    else:
        kept = touch(session, lead, one, known=known)
    if kept is not None:
        touches[kept.response_id] = kept
    return Caught(lead, fresh)


def new_lead(one: Capture) -> Lead:
    """A lead that lies in the inbox of its department; nothing is kept or told yet."""
    return Lead(
        contact_id=one.contact_id,
        customer_id=one.customer_id,
        campaign_id=one.campaign_id,
        response_id=one.response_id,
        department=one.department,
        region=one.region,
        source=one.source,
        products=list(one.products),
        door=one.key,
        captured_by=one.captured_by,
        captured_at=one.captured_at,
        **one.basics,
    )


def touch(session: Session, lead: Lead, one: Capture, *, known: LeadTouch | None = None) -> LeadTouch:
    """Put one more touch on a lead, or what became of one that is ``known``, and wake it where it rests.

    What is not known of the lead yet is taken over; what is known stays. Returns the touch, which the caller
    adds to the session if it is new.
    """
    said = one.verdict, one.note[:LONGEST_NOTE]
    if known is not None and (known.verdict, known.note) == said:
        return known
    if known is not None:
        known.verdict, known.note = said
    else:
        known = touch_of(lead, one)
        lead.touch_count += 1
        lead.touched_at = max(lead.touched_at, one.captured_at)
    _learn(lead, one.basics)
    publish(session, lead, _touched(lead, one, known))
    captures_total.labels(door=one.door, outcome="touched").inc()
    if lead.state == State.NURTURED and one.verdict == INTERESTED:
        wake_up(session, Actor(one.captured_by), lead, why=f"heard of again: {one.door}", at=now())
    return known


def _learn(lead: Lead, basics: Mapping[str, Any]) -> None:
    for name, value in basics.items():
        if value and not getattr(lead, name):
            setattr(lead, name, value)


def touch_of(lead: Lead, one: Capture) -> LeadTouch:
    """How the contact came, to be kept with the lead."""
    kept = LeadTouch(
        response_id=one.touch_id or new_id(),
        lead_id=lead.id,
        kind=one.door,
        verdict=one.verdict,
        note=one.note[:LONGEST_NOTE],
        at=one.captured_at,
        captured_by=one.captured_by,
    )
    lead.entries += 1
    return kept


def wake_up(session: Session, actor: Actor, lead: Lead, *, why: str, at: datetime) -> Lead:
    """Take up again a lead that was laid aside. Raises Conflict for any other."""
    pool = lead.wake(at=at)
    event = LeadWoken(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        department=lead.department,
        pool=pool,
        why=why,
        by=actor.subject,
        at=at,
    )
    return tell(session, actor, lead, event, kind="woken", note=f"{why}; to {pool}", at=at)


def tell_captured(session: Session, lead: Lead, *, door: str) -> None:
    """Publish that a lead was captured."""
    event = LeadCaptured(
        lead_id=lead.id,
        contact_id=lead.contact_id,
        customer_id=lead.customer_id,
        campaign_id=lead.campaign_id,
        response_id=lead.response_id,
        department=lead.department,
        region=lead.region,
        source=lead.source,
        captured_at=lead.captured_at,
    )
    publish(session, lead, event)
    captures_total.labels(door=door, outcome="captured").inc()


def _known(session: Session, captures: Sequence[Capture]) -> dict[tuple[UUID, str], Lead]:
    """The leads that may take the captures in, locked in the order of their ids."""
    contacts = {one.contact_id for one in captures}
    doors = {one.key for one in captures}
    found = select(Lead).where(Lead.contact_id.in_(contacts), Lead.door.in_(doors)).order_by(Lead.id)
    return {
        (lead.contact_id, str(lead.door)): lead
        for lead in session.scalars(found.with_for_update(), execution_options={"populate_existing": True})
    }


def _touches(session: Session, captures: Sequence[Capture]) -> dict[UUID, LeadTouch]:
    ids = [one.touch_id for one in captures if one.touch_id is not None]
    known = select(LeadTouch).where(LeadTouch.response_id.in_(ids))
    return {touch.response_id: touch for touch in session.scalars(known)}


def _touched(lead: Lead, one: Capture, kept: LeadTouch) -> LeadTouched:
    return LeadTouched(
        lead_id=lead.id,
        contact_id=lead.contact_id,
        campaign_id=lead.campaign_id,
        touch_id=kept.response_id,
        department=lead.department,
        kind=one.door,
        source=one.source,
        verdict=one.verdict,
        touched_at=one.captured_at,
    )
