"""Reads of envelopes, in the departments of the reader only."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.envelopes.model import Envelope, EnvelopeEntry
from services.finance.finding import find


def envelopes(
    actor: Actor, *, department: str | None = None, currency: str | None = None, on: date | None = None
) -> Select[Envelope]:
    """The envelopes that the actor may see; ``on`` leaves those whose period has that day."""
    found = select(Envelope).where(actor.scope(Envelope.department))
    if department is not None:
        found = found.where(Envelope.department == department)
    if currency is not None:
        found = found.where(Envelope.currency == currency)
    if on is not None:
        found = found.where(Envelope.starts_on <= on, Envelope.ends_on >= on)
    return found


def envelope(session: Session, actor: Actor, envelope_id: UUID, *, locked: bool = False) -> Envelope:
    """One envelope, ``locked`` until the transaction ends or not. Raises NotFound."""
    return find(session, envelopes(actor), Envelope, envelope_id, what="envelope", lock=locked)


def entries(session: Session, actor: Actor, envelope_id: UUID) -> Select[EnvelopeEntry]:
    """The entries of one envelope. Raises NotFound for one that the actor may not see."""
    envelope(session, actor, envelope_id)
    return select(EnvelopeEntry).where(EnvelopeEntry.envelope_id == envelope_id)


def covering(session: Session, *, department: str, currency: str, on: date | None) -> UUID | None:
    """The envelope that a plan of ``department`` starting ``on`` a day draws on, if there is one."""
    if on is None:
        return None
    return session.scalar(
        select(Envelope.id)
        .where(
            Envelope.department == department,
            Envelope.currency == currency,
            Envelope.starts_on <= on,
            Envelope.ends_on >= on,
        )
        .order_by(Envelope.starts_on)
        .limit(1)
    )


def overlapping(*, department: str, currency: str, starts_on: date, ends_on: date) -> Select[Envelope]:
    """Envelopes of a department whose period has a day of this one."""
    return select(Envelope).where(
        Envelope.department == department,
        Envelope.currency == currency,
        Envelope.starts_on <= ends_on,
        Envelope.ends_on >= starts_on,
    )
