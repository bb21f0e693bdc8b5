"""Keeping the directory of staff."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Conflict, Invalid, NotFound
from chassis.outbox import publish
from contracts.outreach import StaffRemoved, StaffSaved
from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.staff import queries
from services.outreach.staff.model import Person


def enter_person(session: Session, *, subject: str, **values: Any) -> Person:
    """Add somebody. Raises Invalid for an address that is none, Conflict when the subject is entered."""
    person = Person(subject=subject, muted=[], role_rows=[], department_rows=[])
    session.add(person)
    _write(person, **values)
    publish(session, person, _saved(person))
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"{subject} is entered already.") from error
    return person


def change_person(session: Session, *, person: Person, **values: Any) -> Person:
    """Replace an entry but for its subject. Raises Invalid for an address that is none."""
    _write(person, **values)
    publish(session, person, _saved(person))
    return person


def remove_person(session: Session, actor: Actor, *, person_id: UUID) -> None:
    """Take somebody out. Raises NotFound."""
    person = queries.person_for_update(session, actor, person_id)
    publish(session, person, StaffRemoved(person_id=person.id, subject=person.subject))
    session.delete(person)


def mute(session: Session, actor: Actor, *, muted: list[str]) -> Person:
    """Say which kinds of notices one does not want. Raises NotFound for who is not entered."""
    person = queries.person_called(session, actor.subject)
    if person is None:
        raise NotFound("person", actor.subject)
    person.muted = sorted(set(muted))
    publish(session, person, _saved(person))
    return person


def _write(
    person: Person,
    *,
    name: str,
    email: str,
    language: str,
    active: bool,
    roles: list[str],
    departments: list[str],
) -> None:
    try:
        person.email = checked_address(email)
    except (Unsendable, ValueError) as error:
        raise Invalid({"email": ["Is not an address that mail can go to."]}) from error
    person.name, person.language, person.active = name, language, active
    person.hold(roles=roles, departments=departments)


def _saved(person: Person) -> StaffSaved:
    return StaffSaved(
        person_id=person.id,
        subject=person.subject,
        name=person.name,
        roles=person.roles,
        departments=person.departments,
        active=person.active,
    )
