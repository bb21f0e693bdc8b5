"""What correspondence learns from the lead service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.lead import RequestAnswered
from services.outreach.correspondence import actions


class CorrespondenceReactions:
    """Answers to what contacts asked for go out to them."""

    @subscribe("outreach.requests", RequestAnswered)
    def on_request_answered(self, session: Session, event: RequestAnswered) -> None:
        actions.take_answer(session, event)
