"""The definition of an attribute."""

from typing import Final

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document
from chassis.database import Aggregate
from services.lead.base import Base

TEXT: Final = "text"
NUMBER: Final = "number"
DATE: Final = "date"
BOOL: Final = "bool"
CHOICE: Final = "choice"
TYPES = (TEXT, NUMBER, DATE, BOOL, CHOICE)

CONTACT: Final = "contact"
CUSTOMER: Final = "customer"
LEAD: Final = "lead"
OWNERS = (CONTACT, CUSTOMER, LEAD)
"""What an attribute may belong to."""


class Attribute(Aggregate, Base):
    """What may be said of contacts, customers or leads of a department, and in which form.

    Code and type stay. ``choices`` are those of a choice. A retired one is neither asked for nor taken;
    values that are there stay, and may be looked for.
    """

    __tablename__ = "attributes"
    __table_args__ = (UniqueConstraint("department", "code"),)

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[str]] = mapped_column(Document)
    required: Mapped[bool]
    applies_to: Mapped[list[str]] = mapped_column(Document)
    retired: Mapped[bool] = mapped_column(default=False)
