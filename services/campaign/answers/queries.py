"""Reads of the response ledger."""

from uuid import UUID

from sqlalchemy import Select, select

from services.campaign.answers.model import Response


def responses(campaign_id: UUID, *, verdict: str | None = None) -> Select[Response]:
    """The responses to a campaign, all or those with one verdict."""
    wanted = select(Response).where(Response.campaign_id == campaign_id)
    return wanted if verdict is None else wanted.where(Response.verdict == verdict)
