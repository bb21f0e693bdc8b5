"""Writing answers down over HTTP: what is refused, and how it is said."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.services.campaign.builders import OWNER, a_running_campaign, targets_of
from tests.services.campaign.conftest import Served


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("target_id", {"target_id": str(new_id())}),
        ("kind", {"kind": "click"}),
        ("verdict", {"verdict": "maybe"}),
        ("responded_at", {"responded_at": "0001-01-01T00:00:00+14:00"}),
        ("responded_at", {"responded_at": "9999-12-31T23:59:59-14:00"}),
        ("responded_at", {"responded_at": "2026-11-21T10:00:00"}),
        ("score", {"score": "11"}),
        ("score", {"score": "NaN"}),
        ("wave_id", {"wave_id": str(new_id())}),
    ],
)
def test_a_wrong_answer_is_refused_with_its_field(
    served: Served, field: str, changes: dict[str, Any]
) -> None:
    contact = new_id()
    campaign_id = a_running_campaign(served.database, contacts=[contact])
    target = targets_of(served.database, campaign_id)[contact]
    body = {"target_id": str(target.id), "kind": "call", "verdict": "interested", **changes}
    refused = served.client.post(f"/campaigns/{campaign_id}/responses", as_=OWNER, json=body)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {field}
