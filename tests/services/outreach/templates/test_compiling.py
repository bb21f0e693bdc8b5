"""What copies are written with: numbered links, values escaped for their place, styles inlined."""

import html as markup
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach.templates.compiling import Numbers, compile_source
from services.outreach.templates.content import Content
from services.outreach.templates.markup import pieces
from services.outreach.templates.samples import sample_values
from services.outreach.templates.source import Source


def compiled(channel: str = "email", **parts: Any) -> tuple[Content, list[str]]:
    numbers = Numbers()
    content = compile_source(Source(language="en", **parts), channel=channel, numbers=numbers)
    return content, list(numbers.links)


def rendered(content: Content, **known: Any) -> tuple[str, str]:
    values = sample_values(public_url="https://mail.example", numbers=content.link_numbers, **known)
    copy = content.untracked().render(values)
    return copy.html, copy.text


def test_each_link_is_replaced_by_its_number() -> None:
    content, links = compiled(
        html='<a class="x" href="https://a.example/?x=1&amp;y=2">a</a> <a href=\'https://b.example\'>b</a>'
    )
    tracked = '<a class="x" href="{{ link_0 }}">a</a> <a href="{{ link_1 }}">b</a>'
    assert content.tracked_html.startswith(tracked)
    assert content.html.startswith('<a class="x" href="https://a.example/?x=1&amp;y=2">')
    assert links == ["https://a.example/?x=1&y=2", "https://b.example"]
    assert content.link_numbers == (0, 1)


def test_the_same_address_has_the_same_number_in_both_parts() -> None:
    content, links = compiled(
        html='<a href="https://a.example/x">a</a>', text="See https://a.example/x. Or (https://b.example)!"
    )
    assert content.tracked_text == "See {{ link_0 }}. Or ({{ link_1 }})!"
    assert links == ["https://a.example/x", "https://b.example"]


def test_the_same_address_has_the_same_number_in_all_languages() -> None:
    numbers = Numbers()
    pages = {"en": "https://a.example/", "de": "https://b.example/", "fr": "https://a.example/"}
    contents = [
        compile_source(
            Source(language=language, html=f'<a href="{url}">x</a>'), channel="email", numbers=numbers
        )
        for language, url in pages.items()
    ]
    assert [content.link_numbers for content in contents] == [(0,), (1,), (0,)]
    assert list(numbers.links) == ["https://a.example/", "https://b.example/"]


def test_our_own_links_mail_addresses_and_pictures_are_not_tracked() -> None:
    html = (
        '<a href="{{ unsubscribe_url }}">u</a><a href="{{ personal_url }}/spring">f</a>'
        '<a href="mailto:x@example.com">m</a><img src="https://a.example/i.png" alt="">'
    )
    content, links = compiled(html=html, text="{{ unsubscribe_url }}")
    assert (content.html, content.text, links) == (html, "{{ unsubscribe_url }}", [])


def test_a_mail_tells_of_its_opening_and_a_preview_does_not() -> None:
    content, _ = compiled(html="<body><p>Hello</p></body>")
    assert "{{ open_url }}" in content.tracked_html
    assert "open_url" not in content.html


def test_a_link_for_outlook_alone_is_tracked() -> None:
    content, links = compiled(
        html='<!--[if mso]><v:roundrect href="https://a.example/">x</v:roundrect><![endif]-->'
    )
    assert links == ["https://a.example/"]
    assert 'href="{{ link_0 }}"' in content.tracked_html


def test_what_is_printed_keeps_its_addresses() -> None:
    content, links = compiled("dm", text="See https://a.example/x for more")
    assert (content.tracked_text, links) == ("See https://a.example/x for more", [])


@given(st.text(max_size=20))
def test_a_value_never_leaves_the_attribute_or_the_part_of_a_link_that_it_stands_in(company: str) -> None:
    content, _ = compiled(
        html='<p title="{{ company }}">{{ company }}</p>'
        '<img alt="" src="https://a.example/{{ company }}.png?c={{ company }}">'
    )
    try:
        page, _ = rendered(content, company=company)
    except ValueError:
        return
    tags = [piece for piece in pieces(page) if piece.kind == "tag"]
    assert [tag.name for tag in tags] == ["p", "img"]
    assert markup.unescape(tags[0].attributes[0].value) == company
    source = tags[1].attribute("src")
    assert source is not None
    assert source.value.count("/") == 3
    assert source.value.count("?") == source.value.count("=") == 1
    assert "&" not in source.value


def test_a_value_in_a_mail_address_is_encoded_too() -> None:
    content, _ = compiled(html='<a href="mailto:us@example.com?subject={{ company }}">x</a>')
    page, _ = rendered(content, company="A & B?bcc=all@example.com")
    assert 'href="mailto:us@example.com?subject=A%20%26%20B%3Fbcc%3Dall@example.com"' in page


def test_a_value_in_a_chat_message_is_made_harmless_and_one_in_its_link_encoded() -> None:
    content, links = compiled("chat", text="Hello {{ company }}: https://a.example/?c={{ company }}")
    assert content.tracked_text == "Hello {{ company|in_chat }}: {{ link_0 }}"
    assert links == ["https://a.example/?c={{ company|in_url }}"]
    assert rendered(content, company="@all")[1] == "Hello @\u200ball: https://a.example/?c=@all"


def test_styles_are_written_into_the_elements_and_the_others_stay() -> None:
    content, _ = compiled(
        html="<html><head><style>p { color: red } @media (max-width: 9em) { p { color: blue } }</style>"
        "</head><body><p>Hello</p></body></html>"
    )
    assert '<p style="color: red;">Hello</p>' in content.html
    assert "@media (max-width: 9em)" in content.html
    assert "color: red }" not in content.html


def test_inlining_leaves_conditions_between_table_rows_where_they_are() -> None:
    content, _ = compiled(
        html="<style>td { color: red }</style><table>{% if company %}<tr><td>a</td></tr>{% endif %}</table>"
        "<![if !mso]><p>b</p><![endif]>"
    )
    assert (
        '<tbody>{% if company %}<tr><td style="color: red;">a</td></tr>{% endif %}'
        in content.html.replace("{% if company %}<tbody>", "<tbody>{% if company %}")
    )
    assert "<![if !mso]><p>b</p><![endif]>" in content.html


def test_a_page_without_styles_is_left_as_it_was_written() -> None:
    html = "<P Title=x>Hello&nbsp;you <br/> {{ company }}"
    assert compiled(html=html)[0].html == html


@pytest.mark.parametrize("source", ["file:///etc/hostname", "https://a.example/x.css"])
def test_no_style_sheet_is_fetched(source: str) -> None:
    style = f"<style>@import url({source}); p {{ color: red }}</style>"
    content, _ = compiled(html=f'<link rel="stylesheet" href="{source}">{style}<p>x</p>')
    assert f'href="{source}"' in content.html
    assert '<p style="color: red;">x</p>' in content.html
