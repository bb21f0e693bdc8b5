"""Who may do what in the lead service, as sets of roles that its routes name."""

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

REP_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER)
"""They say which reps take part in the round robin."""

PICKERS = (SALES_REP, SALES_MANAGER, LEAD_ADMINISTRATOR)
"""They pick leads from pools and stand in for others, where they are reps themselves."""

READERS = (*EDITORS, ANALYST)

READERS_OF_ALL = (*MARKETING, SALES_MANAGER, ANALYST)
"""They see all leads of their departments; a sales rep sees his own and what he may pick."""
