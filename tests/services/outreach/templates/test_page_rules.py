"""What the linter says of a page: where fields may stand, where links lead, what mail can show."""

import pytest

from tests.services.outreach.templates.designs import codes, errors, findings_of, report_of


def test_a_page_without_faults_has_no_findings() -> None:
    assert findings_of('<p title="{{ campaign_name }}">Dear {{ full_name|default("customer") }}</p>') == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<p title={{ region|default('x') }}>x</p>", "field_unquoted"),
        ("<p {{ region|default('x') }}>x</p>", "field_in_tag"),
        ("<p {% if region %}title='x'{% endif %}>x</p>", "field_in_tag"),
        ("<style>p { color: {{ region|default('x') }} }</style>", "field_in_style"),
        ("<p style=\"color: {{ region|default('x') }}\">x</p>", "field_in_style"),
        ('<p onclick="go()">x</p>', "script"),
        ("<script>go()</script>", "script"),
    ],
)
def test_a_field_that_could_not_be_escaped_and_a_script_are_errors(html: str, code: str) -> None:
    assert code in codes(findings_of(html))
    assert errors(findings_of(html)).keys() == {"html"}


def test_a_finding_names_its_line_in_the_source() -> None:
    (finding,) = findings_of("<p>\n{% if region\n %}x{% endif %}</p>\n<script></script>")
    assert (finding.code, finding.where) == ("script", "line 4")


@pytest.mark.parametrize(
    "link",
    [
        'href="{{ company }}"',
        'href="https://{{ company }}/x"',
        'href="https://a.{{ company }}.example/x"',
        'href="javascript:alert(1)"',
        'href="/relative"',
        'href="cid:picture"',
        'href="https://a b.example/"',
        'href="https://a.example:99999/"',
        'href="https://user:secret@a.example/"',
        'href="https://nohost/"',
        'href="https://-a.example/"',
        'href="https://a.example/100%"',
        'href="https://a.example/a b"',
        'href="{{ unsubscribe_url }}/code"',
        'href="{{ personal_url }}?x={{ company }}"',
    ],
)
def test_a_link_that_cannot_be_right_is_an_error(link: str) -> None:
    assert "bad_link" in codes(findings_of(f"<a {link}>x</a>"))


@pytest.mark.parametrize(
    "link",
    [
        "href=\"https://a.example/{{ region|default('x') }}?c={{ company|default('x') }}&amp;d=1\"",
        'href="https://bücher.example/"',
        'href="https://[2001:4860:4860::8888]/"',
        'href="mailto:us@example.com?subject={{ campaign_name }}"',
        'href="tel:+4930123"',
        'href="#top"',
        'href="{{ form_url }}"',
        'href="{{ personal_url }}/spring"',
        'href=" https://a.example/ "',
    ],
)
def test_a_link_with_a_fixed_host_or_of_ours_is_fine(link: str) -> None:
    assert findings_of(f"<a {link}>x</a>") == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ('<img src="https://a.example/i.png">', "no_alt"),
        ('<a href="http://a.example/">x</a>', "insecure_link"),
        ('<a href="https://192.168.1.1/">x</a>', "private_link"),
        ('<a href="https://localhost/">x</a>', "private_link"),
        ("<form></form>", "not_in_mail"),
        ('<iframe src="https://a.example/"></iframe>', "not_in_mail"),
        ('<link rel="stylesheet" href="https://a.example/x.css">', "foreign_style"),
        ("<style>@import url(https://a.example/x.css);</style>", "foreign_style"),
    ],
)
def test_what_mail_programs_do_not_show_is_a_warning(html: str, code: str) -> None:
    found = findings_of(html)
    assert codes(found) == {code}
    assert errors(found) == {}


def test_links_for_outlook_alone_are_looked_at_too() -> None:
    html = '<!--[if mso]><v:roundrect href="javascript:go()"></v:roundrect><![endif]-->'
    assert codes(findings_of(html)) == {"bad_link"}


def test_elements_that_are_nested_without_end_are_refused_before_any_parser_sees_them() -> None:
    assert "too_deep" in codes(findings_of("<style>p {}</style>" + "<div>" * 5_000))
    assert "too_deep" in codes(findings_of("<style>p {}</style>" + "<b><div></b>" * 5_000))


def test_a_condition_may_not_tear_an_element_that_is_to_be_styled() -> None:
    torn = "{% if company %}<div>{% else %}<div>{% endif %}x</div>"
    assert codes(findings_of(f"<style>p {{}}</style>{torn}")) == {"torn"}
    assert findings_of(torn) == []
    whole = "{% if company %}<div>a</div>{% else %}<p>b{% endif %}"
    assert findings_of(f"<style>p {{}}</style>{whole}") == []


def test_more_styles_for_more_elements_than_can_be_inlined_in_time_are_refused() -> None:
    html = f"<style>{'p {}' * 3000}</style>{'<p>x' * 3000}"
    assert "many_styles" in codes(findings_of(html))


def test_a_letter_shows_text_and_no_pictures() -> None:
    fine = report_of(channel="dm", html="<h1>Hello</h1><p>Dear <b>{{ full_name|default('you') }}</b></p>")
    assert fine.findings == []
    found = report_of(channel="dm", html='<p>x</p><img src="https://a.example/i.png">').findings
    assert codes(found) == {"not_in_letter"}


def test_a_page_that_would_keep_the_service_busy_is_refused() -> None:
    assert "many_tags" in codes(findings_of("<p>" * 20_001))
