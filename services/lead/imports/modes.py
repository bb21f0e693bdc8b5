"""What the mode of an import makes of rows whose contact is known, or not. Pure rules."""

from dataclasses import dataclass, field
from typing import Literal

from services.lead.imports.duplicates import LIKELY, SAME
from services.lead.imports.matching import Group
from services.lead.imports.model import Mode

Fate = Literal["create", "update", "ask", "refuse"]

UNKNOWN = "the department has no such contact, and the import only updates"


@dataclass
class Sorted:
    """The groups of a batch by their fate; ``refused`` are lines with the reason."""

    create: list[Group] = field(default_factory=list)
    update: list[Group] = field(default_factory=list)
    ask: list[Group] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def merges(mode: Mode) -> bool:
    """Whether a later row about the same contact adds to what an earlier one says."""
    return mode != "create"


def least_score(mode: Mode) -> float:
    """From which score on it matters that a row looks like a contact."""
    return LIKELY if mode == "ask" else SAME


def explains(mode: Mode) -> bool:
    """Whether somebody is told why a row is a contact that is known."""
    return mode in ("create", "ask")


def sort_out(groups: list[Group], mode: Mode) -> Sorted:
    """Which groups become new contacts, which change one, which wait for an answer, which are refused."""
    found = Sorted()
    for group in groups:
        fate, reason = fate_of(group, mode)
        if fate == "refuse":
            found.refused.update(dict.fromkeys(group.lines, reason))
        else:
            {"create": found.create, "update": found.update, "ask": found.ask}[fate].append(group)
        if fate == "create" and mode == "create":
            told = f"the same contact as in line {group.draft.line}, and the import only creates"
            found.refused.update(dict.fromkeys(group.repeats, told))
            group.repeats = []
    return found


def fate_of(group: Group, mode: Mode) -> tuple[Fate, str]:
    """What becomes of a group, and why where it is refused."""
    if mode == "ask" and group.candidates:
        return "ask", ""
    if group.conflict:
        return "refuse", group.conflict
    if group.contact_id is None:
        return ("refuse", UNKNOWN) if mode == "update" else ("create", "")
    if mode == "create":
        return (
            "refuse",
            f"contact {group.contact_id} is the same ({group.likeness}), and the import only creates",
        )
    return "update", ""
