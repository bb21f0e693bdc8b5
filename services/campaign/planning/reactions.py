"""What planning does when the approval desk has decided."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.finance import ApprovalDecided, ApprovalVoided
from services.campaign.planning import actions


class PlanningReactions:
    """Reactions to decisions on plans."""

    @subscribe("campaign.decisions", ApprovalDecided)
    def on_approval_decided(self, session: Session, event: ApprovalDecided) -> None:
        """A plan was approved, rejected or sent back."""
        if event.kind == "plan":
            actions.apply_decision(session, event)

    @subscribe("campaign.decisions", ApprovalVoided)
    def on_approval_voided(self, session: Session, event: ApprovalVoided) -> None:
        """An approval of a plan was withdrawn at the desk, or had to give way."""
        if event.kind == "plan" and event.withdrawn_by is not None:
            actions.take_back(session, event)
