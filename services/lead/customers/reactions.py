"""What customers learn from the outreach service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.lead.customers import actions
from services.lead.timeline import actions as timeline


class ConsentReactions:
    """Keeps consent in step with suppressions."""

    @subscribe("lead.suppressions", SuppressionAdded)
    def on_suppression_added(self, session: Session, event: SuppressionAdded) -> None:
        actions.withdraw_consent(session, event)
        timeline.take_suppression(session, event)

    @subscribe("lead.suppressions", SuppressionRemoved)
    def on_suppression_removed(self, session: Session, event: SuppressionRemoved) -> None:
        actions.renew_consent(session, event)
        timeline.take_lifting(session, event)
