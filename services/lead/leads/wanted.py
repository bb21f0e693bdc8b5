"""Leads and opportunities that a campaign's follow-up waves ask for, a page at a time.

Opportunities are not kept yet: who is wanted as one becomes a lead whose intent says so, for whoever
judges it.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from chassis.logs import get_logger
from chassis.metrics import counter
from contracts.campaign import LeadsWanted, WantedContact
from services.lead.customers.model import Contact
from services.lead.leads.capture import WINDOW, Capture, capture_many

log = get_logger(__name__)

OPPORTUNITY: Final = "opportunity"
CAMPAIGN: Final = "service:campaign"
DOOR: Final = "wanted"

wanted_total = counter(
    "leads_wanted_total",
    "Contacts that follow-up waves wanted as leads, by what became of that.",
    ("outcome",),
    starts=(("captured",), ("known",), ("unknown_contact",)),
)

Basics = Row[UUID, UUID | None, str, str]


def capture_wanted(session: Session, event: LeadsWanted, *, window: timedelta = WINDOW) -> None:
    """Capture a lead for each contact of a page; who is one of the campaign already gets one more touch.

    A contact that is not there any more is passed over: the others do not wait for it.
    """
    ids = [one.contact_id for one in event.contacts]
    basics = select(Contact.id, Contact.customer_id, Contact.region, Contact.language)
    contacts: dict[UUID, Basics] = {row.id: row for row in session.execute(basics.where(Contact.id.in_(ids)))}
    wanted = [one for one in event.contacts if one.contact_id in contacts]
    page = [_capture(event, one, contacts[one.contact_id]) for one in wanted]
    for one, caught in zip(wanted, capture_many(session, page, window=window), strict=True):
        if not caught.fresh and one.score is not None:
            caught.lead.score = one.score
        wanted_total.labels(outcome="captured" if caught.fresh else "known").inc()
    if missing := len(event.contacts) - len(wanted):
        wanted_total.labels(outcome="unknown_contact").inc(missing)
        log.warning(
            "wanted_contacts_unknown",
            campaign_id=str(event.campaign_id),
            wave_id=str(event.wave_id),
            contacts=missing,
        )


def _capture(event: LeadsWanted, wanted: WantedContact, contact: Basics) -> Capture:
    _, customer_id, region, language = contact
    basics: dict[str, Any] = {"why": event.reason, "score": wanted.score, "language": language}
    if event.kind == OPPORTUNITY:
        basics["intent"] = OPPORTUNITY
    note = event.reason if wanted.score is None else f"{event.reason}; score {wanted.score.normalize():f}"
    return Capture(
        contact_id=wanted.contact_id,
        customer_id=customer_id,
        campaign_id=event.campaign_id,
        department=event.department,
        region=region,
        source="campaign",
        door=DOOR,
        captured_by=CAMPAIGN,
        captured_at=event.wanted_at,
        note=note,
        basics=basics,
    )
