"""Writes to definitions of attributes, and the check of values against them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Invalid
from services.lead.attributes.model import CHOICE, Attribute
from services.lead.attributes.values import Refused, taken_over
from services.lead.coded import refuse_double


def define_attribute(
    session: Session, actor: Actor, *, department: str, code: str, **basics: Any
) -> Attribute:
    """Define an attribute. Raises Forbidden, Conflict for a code that is taken, Invalid for its choices."""
    actor.require_department(department)
    refuse_double(session, Attribute, department=department, code=code)
    given = {"choices": [], "required": False, **basics}
    _check_choices(given["type"], given["choices"])
    attribute = Attribute(department=department, code=code, retired=False, **given)
    session.add(attribute)
    return attribute


def change_attribute(session: Session, *, attribute: Attribute, **changes: Any) -> Attribute:
    """Change all but code and type. A choice that is taken away stays where somebody has it.

    Raises Invalid.
    """
    _check_choices(attribute.type, changes.get("choices", attribute.choices))
    for name, value in changes.items():
        setattr(attribute, name, value)
    attribute.version += 1
    return attribute


def checked_values(
    session: Session,
    department: str,
    given: Mapping[str, Any] | None,
    *,
    known: Mapping[str, Any] | None,
    owner: str,
) -> dict[str, Any]:
    """The values of a contact, customer or lead with those ``given``. Raises Invalid naming the attribute.

    Without any given, only what is required and missing is refused, and only for what is new: ``known``
    is None then.
    """
    if given is None and known is not None:
        return dict(known)
    try:
        return taken_over(given or {}, known or {}, definitions(session, department), owner=owner)
    except Refused as refused:
        raise Invalid({f"attributes.{code}": [why] for code, why in refused.reasons.items()}) from None


def definitions(session: Session, department: str) -> Sequence[Attribute]:
    """The attributes of a department, retired ones too."""
    return session.scalars(select(Attribute).where(Attribute.department == department)).all()


def _check_choices(kind: str, choices: Sequence[str]) -> None:
    if kind == CHOICE and len(set(choices)) != len(choices):
        raise Invalid({"choices": ["Names a choice twice"]})
    if kind == CHOICE and not choices:
        raise Invalid({"choices": ["Are needed for a choice"]})
    if kind != CHOICE and choices:
        raise Invalid({"choices": ["Go with a choice only"]})
