"""What the linter says of a design as a whole, and of the copies that it makes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.outreach.templates.actions import design_of
from services.outreach.templates.findings import by_field
from services.outreach.templates.linting import lint
from services.outreach.templates.samples import sample_values
from tests.services.outreach.templates.designs import (
    BELOW,
    STANDARDS,
    UNSUBSCRIBE,
    codes,
    errors,
    findings_of,
    report_of,
)


def test_a_mail_with_nothing_to_remark_can_be_published() -> None:
    report = report_of()
    assert (report.findings, report.fine) == ([], True)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"subject": "Hello {{ nickname }}"}, "subject", "line 1: unknown field nickname"),
        ({"html": "{% if %}"}, "html", "line 1: Expected an expression, got 'end of statement block'"),
        ({"html": "<p>x</p>"}, "html", 'the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">'),
        ({"text": "Hello"}, "text", "the unsubscribe link is missing: {{ unsubscribe_url }}"),
        ({"subject": " "}, "subject", "a template for email needs it"),
        ({"subject": "{% if region == 'x' %}y{% endif %}"}, "subject", "it is empty"),
        ({"html": ""}, "html", "a template for email needs html or mjml"),
        ({"mjml": "<mjml></mjml>"}, "html", "there is mjml, and html is made of that; only one can be given"),
        ({"channel": "sms", "subject": "x", "text": "y"}, "subject", "a template for sms has no subject"),
        ({"channel": "sms"}, "text", "a template for sms needs it"),
        ({"channel": "dm"}, "text", "a template for dm needs text or html"),
        ({"channel": "dm", "text": "x", "layout": "no"}, "layout", "there is no layout 'no'"),
        ({"channel": "chat", "text": "{{ company }}"}, "text", "it is empty for a contact of whom nothing"),
    ],
)
def test_what_cannot_be_sent_is_an_error(changes: dict[str, str], field: str, reason: str) -> None:
    report = report_of(**changes)
    assert not report.fine
    assert errors(report.findings)[field].startswith(reason)


def test_an_unsubscribe_link_that_only_some_would_see_is_an_error() -> None:
    hidden = f"{{% if company %}}{UNSUBSCRIBE}{{% endif %}}"
    assert "no_unsubscribe" in codes(report_of(html=hidden).findings)
    for_outlook = f"<!--[if mso]>{UNSUBSCRIBE}<![endif]-->"
    assert "no_unsubscribe" in codes(report_of(html=for_outlook).findings)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"html": f"<p>{{{{ company }}}}</p>{UNSUBSCRIBE}"}, "may_be_empty"),
        ({"subject": "x" * 71}, "long_subject"),
        ({"subject": "BUY NOW ONLY TODAY"}, "shouting"),
        ({"subject": "Buy now!!"}, "shouting"),
        ({"subject": "{{ company }}"}, "missing"),
        ({"text": ""}, "no_text"),
        ({"html": f"<p>{'x' * 100_000}</p>{UNSUBSCRIBE}"}, "large"),
    ],
)
def test_what_had_better_be_otherwise_is_a_warning(changes: dict[str, str], code: str) -> None:
    report = report_of(**changes)
    assert code in codes(report.findings)
    assert report.fine


def test_a_field_of_the_address_that_a_mail_goes_to_is_there() -> None:
    assert findings_of("<p>{{ email }}</p>") == []


def test_the_languages_of_a_design_are_looked_at_one_by_one() -> None:
    good = {"language": "en", "subject": "News", "html": UNSUBSCRIBE, "text": BELOW}
    bad = {**good, "language": "de", "subject": "{{ nichts }}"}
    (finding,) = report_of(contents=[bad, good]).findings
    assert (finding.language, finding.field, finding.code) == ("de", "subject", "unknown_field")


@pytest.mark.parametrize(
    ("languages", "default", "code"),
    [(["en", "EN"], "en", "twice"), (["en"], "de", "missing"), (["english"], "english", "bad_language")],
)
def test_languages_that_cannot_be_told_apart_are_errors(
    languages: list[str], default: str, code: str
) -> None:
    one = {"subject": "News", "html": UNSUBSCRIBE, "text": BELOW}
    contents = [{"language": language, **one} for language in languages]
    assert code in codes(report_of(contents=contents, default_language=default).findings)


def test_errors_are_told_by_field_and_by_language_only_where_there_are_several() -> None:
    good = {"language": "en", "subject": "News", "html": UNSUBSCRIBE, "text": BELOW}
    bad = [{**good, "language": language, "subject": "{{ x }}"} for language in ("de", "fr")]
    assert set(by_field(report_of(contents=[good, bad[0]]).findings)) == {"subject"}
    both = report_of(contents=[good, *bad]).findings
    assert set(by_field(both)) == {"contents.de.subject", "contents.fr.subject"}


def test_too_many_links_are_an_error() -> None:
    links = "".join(f'<a href="https://a.example/{number}">x</a>' for number in range(201))
    assert "many_links" in codes(findings_of(links))


def test_a_text_of_more_parts_than_are_sent_is_an_error() -> None:
    found = report_of(channel="sms", text="STOP " + "x" * 700).findings
    assert errors(found) == {"text": "it takes 5 parts, and texts of more than 4 are not sent"}


def test_the_links_of_a_text_count_with_the_length_that_they_go_out_with() -> None:
    short = report_of(channel="sms", text="STOP " + "x" * 90 + " https://a.example/" + "y" * 500).findings
    assert codes(short) == set()


def test_the_characters_that_make_a_text_dear_are_named() -> None:
    (finding,) = report_of(channel="sms", text="STOP " + "x" * 80 + "ő" + "x" * 20).findings
    assert (finding.code, finding.why[-1]) == ("not_gsm", "ő")


def test_a_text_without_a_way_out_is_a_warning_where_one_is_added_and_else_an_error() -> None:
    design = design_of(channel="sms", text="Come and see", countries=["CN"])
    assert codes(lint(design, STANDARDS).findings) == {"no_opt_out"}
    assert lint(design, STANDARDS).fine
    assert not lint(design, replace(STANDARDS, sms_opt_out="never")).fine
    assert lint(design_of(channel="sms", text="来看看，回复退订", countries=["CN"]), STANDARDS).findings == []


def test_a_message_that_some_chat_services_cut_is_a_warning() -> None:
    assert codes(report_of(channel="chat", text="x" * 2001).findings) == {"long_text"}


SHREDS = st.sampled_from(
    ["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<style>p{color:red}", "</style>", "{{ company }}"]
    + [
        "{{- company|default('x>\"') -}}",
        "{% if company %}",
        "{% else %}",
        "{% endif %}",
        "{# x #}",
        "<!--",
        "-->",
    ]
    + [
        "<!--[if mso]>",
        "<![endif]-->",
        "<![if !mso]>",
        "<a href='https://a.example/?c={{ company }}'>",
        "</a>",
    ]
    + [
        "<b>",
        "</b>",
        "&amp;",
        "<",
        '"',
        "<title>",
        "<textarea>",
        "<svg>",
        "<template>",
        "\n",
        "<html>",
        "<body>",
    ]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(SHREDS, max_size=15).map("".join))
def test_whatever_is_written_is_refused_or_can_be_rendered(html: str) -> None:
    report = report_of(html=html + UNSUBSCRIBE)
    if report.fine:
        (content,) = report.contents
        values = sample_values(public_url=STANDARDS.public_url, numbers=content.link_numbers)
        for letter in (content.letter(), content.untracked()):
            page = letter.render(values).html
            assert values["unsubscribe_url"] in page
            assert "fld0x" not in page
