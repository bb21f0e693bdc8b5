"""Who may do what in the campaign service, as sets of roles that its routes name."""

from contracts.roles import (
    ANALYST,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
    SALES_REP,
)

PLANNERS = (MARKETING_MANAGER, MARKETING_STAFF)
"""They plan campaigns and run them."""

READERS = (*PLANNERS, ANALYST, FINANCE_APPROVER, FINANCE_CLERK)
"""They see every campaign of their departments."""

WORKERS = (*PLANNERS, SALES_MANAGER, SALES_REP)
"""They work the targets that were shared out to them, and do the follow-ups that are theirs."""

ONLOOKERS = (*READERS, SALES_MANAGER, SALES_REP)
"""Everybody who may have targets or follow-ups of their own to look at."""
