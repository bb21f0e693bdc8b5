"""Who may do what in the lead service, as sets of roles that its routes name."""

from chassis.auth import Actor
from contracts.roles import (
    ANALYST,
    LEAD_ADMINISTRATOR,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
    SALES_REP,
)

MARKETING = (MARKETING_MANAGER, MARKETING_STAFF, LEAD_ADMINISTRATOR)
"""They import contacts and define segments."""

EDITORS = (*MARKETING, SALES_MANAGER, SALES_REP)
"""They keep customers, contacts and consent, and record leads."""

JUDGES = (LEAD_ADMINISTRATOR, SALES_MANAGER, MARKETING_MANAGER)
"""They qualify and assign leads."""

CUSTOMER_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER, MARKETING_MANAGER)
"""They merge contacts and customers, hand them over, and keep the lists that describe them."""

PRIVACY_OFFICERS = (LEAD_ADMINISTRATOR,)
"""They answer people who ask for their data or for its erasure."""

REP_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER)
"""They say which reps take part in the round robin."""

READERS = (*EDITORS, ANALYST)


def sees_only_own_leads(actor: Actor) -> bool:
    """Whether the actor is a sales rep and nothing else that reads leads."""
    others = (role for role in READERS if role != SALES_REP)
    return actor.has(SALES_REP) and not actor.has(*others) and not actor.administers
