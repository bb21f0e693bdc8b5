"""Who gets a lead and why, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.lead.assignment.choosing import Choice, Profile, Roster, State, choose
from services.lead.assignment.hours import Hours
from services.lead.assignment.rules import EVERYBODY, Facts, Rule, RuleIndex

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OFFICE = Hours.of("UTC", {"mon": [["09:00", "17:00"]]})


def ask(
    *profiles: Profile,
    facts: Facts | None = None,
    rules: tuple[Rule, ...] = (EVERYBODY,),
    state: State | None = None,
    at: datetime = MONDAY_NOON,
) -> Choice:
    return choose(
        facts or Facts(), reps=Roster(profiles), rules=RuleIndex(rules), state=state or State(), at=at
    )


def reps(*names: str, **values: Any) -> list[Profile]:
    return [Profile(subject=name, **values) for name in names]


def test_the_sentence_names_rule_manner_and_who_was_passed_over() -> None:
    away = Profile("ravi", hours=Hours(absences=((MONDAY_NOON, MONDAY_NOON.replace(hour=13)),)))
    deaf = Profile("ruth", languages=frozenset({"fr"}))
    choice = ask(*reps("rita", "rolf"), away, deaf, facts=Facts(language="de"))
    assert choice.rep == "rita"
    assert choice.why == (
        "rule 1 of 1, Everybody in turn: round robin: longest without one of 2 free,"
        " 1 not at work, 1 of another language"
    )


@pytest.mark.parametrize(
    ("profile", "facts"),
    [
        (Profile("x", regions=frozenset({"north"})), Facts(region="south")),
        (Profile("x", products=frozenset({"pumps"})), Facts(products=("belts",))),
        (Profile("x", products=frozenset({"pumps"})), Facts()),
        (Profile("x", sources=frozenset({"fair"})), Facts(source="web")),
        (Profile("x", languages=frozenset({"de"})), Facts(language="en")),
        (Profile("x"), Facts(cooled=frozenset({"x"}))),
        (Profile("x", capacity=0), Facts()),
        (Profile("x", most_open=0), Facts()),
        (Profile("x", hours=OFFICE), Facts()),
    ],
)
def test_whoever_a_lead_is_not_for_is_passed_over(profile: Profile, facts: Facts) -> None:
    evening = MONDAY_NOON.replace(hour=18)
    assert ask(profile, facts=facts, at=evening).rep == ""
    assert ask(profile, Profile("rita"), facts=facts, at=evening).rep == "rita"


def test_texts_are_compared_without_regard_to_case() -> None:
    profile = Profile("x", regions=frozenset({"north"}), products=frozenset({"pumps"}))
    assert ask(profile, facts=Facts(region="North", products=("Belts", "PUMPS"))).rep == "x"


def test_the_first_rule_that_fits_and_has_somebody_free_decides() -> None:
    big = Rule(code="big", name="Big ones", grades=("A",), by="round_robin", reps=("rosa",))
    north = Rule(code="north", name="North", regions=("north",), by="round_robin", team="north")
    rest = Rule(code="rest", name="The rest", pool="inbox")
    crew = (Profile("rosa", capacity=1), Profile("nina", team="north"))
    state = State()
    facts = Facts(region="north", grade="A")
    taken = []
    for _ in range(2):
        choice = ask(*crew, facts=facts, rules=(big, north, rest), state=state)
        state.take(choice)
        taken.append(choice.rep)
    assert taken == ["rosa", "nina"]
    lies = ask(*crew, facts=Facts(region="south"), rules=(big, north, rest))
    assert (lies.rep, lies.pool) == ("", "inbox")


def test_without_a_rule_that_fits_nobody_is_chosen_and_the_sentence_says_so() -> None:
    south = Rule(code="south", name="South", regions=("south",), by="round_robin")
    assert ask(*reps("rita"), rules=(south,)).why == "none of 1 rules fits the lead"
    assert ask(rules=(EVERYBODY,)).why == "rule 1 of 1, Everybody in turn: nobody of 0 is free"


def test_by_workload_the_one_with_fewest_open_leads_is_next() -> None:
    rule = replace(EVERYBODY, by="workload")
    state = State(open=Counter(rita=3, rolf=1))
    taken = []
    for _ in range(4):
        choice = ask(*reps("rita", "rolf"), rules=(rule,), state=state)
        state.take(choice)
        taken.append(choice.rep)
    assert taken == ["rolf", "rolf", "rita", "rolf"]


def test_by_weight_shares_follow_the_weights() -> None:
    rule = replace(EVERYBODY, by="weight")
    crew = (Profile("rita", weight=3), Profile("rolf", weight=1))
    state, got = State(), Counter[str]()
    for _ in range(400):
        choice = ask(*crew, rules=(rule,), state=state)
        state.take(choice)
        got[choice.rep] += 1
    assert got == {"rita": 300, "rolf": 100}


def test_over_10_000_assignments_to_equal_reps_the_counts_differ_by_one_at_most() -> None:
    roster, rules, state = Roster(reps(*"abcdefg")), RuleIndex([EVERYBODY]), State()
    got = Counter[str]()
    for _ in range(10_000):
        choice = choose(Facts(), reps=roster, rules=rules, state=state, at=MONDAY_NOON)
        state.take(choice)
        got[choice.rep] += 1
    assert max(got.values()) - min(got.values()) <= 1


def test_choosing_changes_nothing_until_it_is_taken() -> None:
    state = State()
    crew = reps("rita", "rolf")
    assert [ask(*crew, state=state).rep for _ in range(3)] == ["rita"] * 3


def test_who_fits_only_some_leads_does_not_push_the_others_back() -> None:
    state = State()
    crew = (Profile("anna", languages=frozenset({"de", "fr"})), *reps("rita", "rolf"))
    got = Counter[str]()
    for number in range(300):
        language = "de" if number % 3 else "en"
        choice = ask(*crew, facts=Facts(language=language), state=state)
        state.take(choice)
        got[choice.rep] += 1
    assert max(got.values()) - min(got.values()) <= 1
