"""Reads of the directory of staff, and who of them is meant by a role."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import EVERY_DEPARTMENT, Actor
from chassis.errors import NotFound
from services.outreach.staff.model import HeldDepartment, HeldRole, Person


def staff(
    actor: Actor,
    *,
    subject: str | None = None,
    role: str | None = None,
    department: str | None = None,
    active: bool | None = None,
    q: str | None = None,
) -> Select[Person]:
    """The people whom the actor may see: those of his departments."""
    found = select(Person)
    if not actor.sees_everything:
        found = found.where(
            Person.department_rows.any(HeldDepartment.department.in_(sorted(actor.departments)))
        )
    if subject is not None:
        found = found.where(Person.subject == subject)
    if role is not None:
        found = found.where(Person.role_rows.any(HeldRole.role == role))
    if department is not None:
        found = found.where(Person.department_rows.any(HeldDepartment.department == department))
    if active is not None:
        found = found.where(Person.active == active)
    if q is not None:
        found = found.where(Person.name.icontains(q, autoescape=True))
    return found


def person(session: Session, actor: Actor, person_id: UUID) -> Person:
    """One of them. Raises NotFound."""
    found = session.scalar(staff(actor).where(Person.id == person_id))
    if found is None:
        raise NotFound("person", person_id)
    return found


def person_for_update(session: Session, actor: Actor, person_id: UUID) -> Person:
    """The same, locked until the transaction ends. Raises NotFound."""
    found = session.scalar(staff(actor).where(Person.id == person_id).with_for_update(of=Person))
    if found is None:
        raise NotFound("person", person_id)
    return found


def person_called(session: Session, subject: str) -> Person | None:
    """Whom tokens call so."""
    return session.scalar(select(Person).where(Person.subject == subject))


def meant(
    session: Session, *, persons: Iterable[str] = (), roles: Iterable[str] = (), department: str
) -> Sequence[Person]:
    """The active people named, and those who hold one of ``roles`` in the department."""
    within = Person.department_rows.any(HeldDepartment.department.in_((department, EVERY_DEPARTMENT)))
    holds = Person.role_rows.any(HeldRole.role.in_(sorted(roles)))
    wanted = or_(Person.subject.in_(sorted(persons)), within & holds)
    return session.scalars(select(Person).where(Person.active, wanted).order_by(Person.subject)).all()
