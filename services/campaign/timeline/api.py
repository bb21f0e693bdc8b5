"""HTTP entrypoint of the timeline."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.roles import ONLOOKERS
from services.campaign.timeline import queries
from services.campaign.timeline.queries import Timeline
from services.campaign.timeline.schemas import TimelineView


class TimelineApi:
    """Looking back on one target."""

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/targets/<uuid:target_id>/timeline",
        roles=ONLOOKERS,
        returns=TimelineView,
    )
    def show_timeline(self, request: Request, campaign_id: UUID, target_id: UUID) -> Timeline:
        """Show all that happened to a target: waves, deliveries, bounces, answers, follow-ups, its lead."""
        return queries.timeline(request.session, request.actor, campaign_id=campaign_id, target_id=target_id)
