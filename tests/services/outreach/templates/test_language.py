"""What the template language accepts, and what it refuses with a reason."""

import pytest

from services.outreach.templates.language import Letter, problems_of, sample_values

UNSUBSCRIBE = '<a href="{{ unsubscribe_url }}">unsubscribe</a>'


def problems(
    html: str = "", *, subject: str = "Hello", text: str = "{{ unsubscribe_url }}"
) -> dict[str, list[str]]:
    return problems_of(subject=subject, html=html + UNSUBSCRIBE, text=text)


def test_fields_filters_and_conditions_are_accepted() -> None:
    assert not problems(
        "{% if company %}{{ company|upper }}{% else %}{{ given_name|default('friend') }}{% endif %}"
    )


def test_an_unknown_field_is_named_with_its_line() -> None:
    assert problems("<p>\n{{ nickname }}") == {"html": ["line 2: unknown field nickname"]}


def test_a_syntax_error_is_named_with_its_line() -> None:
    assert problems("{% if company %}")["html"][0].startswith("line 1:")


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
    ],
)
def test_what_could_loop_call_or_look_inside_is_refused(source: str) -> None:
    assert "html" in problems(source)


def test_a_filter_that_would_let_markup_through_is_refused() -> None:
    assert problems("{{ company|safe }}") == {"html": ["line 1: unknown filter safe"]}


def test_html_without_an_unsubscribe_link_is_refused() -> None:
    found = problems_of(subject="Hello", html="<p>Hello</p>", text="{{ unsubscribe_url }}")
    assert found == {"html": ['the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">']}


def test_an_unsubscribe_link_that_only_some_would_see_is_refused() -> None:
    found = problems_of(
        subject="Hello", html=f"{{% if company %}}{UNSUBSCRIBE}{{% endif %}}", text="{{ unsubscribe_url }}"
    )
    assert "html" in found


def test_a_text_part_without_an_unsubscribe_link_is_refused() -> None:
    assert "text" in problems(text="Hello")


def test_a_field_in_the_path_or_query_of_a_link_is_accepted() -> None:
    assert not problems('<a href="https://a.example/{{ region }}?c={{ company }}&d={{ email }}">x</a>')


@pytest.mark.parametrize(
    "link",
    [
        'href="{{ company }}"',
        'href="https://{{ company }}/x"',
        'href="javascript:alert(1)"',
        'href="/relative"',
    ],
)
def test_a_link_whose_host_is_not_fixed_is_refused(link: str) -> None:
    assert "html" in problems(f"<a {link}>x</a>")


def test_a_field_in_an_unquoted_attribute_is_refused() -> None:
    assert problems("<p title={{ company }}>x</p>")["html"] == [
        "a field in an attribute needs quotes around it"
    ]


def test_a_contact_cannot_bring_markup_into_the_html() -> None:
    letter = Letter(subject="{{ company }}", html="{{ company }}", text="{{ company }}")
    mail = letter.render(sample_values(company="<b>&"))
    assert (mail.html, mail.text, mail.subject) == ("&lt;b&gt;&amp;", "<b>&", "<b>&")


def test_a_contact_cannot_bring_a_line_break_into_the_subject() -> None:
    letter = Letter(subject="Hello {{ company }}", html="", text="")
    mail = letter.render(sample_values(company="x\r\nBcc: everyone@example.com"))
    assert mail.subject == "Hello x Bcc: everyone@example.com"


def test_a_default_also_replaces_an_empty_field() -> None:
    letter = Letter(subject="{{ given_name|default('friend') }}", html="", text="")
    assert letter.render(sample_values(given_name="")).subject == "friend"
