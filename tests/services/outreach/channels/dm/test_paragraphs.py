"""Texts and simple HTML become blocks that can be set."""

from services.outreach.channels.dm.paragraphs import of_html, of_text


def test_empty_lines_part_paragraphs_and_other_breaks_stay() -> None:
    assert of_text("Dear Lin,\r\n\r\nfirst\nsecond\n \n\n\nBye\n") == [
        ("p", [["", "Dear Lin,"]]),
        ("p", [["", "first\nsecond"]]),
        ("p", [["", "Bye"]]),
    ]


def test_simple_html_keeps_its_styles_lists_and_links() -> None:
    html = (
        "<style>x{}</style><h1>Hi <b>you</b></h1>\n"
        "<p>Dear <b>A</b> <i>B <strong>c</strong></i>,<br>  next</p>"
        "<ul><li>one<li>see <a href='https://x.example/'>here</a></ul><hr>tail &amp; <img src=x>end"
    )
    assert of_html(html) == [
        ("h1", [["", "Hi "], ["b", "you"]]),
        ("p", [["", "Dear "], ["b", "A"], ["", " "], ["i", "B "], ["bi", "c"], ["", ",\nnext"]]),
        ("ul", [["", "one"]]),
        ("ul", [["", "see here (https://x.example/)"]]),
        ("hr", []),
        ("p", [["", "tail & end"]]),
    ]


def test_broken_html_loses_no_words() -> None:
    for html in ("<p>a<b>b</p>c</i></div>", "<ul><li>a</ul></ul>b<a>c", "a < b & c", "<p" * 50 + ">abc"):
        words = "".join(text for _, runs in of_html(html) for _, text in runs)
        assert [letter for letter in "abc" if letter not in words] == []
