"""Whom we take mail for. Everybody else is refused, so that nobody relays through us."""

from collections.abc import Iterable


class Door:
    """Knows the addresses, and the domains written as @example.com, that mail is taken for.

    What stands behind a plus before the at sign makes no other address, nor does upper case.
    """

    def __init__(self, recipients: Iterable[str]) -> None:
        known = {one.strip().casefold() for one in recipients if one.strip()}
        self._domains = {one for one in known if one.startswith("@")}
        self._addresses = {_bare(one) for one in known - self._domains}

    @classmethod
    def of(cls, setting: str) -> "Door":
        """From addresses and domains with commas between."""
        return cls(setting.split(","))

    def admits(self, address: str) -> bool:
        """Whether mail to ``address`` is ours."""
        bare = _bare(address.casefold())
        return bare in self._addresses or f"@{bare.rpartition('@')[2]}" in self._domains


def _bare(address: str) -> str:
    local, _, domain = address.strip("<> ").rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
