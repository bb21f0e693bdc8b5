"""The event of the campaign service with which it answers a person who asks for their data or its erasure."""

from contracts.event import event
from contracts.privacy import DataAnswered


@event("campaigndata.answered.v1", producer="campaign")
class CampaignAnswered(DataAnswered, kw_only=True):
    """What the campaign service holds about a person, or has erased: target lists, responses, lists of addresses."""
