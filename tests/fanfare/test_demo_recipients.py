"""Who answers a mail, and how, is the same for the same recipients."""

import random
from pathlib import Path

import pytest

from fanfare.demo.recipients import Act, delivered, drawn

MANY = [f"person{number}@example.org" for number in range(1000)]


def test_the_same_recipients_act_the_same_whatever_order_they_come_in() -> None:
    shuffled = random.Random(1).sample(MANY, len(MANY))
    assert drawn(shuffled) == drawn(MANY)


def test_every_way_to_answer_occurs_and_most_people_do_nothing() -> None:
    acts = drawn(MANY)
    assert len(acts) < 200
    assert {act.form for act in acts} == {"", "yes", "no"}
    assert {act.clicks for act in acts} == {0, 1, 2}
    assert any(act.leaves and act.clicks for act in acts)
    assert any(act.form == "yes" and act.clicks for act in acts)


@pytest.mark.parametrize("size", range(1, 60))
def test_even_a_few_recipients_make_at_least_one_lead(size: int) -> None:
    acts = drawn(MANY[:size])
    assert any(act.interested for act in acts)
    assert {act.address for act in acts} <= set(MANY[:size])


def test_nobody_acts_when_nobody_was_mailed() -> None:
    assert drawn([]) == []


@pytest.mark.parametrize(
    ("act", "answers", "status"),
    [
        (Act("a", clicks=2), 1, "lead"),
        (Act("a", clicks=1, form="no"), 2, "lead"),
        (Act("a", form="yes", leaves=True), 1, "lead"),
        (Act("a", form="no"), 1, "responded"),
        (Act("a", form="no", leaves=True), 1, "opted_out"),
        (Act("a", leaves=True), 0, "opted_out"),
    ],
)
def test_what_an_act_comes_to(act: Act, answers: int, status: str) -> None:
    assert (act.answers, act.status) == (answers, status)


def test_a_code_that_begins_with_another_one_is_not_that_one(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    for number, words in enumerate(["of DEMO-1=\r\n.", "DEMO-1", "of DEMO-17f3.", "of DEMO-2."]):
        mail = f"Return-Path: x\nDelivered-To: {number}@example.org\n\n{words}"
        (tmp_path / "new" / f"{number}.eml").write_bytes(mail.encode())
    found = [recipient for recipient, _ in delivered(tmp_path, naming="DEMO-1")]
    assert found == ["0@example.org", "1@example.org"]
    assert len(list(delivered(tmp_path))) == 4
