"""Seats: whose place somebody decides from. Everybody has his own, and those that were delegated to him."""

from dataclasses import dataclass

from chassis.auth import EVERY_DEPARTMENT, Actor
from services.finance.authority.model import Delegation


@dataclass(frozen=True)
class Seat:
    """The place of ``person``, with the roles that count on it. Without kinds it is one for all of them."""

    person: str
    roles: frozenset[str]
    departments: frozenset[str] = frozenset({EVERY_DEPARTMENT})
    kinds: frozenset[str] = frozenset()

    @classmethod
    def own(cls, actor: Actor) -> "Seat":
        """The actor's own. Which departments he may see, the queries say."""
        return cls(actor.subject, actor.roles)

    @classmethod
    def delegated(cls, delegation: Delegation) -> "Seat":
        return cls(
            delegation.delegator,
            frozenset(delegation.roles),
            frozenset(delegation.departments),
            frozenset(delegation.kinds),
        )

    def reaches(self, *, kind: str, department: str) -> bool:
        """Whether requests of this kind and department are decided from it."""
        if self.kinds and kind not in self.kinds:
            return False
        return department in self.departments or EVERY_DEPARTMENT in self.departments
