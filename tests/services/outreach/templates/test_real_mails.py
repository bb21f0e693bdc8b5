"""Real responsive mails go through linting, inlining, tracking and rendering, and stay what they were."""

from email import message_from_bytes
from email.policy import strict
from pathlib import Path

import pytest

from services.outreach.templates.actions import design_of
from services.outreach.templates.content import Content
from services.outreach.templates.linting import lint
from services.outreach.templates.markup import Piece, pieces
from services.outreach.templates.samples import sample_values
from tests.services.outreach.templates.designs import STANDARDS, UNSUBSCRIBE

REAL = Path(__file__).parents[5] / "shared" / "data" / "templates"
EVERY = sorted(REAL.glob("*/*.html"))

pytestmark = pytest.mark.skipif(not EVERY, reason="the shared test data is not here")


def source_of(path: Path) -> str:
    return path.read_text().replace(
        "</body>", f"<p>Hello {{{{ given_name|default('you') }}}} {UNSUBSCRIBE}</p></body>"
    )


def content_of(path: Path) -> tuple[Content, list[str]]:
    report = lint(design_of(subject="Hello", html=source_of(path)), STANDARDS)
    assert report.fine, report.findings
    return report.contents[0], report.links


every_mail = pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)


@every_mail
def test_a_real_mail_is_accepted_once_it_has_an_unsubscribe_link(path: Path) -> None:
    content, links = content_of(path)
    assert links
    assert len(content.text.split()) > 50


@every_mail
def test_a_real_mail_keeps_its_elements_and_what_outlook_reads(path: Path) -> None:
    content, _ = content_of(path)
    before, after = list(pieces(source_of(path))), list(pieces(content.html))
    for name in ("table", "a", "img", "h1", "h2", "p", "td", "v:rect", "o:allowpng"):
        assert _count(after, name) == _count(before, name), name
    assert [piece.name for piece in after if piece.hidden] == [piece.name for piece in before if piece.hidden]
    assert content.html.lower().startswith("<!doctype html>")


@every_mail
def test_a_real_mail_keeps_its_rules_for_small_screens_and_has_the_others_in_its_elements(path: Path) -> None:
    content, _ = content_of(path)
    source = source_of(path)
    assert content.html.count("@media") == source.count("@media")
    assert content.html.count("style=") >= source.count("style=")


@every_mail
def test_every_link_of_a_real_mail_leads_through_us_and_nothing_else_changed(path: Path) -> None:
    content, links = content_of(path)
    values = sample_values(public_url=STANDARDS.public_url, numbers=content.link_numbers)
    plain, tracked = content.untracked().render(values), content.letter().render(values)
    hrefs = [tag.attribute("href") for tag in pieces(tracked.html) if tag.name == "a" and tag.kind == "tag"]
    assert all(
        one is None or one.value.startswith(("https://mail.example/", "#", "mailto:")) for one in hrefs
    )
    back = tracked.html
    for number in content.link_numbers:
        back = back.replace(values[f"link_{number}"], links[number].replace("&", "&amp;"))
    assert len(back.replace(values["open_url"], "")) - len(plain.html) < 120


@every_mail
def test_a_real_mail_is_rendered_as_valid_mime(path: Path) -> None:
    content, _ = content_of(path)
    values = sample_values(public_url=STANDARDS.public_url, numbers=content.link_numbers)
    copy = content.letter().render(values)
    mail = message_from_bytes(
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + copy.html.encode(),
        policy=strict,
    )
    assert "Hello Lin" in mail.get_payload()


def _count(found: list[Piece], name: str) -> int:
    return sum(piece.kind == "tag" and piece.name == name for piece in found)
