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
"""They lead the work on leads: qualify, assign and pool them, whoever has them."""

MAY_JUDGE = (*JUDGES, MARKETING_STAFF, SALES_REP)
"""They judge where they have a right to; a sales rep only what they have."""

HOLDERS = (*JUDGES, SALES_REP)
"""They do something with a lead that they have; those who lead also with those of others."""

CUSTOMER_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER, MARKETING_MANAGER)
"""They merge contacts and customers, hand them over, and keep the lists that describe them."""

PRIVACY_OFFICERS = (LEAD_ADMINISTRATOR,)
"""They answer people who ask for their data or for its erasure."""

REP_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER)
"""They say which reps take part in the round robin, and who may judge."""

LEVEL_KEEPERS = (LEAD_ADMINISTRATOR, SALES_MANAGER, MARKETING_MANAGER)
"""They agree on service levels, and keep the calendars that those are counted in."""

PICKERS = (SALES_REP, SALES_MANAGER, LEAD_ADMINISTRATOR)
"""They pick leads from pools and stand in for others, where they are reps themselves."""

READERS = (*EDITORS, ANALYST)

READERS_OF_ALL = tuple(role for role in READERS if role != SALES_REP)
"""They see all leads of their departments; a sales rep his own and what he may pick."""

FILE_READERS = READERS_OF_ALL
"""They read whatever is attached in their departments; a sales rep what is attached to their leads."""
