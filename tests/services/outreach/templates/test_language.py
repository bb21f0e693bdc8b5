"""What the template language accepts, what it refuses with a reason, and how values are escaped."""

import pytest

from services.outreach.templates.language import (
    Letter,
    environment,
    faults,
    one_line,
    render_link,
    uncertain_fields,
)

VALUES = {"company": "A & B", "given_name": "", "region": "north"}


def reasons(source: str) -> list[str]:
    return [f"line {fault.line}: {fault.why}" for fault in faults(source)]


def test_fields_filters_and_conditions_are_accepted() -> None:
    source = "{% if company %}{{ company|upper }}{% else %}{{ given_name|default('friend') }}{% endif %}"
    assert reasons(source) == []


def test_an_unknown_field_is_named_with_its_line() -> None:
    assert reasons("<p>\n{{ nickname }}") == ["line 2: unknown field nickname"]


def test_a_syntax_error_is_named_with_its_line() -> None:
    assert reasons("\n{% if company %}")[0].startswith("line 2:")


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in company %}{{ x }}{% endfor %}",
        "{{ company.__class__ }}",
        "{{ company['x'] }}",
        "{{ company.upper() }}",
        "{{ 'a' * 1000000 }}",
        "{% set x = 1 %}",
        "{% include 'other' %}",
        "{% macro m() %}{% endmacro %}",
        "{% raw %}{{ company }}{% endraw %}",
        "{{ company|safe }}",
        "{{ company|in_url }}",
        "{{ link_0 }}",
    ],
)
def test_what_could_loop_call_look_inside_or_let_markup_through_is_refused(source: str) -> None:
    assert reasons(source)


@pytest.mark.parametrize(
    "source", ["{{ " + "not " * 5000 + "company }}", "{{ company" + "|upper" * 5000 + "}}"]
)
def test_an_expression_that_is_nested_too_deep_is_refused(source: str) -> None:
    assert reasons(source) == ["line 1: an expression is nested more than 40 deep"]


def test_a_field_is_uncertain_unless_it_has_a_default_or_stands_in_a_condition_on_it() -> None:
    source = (
        "{{ company }}\n{{ region }}{% if given_name %}{{ given_name }}{% endif %}{{ email|default('-') }}"
    )
    assert uncertain_fields(source) == {"company": 1, "region": 2}


def test_what_every_campaign_has_is_never_uncertain() -> None:
    assert uncertain_fields("{{ campaign_name }} {{ campaign_code }} {{ unsubscribe_url }}") == {}


def test_a_contact_cannot_bring_markup_into_the_html() -> None:
    letter = Letter(subject="{{ company }}", html="{{ company }}", text="{{ company }}")
    mail = letter.render({"company": "<b>&"})
    assert (mail.html, mail.text, mail.subject) == ("&lt;b&gt;&amp;", "<b>&", "<b>&")


def test_a_contact_cannot_bring_a_line_break_into_the_subject() -> None:
    letter = Letter(subject="Hello {{ company }}", html="", text="")
    mail = letter.render({"company": "x\r\nBcc: everyone@example.com"})
    assert mail.subject == "Hello x Bcc: everyone@example.com"


def test_a_default_also_replaces_an_empty_field() -> None:
    letter = Letter(subject="{{ given_name|default('friend') }}", html="", text="")
    assert letter.render(VALUES).subject == "friend"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("A & B/c?d=e#f", "A%20%26%20B%2Fc%3Fd%3De%23f"),
        ("lin@example.com", "lin@example.com"),
        ("北京", "%E5%8C%97%E4%BA%AC"),
        ("..", ""),
    ],
)
def test_a_value_in_a_link_cannot_leave_its_place(value: str, shown: str) -> None:
    link = "https://shop.example/{{ company|in_url }}/x"
    assert render_link(link, {"company": value}) == f"https://shop.example/{shown}/x"


def test_what_an_author_encoded_is_not_encoded_again() -> None:
    assert render_link("https://a.example/?c={{ company|urlencode|in_url }}", VALUES).endswith(
        "?c=A%20%26%20B"
    )


@pytest.mark.parametrize(
    "value", ["@everyone", "<!channel>", "<@U123>", "#general", "[x](https://evil.example)"]
)
def test_a_value_in_a_chat_message_calls_nobody_and_hides_no_address(value: str) -> None:
    said = environment(escaping=False).from_string("{{ company|in_chat }}").render(company=value)
    assert said.replace("\u200b", "") == value
    assert value not in said


def test_an_address_in_a_chat_message_stays_as_it_is() -> None:
    said = environment(escaping=False).from_string("{{ email|in_chat }}").render(email="lin@example.com")
    assert said == "lin@example.com"


def test_one_line_takes_out_what_breaks_lines_or_turns_them_round() -> None:
    assert one_line("a\r\nb\u2028c\u202ed\x07") == "a b c d"
