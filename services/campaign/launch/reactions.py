"""What the launch does with the contacts of a segment as they stream in, and when finance brakes."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.finance import BudgetSuspended, BudgetUnsuspended
from contracts.lead import ResolutionContacts, ResolutionFailed
from services.campaign.launch import actions


class LaunchReactions:
    """Reactions to the resolution of a campaign's segment, and to its budget."""

    @subscribe("campaign.contacts", ResolutionContacts)
    def on_resolution_contacts(self, session: Session, event: ResolutionContacts) -> None:
        """A page of contacts came; the last one launches the campaign."""
        actions.snapshot_page(session, event)

    @subscribe("campaign.contacts", ResolutionFailed)
    def on_resolution_failed(self, session: Session, event: ResolutionFailed) -> None:
        """The segment could not be resolved."""
        actions.fall_back(session, event)

    @subscribe("campaign.budgets", BudgetSuspended)
    def on_budget_suspended(self, session: Session, event: BudgetSuspended) -> None:
        """Nothing more may be spent on sending."""
        actions.suspend_campaign(session, event)

    @subscribe("campaign.budgets", BudgetUnsuspended)
    def on_budget_unsuspended(self, session: Session, event: BudgetUnsuspended) -> None:
        """Money may be spent again."""
        actions.unsuspend_campaign(session, event)
