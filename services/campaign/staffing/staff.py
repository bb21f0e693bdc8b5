"""A campaign's staff as handed in, and the rules it must meet. Pure: no database."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from services.campaign.catalogue.model import DUTIES
from services.campaign.catalogue.usage import Use
from services.campaign.planning.design import Problems, amount_problem

WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Member:
    """A participant as handed in. ``share_percent`` is of the working time, 1 to 100."""

    person: str
    duty: str
    note: str = ""
    share_percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Company:
    """A partner company as handed in."""

    name: str
    duty: str
    contact: str = ""
    contribution: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Everybody who works for a campaign."""

    participants: tuple[Member, ...] = ()
    partners: tuple[Company, ...] = ()

    @property
    def uses(self) -> list[Use]:
        """Every code of a list that it names."""
        return [
            Use(f"{name}.{place}.duty", DUTIES, one.duty)
            for name in ("participants", "partners")
            for place, one in enumerate(getattr(self, name))
        ]


def staff_problems(staff: Staff, *, currency: str) -> Problems:
    """What is wrong with ``staff``, as reasons by field; empty when it may be kept."""
    problems: Problems = {}
    duties = Counter((one.person, one.duty) for one in staff.participants)
    if twice := [f"{person} as {duty}" for (person, duty), times in duties.items() if times > 1]:
        problems["participants"] = [f"name {one} more than once" for one in twice]
    names = Counter(one.name for one in staff.partners)
    if twice := [name for name, times in names.items() if times > 1]:
        problems["partners"] = [f"name {one} more than once" for one in twice]
    for place, company in enumerate(staff.partners):
        given = company.contribution
        if given is not None and (problem := amount_problem(given, currency)):
            problems[f"partners.{place}.contribution"] = [problem]
    return problems | _share_problems(staff)


def _share_problems(staff: Staff) -> Problems:
    shares: dict[str, int] = defaultdict(int)
    problems: Problems = {}
    for place, one in enumerate(staff.participants):
        shares[one.person] += one.share_percent or 0
        if shares[one.person] > WHOLE:
            problems[f"participants.{place}.share_percent"] = [f"{one.person} would give more than {WHOLE} %"]
    return problems
