"""What leads learn from the campaign service."""

from datetime import timedelta
from typing import cast

from sqlalchemy.orm import Session

from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.campaign import CampaignResponded, LeadsWanted
from services.lead.customers.family import of_survivor, of_survivors
from services.lead.leads import actions, wanted
from services.lead.settings import LeadSettings
from services.lead.timeline import actions as timeline


class LeadReactions:
    """Captures leads from the answers of a campaign's targets, and those that its follow-ups want.

    Whoever was merged into another contact since the campaign began speaks for that one.
    """

    @subscribe("lead.campaigns", CampaignResponded)
    def on_campaign_responded(self, session: Session, event: CampaignResponded) -> None:
        actions.take_answer(session, of_survivor(session, event), window=self._window)
        timeline.take_response(session, event)

    @subscribe("lead.campaigns", LeadsWanted)
    def on_leads_wanted(self, session: Session, event: LeadsWanted) -> None:
        wanted.capture_wanted(session, of_survivors(session, event), window=self._window)

    @property
    def _window(self) -> timedelta:
        return cast(LeadSettings, cast(Service, self).settings).capture_window
