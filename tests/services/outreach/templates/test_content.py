"""Which content a recipient gets."""

import pytest

from chassis.ids import new_id
from services.outreach.templates.content import Content, Edition


def edition(*languages: str) -> Edition:
    contents = [
        Content(language, f"subject {language}", "", "text", "", "text", (0,), ()) for language in languages
    ]
    return Edition(
        template_id=new_id(),
        number=1,
        department="north",
        channel="email",
        contents=contents,
        default_language=languages[0],
    )


@pytest.mark.parametrize(
    ("spoken", "given"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de_AT", "de-at"),
        ("de-CH", "de"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh-CN", "en"),
        ("fr", "en"),
        ("", "en"),
        (" de ", "de"),
    ],
)
def test_the_language_is_found_exactly_or_by_its_base_or_is_the_default(spoken: str, given: str) -> None:
    assert edition("en", "de", "de-at", "zh-hant").content(spoken).language == given


def test_strange_languages_do_not_fill_the_memory() -> None:
    several = edition("en", "de")
    for number in range(5000):
        several.content(f"x-{number}")
    assert several.content("de").language == "de"
    assert len(several._picked) <= 1000


def test_a_content_comes_back_from_its_document_as_it_was() -> None:
    content = edition("en").content()
    assert Content.of(content.document) == content


def test_a_marked_edition_says_so_and_leaves_the_other_as_it_was() -> None:
    several = edition("en", "de")
    marked = several.marked("[Test] ")
    assert marked.content("de").subject == "[Test] subject de"
    assert marked.content("fr").tracked_text == "[Test] text"
    assert several.content("de").subject == "subject de"
