"""Who gets a lead, and why. Pure: the same facts, reps, rules, state and moment give the same choice.

The first rule that fits and has somebody free decides. Who is absent, full, of another territory, product,
source or language, or had the lead lately, is passed over, and does not lose his turn for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.lead.assignment.hours import Hours
from services.lead.assignment.rules import Facts, Rule, RuleIndex
from services.lead.assignment.turns import Place, Turns, first

_MANNERS = {
    "round_robin": "round robin: longest without one",
    "weight": "by weight: furthest behind their share",
    "workload": "by workload: fewest open leads ({open})",
}


@dataclass(frozen=True)
class Profile:
    """What a rep takes. Empty sets take everything; limits of None have no end. Texts are case-folded."""

    subject: str
    team: str = ""
    weight: int = 1
    capacity: int | None = None
    most_open: int | None = None
    regions: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    hours: Hours = Hours()

    def misfit(self, facts: Facts) -> str:
        """Why the lead is none of his; empty where it is."""
        for wanted, given, reason in (
            (self.regions, (facts.region,), "of another territory"),
            (self.products, facts.products or ("",), "for other products"),
            (self.sources, (facts.source,), "for other sources"),
            (self.languages, (facts.language,), "of another language"),
        ):
            if wanted and not any(one.casefold() in wanted for one in given):
                return reason
        return "had it before" if self.subject in facts.cooled else ""


class Roster:
    """The reps of a department who are active, by who is meant in rules."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.by_subject = {one.subject: one for one in profiles}
        self._teams: dict[str, list[Profile]] = {}
        for one in self.by_subject.values():
            self._teams.setdefault(one.team, []).append(one)
        self._at: datetime | None = None
        self._away: frozenset[str] = frozenset()

    def meant(self, rule: Rule) -> Sequence[Profile]:
        """Whom a rule chooses among."""
        if not rule.team and not rule.reps:
            return list(self.by_subject.values())
        named = [self.by_subject[one] for one in rule.reps if one in self.by_subject]
        team = self._teams.get(rule.team, []) if rule.team else []
        return [*named, *(one for one in team if one.subject not in rule.reps)]

    def away(self, at: datetime) -> frozenset[str]:
        """Who is not at work then."""
        if self._at != at:
            self._away = frozenset(
                one.subject for one in self.by_subject.values() if not one.hours.working(at)
            )
            self._at = at
        return self._away


@dataclass
class State:
    """How things stand: open leads and leads of the day by rep, and whose turn it is by rule."""

    open: Counter[str] = field(default_factory=Counter)
    today: Counter[str] = field(default_factory=Counter)
    load: Callable[[str], Turns] = lambda _rule: Turns()
    rotations: dict[str, Turns] = field(default_factory=dict)

    def turns(self, rule: str) -> Turns:
        """The order of a rule, by its code."""
        if rule not in self.rotations:
            self.rotations[rule] = self.load(rule)
        return self.rotations[rule]

    def take(self, choice: "Choice") -> None:
        """Count that a rep was chosen."""
        if choice.rule is not None:
            self.turns(choice.rule.code).take(choice.standing, choice.rep, weight=choice.weight)
            self.open[choice.rep] += 1
            self.today[choice.rep] += 1


@dataclass(frozen=True)
class Choice:
    """A rep or a pool, or neither where no rule could say; ``why`` tells it in a sentence."""

    why: str
    rep: str = ""
    pool: str = ""
    rule: Rule | None = None
    weight: int = 1
    standing: Mapping[str, Place] = field(default_factory=dict)


def choose(facts: Facts, *, reps: Roster, rules: RuleIndex, state: State, at: datetime) -> Choice:
    """Find the rep or the pool for a lead; nothing is counted until ``state.take``."""
    passed = []
    asked = _Asked(facts, state, reps.away(at))
    for place, rule in rules.matching(facts):
        name = f"rule {place} of {len(rules.rules)}, {rule.name}"
        if rule.pool:
            return Choice(f"{name}: into the pool {rule.pool}", pool=rule.pool, rule=rule)
        choice = asked.among(reps.meant(rule), rule=rule, name=name)
        if choice.rep:
            return choice
        passed.append(choice.why)
    return Choice("; ".join(passed[:5]) or f"none of {len(rules.rules)} rules fits the lead")


@dataclass(frozen=True)
class _Asked:
    """One lead at one moment, to be put to one rule after the other."""

    facts: Facts
    state: State
    away: frozenset[str]

    def among(self, meant: Sequence[Profile], *, rule: Rule, name: str) -> Choice:
        """The choice of one rule; without a rep where nobody is free."""
        hindered = {one.subject: self._hindrance(one) for one in meant}
        present = [one for one in meant if not hindered[one.subject]]
        misfits = {one.subject: one.misfit(self.facts) for one in present}
        eligible = {one.subject: one for one in present if not misfits[one.subject]}
        reasons = Counter(filter(None, (*hindered.values(), *misfits.values())))
        left_out = "".join(f", {count} {reason}" for reason, count in sorted(reasons.items()))
        if not eligible:
            return Choice(f"{name}: nobody of {len(meant)} is free{left_out}")
        standing = self.state.turns(rule.code).standing([one.subject for one in present], eligible)
        chosen = first(standing, self._least_busy(eligible) if rule.by == "workload" else eligible)
        manner = _MANNERS[rule.by or "round_robin"].format(open=self.state.open[chosen])
        why = f"{name}: {manner} of {len(eligible)} free{left_out}"
        weight = eligible[chosen].weight if rule.by == "weight" else 1
        return Choice(why, rep=chosen, rule=rule, weight=weight, standing=standing)

    def _hindrance(self, one: Profile) -> str:
        """Why he gets no lead at all now; empty where he may."""
        if one.subject in self.away:
            return "not at work"
        if one.capacity is not None and self.state.today[one.subject] >= one.capacity:
            return "with a full day"
        if one.most_open is not None and self.state.open[one.subject] >= one.most_open:
            return "with enough open leads"
        return ""

    def _least_busy(self, eligible: Iterable[str]) -> list[str]:
        least = min(self.state.open[one] for one in eligible)
        return [one for one in eligible if self.state.open[one] == least]


def folded(values: Iterable[str]) -> frozenset[str]:
    """A set as profiles compare it."""
    return frozenset(value.casefold() for value in values)
