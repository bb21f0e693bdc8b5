"""The tree of sources, by their codes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Branch:
    """A source as its department entered it."""

    source_id: UUID
    code: str
    name: str
    parent_id: UUID | None


class Tree:
    """Sources of some departments. Where two have the same code, the first one counts."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        every = list(branches)
        self._by_id: Mapping[UUID, Branch] = {one.source_id: one for one in every}
        self._by_code: Mapping[str, Branch] = {one.code: one for one in reversed(every)}

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the root down to ``code``; itself alone where nobody entered it."""
        found: list[str] = []
        branch = self._by_code.get(code)
        while branch is not None and branch.code not in found:
            found.append(branch.code)
            branch = self._by_id.get(branch.parent_id) if branch.parent_id else None
        return tuple(reversed(found)) or (code,)

    def name(self, code: str) -> str:
        """What a source is called; its code where nobody entered it."""
        branch = self._by_code.get(code)
        return branch.name if branch else code
