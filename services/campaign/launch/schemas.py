"""What the launch and the target list show over HTTP."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.campaign.launch.model import STATUSES
from services.campaign.planning.schemas import CampaignView
from services.campaign.waves.schemas import WaveView


class CampaignDetailView(CampaignView):
    """A campaign with its waves, and how many targets stand at each status."""

    waves = fields.List(fields.Nested(WaveView))
    targets_by_status = fields.Dict(keys=fields.String(), values=fields.Integer())

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The campaign's own fields lie one step inside of the detail."""
        return super().get_attribute(obj if hasattr(obj, attr) else obj.campaign, attr, default)


class TargetFilter(Schema):
    """Narrows a target list."""

    status = fields.String(validate=validate.OneOf(STATUSES))


class TargetView(Schema):
    """A target, and since when it has its status."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    contact_id = fields.UUID()
    region = fields.String()
    status = fields.String()
    status_at = fields.AwareDateTime()
