"""The role names that a bearer token may carry in its roles claim."""

ADMINISTRATOR = "administrator"
MARKETING_MANAGER = "marketing_manager"
MARKETING_STAFF = "marketing_staff"
LEAD_ADMINISTRATOR = "lead_administrator"
SALES_MANAGER = "sales_manager"
SALES_REP = "sales_rep"
FINANCE_APPROVER = "finance_approver"
FINANCE_CLERK = "finance_clerk"
ANALYST = "analyst"
SERVICE = "service"

ROLES = (
    ADMINISTRATOR,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    LEAD_ADMINISTRATOR,
    SALES_MANAGER,
    SALES_REP,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    ANALYST,
    SERVICE,
)
