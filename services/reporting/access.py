"""Who may look at what reporting shows."""

from contracts.roles import (
    ANALYST,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
    SERVICE,
)

READERS = (ANALYST, MARKETING_MANAGER, MARKETING_STAFF, SALES_MANAGER, FINANCE_APPROVER, FINANCE_CLERK)
"""They see the campaigns of their departments."""

FEED_READERS = (ANALYST, SERVICE)
"""They read the archive as a feed, as far as it belongs to their departments."""
