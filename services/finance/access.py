"""Which roles may do what in the finance service. Departments are checked by the queries, row by row."""

from contracts.roles import (
    ANALYST,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
    SALES_REP,
)

READERS = (FINANCE_APPROVER, FINANCE_CLERK, MARKETING_MANAGER, SALES_MANAGER, ANALYST)
"""Who reads approvals, budgets and the claims of others."""

CLAIMANTS = (MARKETING_MANAGER, MARKETING_STAFF, SALES_REP, SALES_MANAGER)
"""Who claims expenses."""

DECIDERS = (FINANCE_APPROVER, FINANCE_CLERK, MARKETING_MANAGER, SALES_MANAGER)
"""Who may come to the desk. Who decides on a step, the step itself says: by role or by name."""

TRANSFERRERS = (MARKETING_MANAGER, FINANCE_CLERK, SALES_MANAGER)
"""Who asks for budget to be moved between lines."""
REQUESTERS = (*CLAIMANTS, FINANCE_APPROVER, FINANCE_CLERK)
"""Whose requests may come to the desk; each of them takes back his own."""

PURCHASERS = (MARKETING_MANAGER, MARKETING_STAFF)
"""Who asks for purchases, changes and withdraws them."""

BUYERS = (FINANCE_CLERK, MARKETING_MANAGER)
"""Who orders, cancels and closes purchases."""

RECEIVERS = (FINANCE_CLERK, MARKETING_MANAGER, MARKETING_STAFF)
"""Who records that goods arrived."""
