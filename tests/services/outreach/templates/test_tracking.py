"""How the links of a template are found and numbered, and how a text part is derived."""

from pathlib import Path

import pytest

from services.outreach.templates.language import problems_of
from services.outreach.templates.tracking import plain_text, track

REAL = Path(__file__).parents[5] / "shared" / "data" / "templates"


def test_each_link_is_replaced_by_its_number() -> None:
    tracked = track(
        '<a class="x" href="https://a.example/?x=1&amp;y=2">a</a> <a href=\'https://b.example\'>b</a>', ""
    )
    assert tracked.html == '<a class="x" href="{{ link_0 }}">a</a> <a href="{{ link_1 }}">b</a>'
    assert tracked.links == ["https://a.example/?x=1&y=2", "https://b.example"]


def test_the_same_address_has_the_same_number_in_both_parts() -> None:
    tracked = track('<a href="https://a.example/x">a</a>', "See https://a.example/x. Or https://b.example")
    assert tracked.text == "See {{ link_0 }}. Or {{ link_1 }}"
    assert tracked.links == ["https://a.example/x", "https://b.example"]


def test_a_field_in_the_query_of_a_link_stays_with_the_link() -> None:
    tracked = track('<a href="https://a.example/?c={{ company|urlencode }}">a</a>', "")
    assert tracked.links == ["https://a.example/?c={{ company|urlencode }}"]


def test_our_own_links_and_mail_addresses_are_left_alone() -> None:
    html = '<a href="{{ unsubscribe_url }}">u</a><a href="mailto:x@example.com">m</a><img src="https://a.example/i.png">'
    tracked = track(html, "{{ unsubscribe_url }}")
    assert (tracked.html, tracked.text, tracked.links) == (html, "{{ unsubscribe_url }}", [])


def test_the_derived_text_keeps_fields_and_shows_addresses() -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Dear {{ given_name }},</p>"
        '<p>see <a href="https://a.example/?x=1&amp;y=2">our&nbsp;page</a></p>'
        '<a href="{{ unsubscribe_url }}">Unsubscribe</a></body></html>'
    )
    assert plain_text(html) == (
        "Dear {{ given_name }},\n\nsee our page <https://a.example/?x=1&y=2>\n\n"
        "Unsubscribe <{{ unsubscribe_url }}>\n"
    )


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared test data is not here")
@pytest.mark.parametrize("path", sorted(REAL.glob("*/*.html")), ids=lambda path: path.name)
def test_a_real_responsive_mail_is_accepted_once_it_has_an_unsubscribe_link(path: Path) -> None:
    link = '<p>Hello {{ given_name }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></p></body>'
    html = path.read_text().replace("</body>", link)
    assert problems_of(subject="Hello", html=html, text=plain_text(html)) == {}
    assert track(html, plain_text(html)).links
