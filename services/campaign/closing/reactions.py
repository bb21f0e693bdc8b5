"""What a campaign learns of its budget."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.finance import BudgetReopened, BudgetSettled
from services.campaign.closing import actions


class ClosingReactions:
    """Reactions to the end of a budget."""

    @subscribe("campaign.budgets", BudgetSettled)
    def on_budget_settled(self, session: Session, event: BudgetSettled) -> None:
        """The books are closed, and with them the campaign."""
        actions.close_campaign(session, event)

    @subscribe("campaign.budgets", BudgetReopened)
    def on_budget_reopened(self, session: Session, event: BudgetReopened) -> None:
        """The settlement was taken back."""
        actions.reopen_campaign(session, event)
