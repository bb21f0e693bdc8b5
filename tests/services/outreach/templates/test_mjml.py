"""MJML: made HTML, and refused with the line where it does not keep to its grammar."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.outreach.templates.samples import sample_values
from tests.services.outreach.templates.designs import STANDARDS, UNSUBSCRIBE, an_mjml, errors, report_of

SHREDS = st.sampled_from(
    ["<mj-section>", "</mj-section>", "<mj-column>", "</mj-column>", "<mj-text>", "</mj-text>", "<mj-raw>"]
    + [
        "<p>",
        "</p>",
        "<br>",
        "&nbsp;",
        "&",
        "{{ company }}",
        "{% if company %}",
        "{% endif %}",
        "x",
        "<!-- -->",
    ]
    + ["<mj-image", " src='https://a.example/i.png'", " alt=''", "/>", ">", "<mj-button href='", "' "]
)


def test_mjml_becomes_a_page_in_the_language_of_its_content() -> None:
    report = report_of(
        contents=[{"language": "de", "subject": "Neues", "mjml": an_mjml("<mj-text>Hallo</mj-text>\n")}],
        default_language="de",
    )
    assert report.fine
    (content,) = report.contents
    assert '<html lang="de"' in content.html
    assert "Hallo" in content.text
    assert "fonts.googleapis.com" not in content.html


def test_fields_and_conditions_come_through_in_their_place() -> None:
    body = (
        '<mj-text>Dear {{ full_name|default("you") }}{% if company == "A > B" %}!{% endif %}</mj-text>\n'
        "{% if region %}<mj-text>only there</mj-text>{% endif %}\n"
        '<mj-button href="https://a.example/?c={{ campaign_code }}&amp;d=1">go</mj-button>\n'
    )
    (content,) = report_of(html="", mjml=an_mjml(body)).contents
    values = sample_values(public_url="https://mail.example", numbers=content.link_numbers)
    there, elsewhere = (content.untracked().render(values | {"region": one}).html for one in ("north", ""))
    assert "Dear Lin Müller<" in there
    assert "only there" in there
    assert "only there" not in elsewhere
    assert 'href="https://a.example/?c=SPRING-26&amp;d=1"' in there
    assert len(elsewhere) < len(there)


@pytest.mark.parametrize(
    ("mjml", "reason"),
    [
        (an_mjml("<mj-sexion></mj-sexion>"), "line 6: <mj-sexion> cannot stand in <mj-column>"),
        (an_mjml("<mj-text>Hello"), "line 6: <mj-text> cannot stand in <mj-text>"),
        (an_mjml("<mj-button></mj-column>"), "line 6: </mj-column> stands where </mj-button> of line 6 ends"),
        (an_mjml().partition("</mj-section>")[0], "line 4: <mj-section> is never closed"),
        (an_mjml("</mj-section>"), "line 6: </mj-section> stands where </mj-column> of line 5 ends"),
        ("<p>Hello</p>", "line 1: <p> cannot stand at the top"),
        ("<mjml></mjml>", "there is no <mj-body> in <mjml>"),
        (an_mjml(head='<mj-include path="/etc/passwd" />'), "line 2: <mj-include> cannot stand in <mj-head>"),
    ],
)
def test_a_fault_is_named_with_its_line(mjml: str, reason: str) -> None:
    found = errors(report_of(html="", mjml=mjml).findings)
    assert found["mjml"].startswith(reason)


def test_a_field_in_what_becomes_a_style_is_refused() -> None:
    body = "<mj-text color=\"{{ region|default('red') }}\">x</mj-text>"
    found = errors(report_of(html="", mjml=an_mjml(body)).findings)
    assert found["mjml"] == "line 6: fields and conditions cannot stand in the attribute color"


def test_mjml_inside_mjml_without_end_is_refused() -> None:
    mjml = f"<mjml><mj-body>{'<mj-wrapper>' * 5000}{UNSUBSCRIBE}"
    assert "nested more than" in errors(report_of(html="", mjml=mjml).findings)["mjml"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SHREDS, max_size=12).map("".join), st.booleans())
def test_whatever_is_written_is_refused_or_can_be_rendered(shreds: str, inside: bool) -> None:
    report = report_of(html="", mjml=an_mjml(shreds) if inside else shreds)
    if report.fine:
        for content in report.contents:
            values = sample_values(public_url=STANDARDS.public_url, numbers=content.link_numbers)
            assert values["unsubscribe_url"] in content.letter().render(values).html
