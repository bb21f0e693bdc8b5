"""Keeping opens, and telling of them in pages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import now
from chassis.database import Session
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import PAGE_LIMIT
from contracts.outreach import MailingOpened, Opening
from services.outreach.links.queries import Origin
from services.outreach.mailings.model import Mailing, deliveries
from services.outreach.opens.model import opens
from services.outreach.opens.verdict import LONGEST_AGENT, Verdict

seen = counter(
    "outreach_opens_total",
    "Fetches of the image in a mail, by our verdict on who it was.",
    ("by",),
    starts=[("person",), ("machine",)],
)


def record_open(session: Session, origin: Origin, verdict: Verdict, *, agent: str) -> None:
    """Count an open of a copy, as one by a person or by a machine."""
    moment = now()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(opens).values(
        delivery_id=origin.delivery.id,
        machine=verdict.machine,
        mailing_id=origin.delivery.mailing_id,
        target_id=origin.delivery.target_id,
        rule=verdict.rule,
        agent=agent[:LONGEST_AGENT].replace("\0", ""),
        count=1,
        first_at=moment,
        last_at=moment,
    )
    again = {"count": opens.c.count + 1, "last_at": moment}
    session.execute(insert.on_conflict_do_update(index_elements=["delivery_id", "machine"], set_=again))
    seen.labels(by="machine" if verdict.machine else "person").inc()


def report_opens(session: Session) -> bool:
    """Publish a page of opens that nobody was told of yet. Whether there were any."""
    waiting = select(opens.c.mailing_id).where(opens.c.reported_at.is_(None)).limit(1)
    mailing_id: UUID | None = session.scalar(waiting)
    if mailing_id is None:
        return False
    mailing = session.get_one(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    page = _waiting_page(session, mailing_id)
    for machine in (False, True):
        ids = [row.delivery_id for row in page if row.machine is machine]
        told = update(opens).where(opens.c.delivery_id.in_(ids), opens.c.machine.is_(machine))
        if ids:
            session.execute(told.values(reported_at=now()))
    openings = [
        Opening(target_id=row.target_id, machine=row.machine, at=row.first_at, contact_id=row.contact_id)
        for row in page
    ]
    if openings:
        event = MailingOpened(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            openings=openings,
        )
        publish(session, mailing, event)
    return bool(openings)


def _waiting_page(session: Session, mailing_id: UUID) -> Sequence[Row[UUID, UUID, bool, datetime, UUID]]:
    """Opens of a mailing that nobody was told of yet, each with whose copy it was."""
    waiting = (
        select(
            opens.c.delivery_id,
            opens.c.target_id,
            opens.c.machine,
            opens.c.first_at,
            deliveries.c.contact_id,
        )
        .join(deliveries, deliveries.c.id == opens.c.delivery_id)
        .where(opens.c.mailing_id == mailing_id, opens.c.reported_at.is_(None))
    )
    return session.execute(waiting.limit(PAGE_LIMIT)).all()
