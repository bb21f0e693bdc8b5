"""Writes to the list of roles, and the check that a role is on it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Conflict, Invalid
from services.lead.coded import refuse_double
from services.lead.contact_roles.model import SHIPPED, ContactRole


def add_role(session: Session, actor: Actor, *, department: str, code: str, label: str) -> ContactRole:
    """Add a role for a department. Raises Forbidden, and Conflict for a code that is taken."""
    actor.require_department(department)
    if code in SHIPPED:
        raise Conflict(f"Every department has the code {code}")
    refuse_double(session, ContactRole, department=department, code=code)
    role = ContactRole(department=department, code=code, label=label, retired=False)
    session.add(role)
    return role


def change_role(session: Session, *, role: ContactRole, **changes: Any) -> ContactRole:
    """Rename a role, retire it, or bring it back."""
    for name, value in changes.items():
        setattr(role, name, value)
    role.version += 1
    return role


def check_role(session: Session, department: str, code: str) -> None:
    """Raises Invalid for a role that nobody in the department is given."""
    if not code or code in SHIPPED:
        return
    own = select(ContactRole.id).where(ContactRole.department == department, ContactRole.code == code)
    if session.scalar(own.where(ContactRole.retired.is_(False))) is None:
        raise Invalid({"role": ["Is not a role of the department's list"]})
