"""The file of rules is read as written, or refused with the reason."""

from typing import Any

import pytest
import yaml

from services.outreach.hearing.rules import FILE, RulesWrong, load, shipped


def written(**changes: Any) -> str:
    """The shipped file with some of its top level changed."""
    return yaml.safe_dump({**yaml.safe_load(FILE.read_text()), **changes}, allow_unicode=True)


def a_rule(**changes: Any) -> dict[str, Any]:
    plain = {"name": "full", "where": ["answer"], "weight": "certain", "meaning": "soft"}
    return {**plain, "reason": "mailbox_full", "says": ["is full"], **changes}


def test_the_shipped_rules_are_all_of_both_meanings_and_places() -> None:
    rules = shipped().rules
    assert {rule.meaning for rule in rules} == {"hard", "soft"}
    assert {place for rule in rules for place in rule.where} == {"answer", "notice"}


def test_every_reason_that_counts_towards_a_row_is_one_that_a_rule_can_give() -> None:
    rules = shipped()
    given = {rule.reason for rule in rules.rules} | {said.reason for said in rules.statuses.values()}
    assert rules.about_the_address <= given | {"unconfirmed", "undetermined"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"rules": []}, "rules"),
        ({"rules": [a_rule(), a_rule()]}, "same name"),
        ({"rules": [a_rule(says=["(unclosed"])]}, "unclosed"),
        ({"rules": [a_rule(says=["{nowhere}"])]}, "no word nowhere"),
        ({"rules": [a_rule(says=[])]}, "says"),
        ({"rules": [a_rule(meaning="perhaps")]}, "perhaps"),
        ({"rules": [a_rule(colour="red")]}, "colour"),
        ({"statuses": {"5.1": {"meaning": "hard", "reason": "x"}}}, "statuses"),
        ({"codes": {"250": {"meaning": "soft", "reason": "x"}}}, "codes"),
        ({"stages": {"rcpt": ["x"]}}, "nothing about"),
        ({"version": 0}, "version"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RulesWrong, match=complaint):
        load(written(**changes))


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(RulesWrong):
        load("rules: [")


def test_a_word_stands_for_its_phrase_in_every_rule() -> None:
    rules = load(written(words={"box": "mailbox|inbox"}, rules=[a_rule(says=["{box} is full"])], **_marks()))
    assert rules.rules[0].speaks("The inbox is full", place="answer", code="")


def _marks() -> dict[str, Any]:
    shipped_file = yaml.safe_load(FILE.read_text())
    names = ("stages", "marks")
    return {name: {key: ["x"] for key in shipped_file[name]} for name in names}
