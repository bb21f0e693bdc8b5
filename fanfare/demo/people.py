"""The cast: who plays which part, with which roles, in the one department of the demonstration."""

from dataclasses import dataclass

from contracts.roles import (
    ANALYST,
    FINANCE_APPROVER,
    FINANCE_CLERK,
    LEAD_ADMINISTRATOR,
    MARKETING_MANAGER,
    MARKETING_STAFF,
    SALES_MANAGER,
    SALES_REP,
)

DEPARTMENT = "north"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in as ``subject``."""

    subject: str
    name: str
    role: str


PLANNER = Person("mara", "Mara Lindqvist", MARKETING_MANAGER)
ASSISTANT = Person("theo", "Theo Brandt", MARKETING_STAFF)
APPROVERS = (
    Person("ines", "Ines Okafor", FINANCE_APPROVER),
    Person("jun", "Jun Park", FINANCE_APPROVER),
)
CLERK = Person("pavel", "Pavel Novotny", FINANCE_CLERK)
JUDGE = Person("salma", "Salma Haddad", LEAD_ADMINISTRATOR)
SALES_LEAD = Person("luis", "Luis Ortega", SALES_MANAGER)
REPS = (
    Person("ada", "Ada Whitfield", SALES_REP),
    Person("bo", "Bo Nilsson", SALES_REP),
    Person("chen", "Chen Yu", SALES_REP),
)
WATCHER = Person("grace", "Grace Amadi", ANALYST)
