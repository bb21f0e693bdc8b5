"""Which clock hangs on a contact's wall: by their time zone, else by their country and region.

Most countries have one zone; those come with the time zone database itself. For the others ``zones.json``
lists the regions, by their ISO 3166-2 code and name, and the zone where most people live.
"""

from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec


class ZoneRow(msgspec.Struct, frozen=True):
    """The regions of a country in one zone; the one without regions is the country's own."""

    country: str
    zone: str
    regions: dict[str, str] = {}


@lru_cache(maxsize=10_000)
def zone_of(*, time_zone: str, country: str, region: str, default: str) -> ZoneInfo:
    """The zone of a contact. What names no zone is passed over; ``default`` must name one.

    ``country`` is an ISO 3166-1 code; ``region`` is an ISO 3166-2 code, with or without the country, or a
    name in English. Raises ZoneInfoNotFoundError for a wrong ``default``.
    """
    return (
        _named(time_zone)
        or _named(_table().get((country, region_code(country, region)), ""))
        or (_named(_table().get((country, ""), "")) or ZoneInfo(default))
    )


def region_code(country: str, region: str) -> str:
    """The code of a region without the country; an unknown one as it is, in capitals."""
    plain = " ".join(region.split()).upper().removeprefix(f"{country}-")
    return _names().get((country, plain), plain)


@cache
def _table() -> dict[tuple[str, str], str]:
    """The zone by country and code of the region."""
    table: dict[tuple[str, str], str] = {}
    lines = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("ascii").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            table.setdefault((country, ""), zone)
    for row in zone_rows():
        if not row.regions:
            table[row.country, ""] = row.zone
        table |= {(row.country, code): row.zone for code in row.regions}
    return table


@cache
def _names() -> dict[tuple[str, str], str]:
    return {
        (row.country, name.upper()): code
        for row in zone_rows()
        for code, names in row.regions.items()
        for name in names.split("|")
    }


@cache
def zone_rows() -> list[ZoneRow]:
    """The shipped table."""
    text = resources.files(__package__).joinpath("zones.json").read_bytes()
    return msgspec.json.decode(text, type=list[ZoneRow])


def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
