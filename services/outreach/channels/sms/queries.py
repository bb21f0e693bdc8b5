"""Reading what came in by SMS."""

from sqlalchemy import Select, select

from chassis.auth import Actor
from services.outreach.channels.sms.model import InboundSms


def inbound(actor: Actor, *, outcome: str | None = None, source: str | None = None) -> Select[InboundSms]:
    """The texts of contacts that the actor may see. Those of nobody we know are for who sees all."""
    rows = select(InboundSms).where(actor.scope(InboundSms.department))
    if outcome is not None:
        rows = rows.where(InboundSms.outcome == outcome)
    return rows if source is None else rows.where(InboundSms.source == source)
