"""The event of the campaign service with which it answers a person who asks for their data or its erasure."""

from contracts.event import event
from contracts.privacy import DataAnswered


@event("campaigndata.answered.v1", producer="campaign")
class CampaignAnswered(DataAnswered, kw_only=True):
    """What campaign holds about a person, or has erased: places on target lists, answers, lines of lists."""
