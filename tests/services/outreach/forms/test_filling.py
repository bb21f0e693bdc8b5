"""What is read from the inputs of a page, whatever is sent."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach.forms.design import FIELD_TYPES, Design
from services.outreach.forms.filling import Filled, fill
from tests.services.outreach.forms.builders import EMAIL, SATISFIED, questionnaire, survey, words

CHOICES = [{"value": one, "label": words(one)} for one in ("red", "blue")]


def design_of(*fields: dict[str, Any]) -> Design:
    return Design.of(questionnaire(fields=list(fields)))


def a_field(type: str, **changes: Any) -> dict[str, Any]:
    """A field named x."""
    plain: dict[str, Any] = {"name": "x", "type": type, "label": words("X")}
    if type in ("choice", "multi_choice"):
        plain["choices"] = CHOICES
    return {**plain, **changes}


def filled(field: dict[str, Any], *values: str) -> Filled:
    return fill(design_of(field), {"x": list(values)}, language="en", known=False)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (a_field("text"), "  two \t words\n", "two words"),
        (a_field("text", longest=500), "two\r\nlines", "two\nlines"),
        (a_field("text"), "a\0b", "a b"),
        (a_field("email"), "Lin@EXAMPLE.com", "Lin@example.com"),
        (a_field("email"), "lin@bücher.example", "lin@xn--bcher-kva.example"),
        (a_field("phone"), "+49 (30) 12-34.56", "+49 (30) 12-34.56"),
        (a_field("choice"), "blue", "blue"),
        (a_field("number"), "1,5", "1.5"),
        (a_field("number", least="-2", most="2"), "-2", "-2"),
        (a_field("scale"), "10", "10"),
        (a_field("scale", least="1", most="5"), "1", "1"),
        (a_field("consent", channel="dm"), "yes", "yes"),
    ],
)
def test_a_right_value_is_kept(field: dict[str, Any], value: str, kept: str) -> None:
    read = filled(field, value)
    assert (read.answers, read.wrong) == ({"x": kept}, {})


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (a_field("text", required=True), "  ", "Please fill in this field."),
        (a_field("text", longest=3), "four", "Please write at most 3 characters."),
        (a_field("email"), "lin@localhost", "Please enter an address such as name@example.com."),
        (a_field("phone"), "12", "Please enter a number such as +49 30 123456."),
        (a_field("choice"), "green", "Please choose one of the answers given."),
        (a_field("choice", required=True), "", "Please choose an answer."),
        (a_field("multi_choice", required=True), "", "Please choose an answer."),
        (a_field("multi_choice"), "green", "Please choose one of the answers given."),
        (a_field("number"), "1e5", "Please enter a number."),
        (a_field("number"), "NaN", "Please enter a number."),
        (a_field("number"), "１２", "Please enter a number."),
        (a_field("number", least="3"), "2.9", "Please enter 3 or more."),
        (a_field("number", most="3"), "3.1", "Please enter 3 or less."),
        (a_field("scale"), "11", "Please choose one of the answers given."),
        (a_field("consent", channel="dm"), "on", "Please choose one of the answers given."),
        (a_field("consent", channel="dm", required=True), "", "Please tick this box to go on."),
    ],
)
def test_a_wrong_value_is_told_at_its_input(field: dict[str, Any], value: str, told: str) -> None:
    read = filled(field, value)
    assert (read.answers, read.wrong) == ({}, {"x": told})


def test_several_answers_come_in_the_order_of_the_design_and_each_once() -> None:
    assert filled(a_field("multi_choice"), "blue", "red", "blue").answers == {"x": ["red", "blue"]}


def test_consent_keeps_the_words_in_the_language_of_the_page() -> None:
    both = {"en": "Yes, write.", "de": "Ja, schreibt."}
    design = Design.of(
        questionnaire(
            languages=["en", "de"],
            texts={"en": {"title": "T"}, "de": {"title": "T"}},
            fields=[{"name": "x", "type": "consent", "channel": "dm", "label": both}],
        )
    )
    read = fill(design, {"x": ["yes"]}, language="de", known=False)
    assert read.consents == [{"channel": "dm", "wording": "Ja, schreibt."}]


def test_who_is_known_cannot_say_that_they_are_somebody_else() -> None:
    read = fill(design_of(EMAIL), {"email": ["eve@example.com"]}, language="en", known=True)
    assert (read.answers, read.wrong) == ({}, {})


def test_the_sides_of_a_survey_make_its_score() -> None:
    read = fill(
        Design.of(survey()),
        {**{name: [value] for name, value in SATISFIED.items()}, "nps.score": ["0"]},
        language="en",
        known=True,
    )
    assert (read.score, read.nps, read.wrong) == (Decimal("7.00"), 0, {})


def test_a_side_that_must_be_rated_is_told_at_both_questions() -> None:
    read = fill(Design.of(survey()), {"side.quality.experience": ["11"]}, language="en", known=True)
    assert read.wrong == {
        "side.quality.expectation": "Please choose an answer.",
        "side.quality.experience": "Please choose one of the answers given.",
        "side.price.expectation": "Please choose an answer.",
        "side.price.experience": "Please choose an answer.",
    }
    assert read.score is None


@given(
    type=st.sampled_from(FIELD_TYPES),
    required=st.booleans(),
    values=st.lists(st.text() | st.sampled_from(["red", "yes", "7", "lin@example.com"]), max_size=4),
)
def test_whatever_is_sent_is_kept_within_limits_or_told(type: str, required: bool, values: list[str]) -> None:
    changes = {"channel": "dm"} if type == "consent" else {}
    read = filled(a_field(type, required=required, longest=20, **changes), *values)
    kept = read.answers.get("x", "")
    assert ("x" in read.wrong) <= (not kept)
    for one in [kept] if isinstance(kept, str) else kept:
        assert len(one) <= 20
        assert all(character == "\n" or character.isprintable() or ord(character) > 0x9F for character in one)
    if required and type != "hidden" and not any(value.strip() for value in values):
        assert "x" in read.wrong


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**11), max_value=10**11))
def test_every_number_of_four_places_is_read_as_it_is(number: Decimal) -> None:
    assert Decimal(str(filled(a_field("number"), f"{number:f}").answers["x"])) == number


@given(st.dictionaries(st.text(max_size=40), st.lists(st.text(max_size=30), max_size=3), max_size=6))
def test_inputs_that_the_form_does_not_have_are_not_kept(sent: dict[str, list[str]]) -> None:
    read = fill(design_of(EMAIL), sent, language="en", known=False)
    assert set(read.answers) <= {"email"}
