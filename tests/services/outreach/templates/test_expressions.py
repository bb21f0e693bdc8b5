"""Setting the expressions of a source apart, and putting them back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach.templates.expressions import Masked, keyword
from services.outreach.templates.language import faults

WORDS = st.sampled_from(
    [
        "{{ company }}",
        "{% if a %}",
        "{% endif %}",
        "{# x #}",
        "{{ '}}' }}",
        "fld0x1z",
        "<p>",
        "{",
        "}",
        "\n",
        "ä",
    ]
)


@given(st.lists(WORDS).map("".join))
def test_what_was_masked_can_be_restored(source: str) -> None:
    if list(faults(source)):
        return
    masked = Masked.of(source)
    assert masked.restore(masked.text) == source


@pytest.mark.parametrize(
    "expression",
    [
        "{{ '}}' }}",
        '{{ company|default("%}") }}',
        "{% if company == '%}' %}",
        "{#- }} -#}",
        "{{- company -}}",
    ],
)
def test_an_expression_is_masked_as_a_whole(expression: str) -> None:
    masked = Masked.of(f"a{expression}b")
    assert masked.expressions == (expression,)
    assert masked.text == f"a{masked.prefix}0zb"


def test_a_source_that_looks_like_a_mark_is_told_apart() -> None:
    masked = Masked.of("fld0x0z {{ company }}")
    assert masked.restore(masked.text) == "fld0x0z {{ company }}"


@pytest.mark.parametrize(
    ("expression", "sent"),
    [
        ("{{ company }}", "{{ company|in_url }}"),
        ("{{- company|default('x y') -}}", "{{- (company|default('x y'))|in_url -}}"),
        ("{{ company ~ region }}", "{{ (company ~ region)|in_url }}"),
        ("{% if company %}", "{% if company %}"),
    ],
)
def test_a_value_is_sent_through_a_filter_and_a_condition_is_not(expression: str, sent: str) -> None:
    masked = Masked.of(expression)
    assert masked.restore(masked.text, through="in_url") == sent


def test_the_line_counts_those_inside_expressions() -> None:
    masked = Masked.of("a\n{{\ncompany\n}}\nb")
    assert masked.line(masked.text.index("b")) == 5


@pytest.mark.parametrize(
    ("expression", "word"),
    [("{%- if a %}", "if"), ("{% endif %}", "endif"), ("{{ a }}", ""), ("{# a #}", "#")],
)
def test_a_condition_is_known_by_its_first_word(expression: str, word: str) -> None:
    assert keyword(expression) == word
