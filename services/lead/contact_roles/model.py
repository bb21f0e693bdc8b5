"""The roles of contacts at their customers."""

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Aggregate
from services.lead.base import Base

SHIPPED = {
    "decision_maker": "Decision maker",
    "influencer": "Influencer",
    "buyer": "Buyer",
    "user": "User",
    "technical": "Technical expert",
    "gatekeeper": "Gatekeeper",
    "accounts_payable": "Accounts payable",
    "other": "Other",
}
"""Roles that every department has, with their labels."""


class ContactRole(Aggregate, Base):
    """A role that a department added. A retired one stays with those who have it, and is given to nobody."""

    __tablename__ = "contact_roles"
    __table_args__ = (UniqueConstraint("department", "code"),)

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)
