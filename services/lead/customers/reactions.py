"""What customers learn from the outreach service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.outreach import SuppressionAdded
from services.lead.customers import actions


class ConsentReactions:
    """Keeps consent in step with suppressions."""

    @subscribe("lead.suppressions", SuppressionAdded)
    def on_suppression_added(self, session: Session, event: SuppressionAdded) -> None:
        actions.withdraw_consent(session, event)
