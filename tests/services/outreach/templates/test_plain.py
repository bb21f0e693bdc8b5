"""Deriving a text part from a page."""

from services.outreach.templates.expressions import Masked
from services.outreach.templates.plain import plain_text


def test_the_text_keeps_fields_and_shows_addresses() -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Dear {{ given_name }},</p>"
        '<p>see <a href="https://a.example/?x=1&amp;y=2">our&nbsp;page</a></p>'
        '<a href="{{ unsubscribe_url }}">Unsubscribe</a></body></html>'
    )
    assert plain_text(Masked.of(html)) == (
        "Dear {{ given_name }},\n\nsee our page <https://a.example/?x=1&y=2>\n\n"
        "Unsubscribe <{{ unsubscribe_url }}>\n"
    )


def test_what_is_not_seen_is_left_out() -> None:
    html = (
        '<div style="display:none">preheader <b>x</b></div><!-- remark --><!--[if mso]>outlook<![endif]-->'
        '<p>seen</p><img src="https://a.example/i.png" alt="a picture">'
    )
    assert plain_text(Masked.of(html)) == "seen\n\na picture\n"


def test_lists_tables_and_headings_are_parted() -> None:
    html = "<h1>Title</h1><ul><li>one</li><li>two</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
    assert plain_text(Masked.of(html)) == "Title\n\n- one\n- two\n\na b\n"


def test_a_condition_stays_around_its_words() -> None:
    html = "<p>Hello{% if company %} of {{ company }}{% endif %}!</p>"
    assert plain_text(Masked.of(html)) == "Hello{% if company %} of {{ company }}{% endif %}!\n"
