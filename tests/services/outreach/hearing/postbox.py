"""A mailing that is out, and mails that come in about it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from contracts.lead import ContactCard
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.hearing.arriving import Arrival, keep
from services.outreach.hearing.model import InboundMail
from services.outreach.hearing.sorter import MailSorter
from services.outreach.mailings.model import ACCEPTED, deliveries
from services.outreach.settings import OutreachSettings
from tests.services.outreach.builders import LINK_KEY, a_card, a_mailing, deliveries_of, settings

BOUNCES = "bounce@example.com"
PATHS = ReturnPaths(key=LINK_KEY, address=BOUNCES)
ACTOR = Actor.system("outreach")


class Postbox:
    """One accepted delivery to ``card``, and the way in."""

    def __init__(self, database: Database, **changes: object) -> None:
        self.database = database
        self.settings: OutreachSettings = settings(**changes)
        self.sorter = MailSorter(self.settings, database)
        self.card: ContactCard = a_card(email="lin@example.org")
        self.delivery_id = self.send(self.card)
        self.return_path = PATHS.address_of(self.delivery_id)

    def send(self, card: ContactCard, *, days_ago: float = 0) -> UUID:
        """One more mailing to a contact, accepted by the mail server some days ago. Returns the delivery."""
        (delivery,) = deliveries_of(self.database, a_mailing(self.database, [card])).values()
        moment = now() - timedelta(days=days_ago)
        with self.database.transaction() as session:
            session.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id)
                .values(state=ACCEPTED, ended_at=moment)
            )
        return delivery.id

    def get(
        self, raw: bytes, *, to: str | None = None, sender: str = "", source: str = "smtp"
    ) -> InboundMail:
        """Let a mail come in and be sorted."""
        recipients = () if to == "" else (to or self.return_path,)
        with self.database.transaction() as session:
            keep(session, [Arrival(source, raw, sender, recipients)])
        self.sorter.step()
        return self.last()

    def last(self) -> InboundMail:
        """The mail that came last."""
        with self.database.reading() as session:
            return session.scalars(select(InboundMail).order_by(InboundMail.id.desc()).limit(1)).one()

    def mails(self) -> list[InboundMail]:
        with self.database.reading() as session:
            return list(session.scalars(select(InboundMail).order_by(InboundMail.id)))

    def feedback(self, delivery_id: UUID | None = None) -> tuple[str | None, str | None]:
        """What is known of a delivery, and why."""
        with self.database.reading() as session:
            row = session.execute(
                select(deliveries.c.feedback, deliveries.c.feedback_reason).where(
                    deliveries.c.id == (delivery_id or self.delivery_id)
                )
            ).one()
        return row.feedback, row.feedback_reason
