"""A person who works here, as far as notices need to know."""

from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Document
from chassis.database import Aggregate, Audited
from services.outreach.base import Base


class Person(Aggregate, Base):
    """``subject`` is what tokens call them. Of the kinds in ``muted`` they get no notices."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("subject"),)

    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, info={"secret": True})
    language: Mapped[str] = mapped_column(String(12))
    active: Mapped[bool]
    muted: Mapped[list[str]] = mapped_column(Document)
    role_rows: Mapped[list["HeldRole"]] = relationship(
        lazy="selectin", order_by="HeldRole.role", cascade="all, delete-orphan"
    )
    department_rows: Mapped[list["HeldDepartment"]] = relationship(
        lazy="selectin", order_by="HeldDepartment.department", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list[str]:
        return [one.role for one in self.role_rows]

    @property
    def departments(self) -> list[str]:
        return [one.department for one in self.department_rows]

    def hold(self, *, roles: list[str], departments: list[str]) -> None:
        """Have exactly these roles, in exactly these departments; ``*`` stands for all of them."""
        held = {row.role: row for row in self.role_rows}
        self.role_rows = [held.get(one) or HeldRole(role=one) for one in sorted(set(roles))]
        within = {row.department: row for row in self.department_rows}
        self.department_rows = [
            within.get(one) or HeldDepartment(department=one) for one in sorted(set(departments))
        ]


class HeldRole(Audited, Base):
    """A role that a person holds."""

    __tablename__ = "staff_roles"
    audited_by = "person_id"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)


class HeldDepartment(Audited, Base):
    """A department that a person belongs to."""

    __tablename__ = "staff_departments"
    audited_by = "person_id"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    department: Mapped[str] = mapped_column(String(64), primary_key=True)
