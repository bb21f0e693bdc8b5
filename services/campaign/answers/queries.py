"""Reads of the response ledger."""

from uuid import UUID

from sqlalchemy import Select, select

from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.answers.model import Response


def responses(
    campaign_id: UUID,
    *,
    verdict: str | None = None,
    kind: str | None = None,
    wave_id: UUID | None = None,
    target_id: UUID | None = None,
) -> Select[Response]:
    """The responses to a campaign, narrowed by what is given."""
    wanted = select(Response).where(Response.campaign_id == campaign_id)
    given = {"verdict": verdict, "kind": kind, "wave_id": wave_id, "target_id": target_id}
    return wanted.filter_by(**{name: value for name, value in given.items() if value is not None})


def find_response(session: Session, *, campaign_id: UUID, response_id: UUID) -> Response:
    """Raises NotFound when the campaign has no such response."""
    response = session.get(Response, response_id)
    if response is None or response.campaign_id != campaign_id:
        raise NotFound("response", response_id)
    return response
