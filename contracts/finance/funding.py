"""Events of the money that waves ask for before they go out."""

from decimal import Decimal
from uuid import UUID

from contracts.event import Count, Currency, Event, Moment, Text, event


@event("funding.granted.v1", producer="finance")
class FundingGranted(Event, kw_only=True):
    """What a wave will cost is set aside on its budget line: it may go out."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    line_id: UUID
    reserved: Decimal
    currency: Currency
    at: Moment


@event("funding.refused.v1", producer="finance")
class FundingRefused(Event, kw_only=True):
    """A wave gets no money, and ``reason`` says why; it may ask again."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    reason: Text
    at: Moment


@event("funding.charged.v1", producer="finance")
class FundingCharged(Event, kw_only=True):
    """Copies went out, or may have: their cost is incurred. Both figures are totals so far."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    copies: Count
    incurred: Decimal
    currency: Currency
    at: Moment


@event("funding.ended.v1", producer="finance")
class FundingEnded(Event, kw_only=True):
    """Nothing more goes out: reserved = incurred + released."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    reserved: Decimal
    incurred: Decimal
    released: Decimal
    currency: Currency
    at: Moment
