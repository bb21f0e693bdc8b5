"""Mappings that a department keeps by name, and offers again for a file with the same header."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from services.lead.departments import find
from services.lead.imports.model import Import, SavedMapping


def header_key(header: Sequence[str]) -> str:
    """What files with the same columns in the same order have in common."""
    return hashlib.sha256("\x1f".join(name.strip() for name in header).encode()).hexdigest()


def save(session: Session, actor: Actor, *, import_: Import, name: str, mapping: Mapping[str, str]) -> None:
    """Keep the mapping of an import under ``name``, in place of one that has it."""
    known = session.scalar(_by_name(import_.department, name))
    if known is None:
        known = SavedMapping(id=new_id(), department=import_.department, name=name)
        session.add(known)
    known.header_key = header_key(import_.header or ())
    known.mapping = dict(mapping)
    known.saved_by, known.saved_at = actor.subject, now()


def named(session: Session, department: str, name: str) -> dict[str, str]:
    """The mapping that the department keeps under ``name``. Raises Invalid."""
    known = session.scalar(_by_name(department, name))
    if known is None:
        raise Invalid({"mapping_name": ["The department keeps no mapping under this name"]})
    return dict(known.mapping)


def offered(import_: Import) -> Select[SavedMapping]:
    """The mappings of the department for files with the header of the import."""
    key = header_key(import_.header) if import_.header else ""
    here = SavedMapping.department == import_.department
    return select(SavedMapping).where(here, SavedMapping.header_key == key)


def saved_mappings(actor: Actor, **equal: Any) -> Select[SavedMapping]:
    """The mappings of the actor's departments."""
    return select(SavedMapping).where(actor.scope(SavedMapping.department)).filter_by(**equal)


def drop(session: Session, actor: Actor, *, mapping_id: UUID) -> None:
    """Forget a mapping. Raises NotFound."""
    session.delete(find(session, actor, SavedMapping, mapping_id, what="mapping"))


def _by_name(department: str, name: str) -> Select[SavedMapping]:
    return select(SavedMapping).where(SavedMapping.department == department, SavedMapping.name == name)
