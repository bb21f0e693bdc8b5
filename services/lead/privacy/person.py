"""Who a person is in this service: the ids of what is kept about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.lead.leads.model import Lead
from services.lead.requests.model import PreSalesRequest
from services.lead.submissions.model import Submission


@dataclass(frozen=True)
class Person:
    """The contacts that the person is, and their leads, requests and forms, in order."""

    contact_ids: Sequence[UUID]
    lead_ids: Sequence[UUID]
    request_ids: Sequence[UUID]
    submission_ids: Sequence[UUID]

    @property
    def ids(self) -> Sequence[UUID]:
        """All of them."""
        return [*self.contact_ids, *self.lead_ids, *self.request_ids, *self.submission_ids]


def person_of(session: Session, contact_ids: Sequence[UUID]) -> Person:
    """The person whose contacts these are."""
    leads = select(Lead.id).where(Lead.contact_id.in_(contact_ids)).order_by(Lead.id)
    requests = select(PreSalesRequest.id).where(PreSalesRequest.contact_id.in_(contact_ids))
    sent = select(Submission.id).where(Submission.contact_id.in_(contact_ids))
    return Person(
        contact_ids=sorted(contact_ids),
        lead_ids=session.scalars(leads).all(),
        request_ids=session.scalars(requests.order_by(PreSalesRequest.id)).all(),
        submission_ids=session.scalars(sent.order_by(Submission.id)).all(),
    )
