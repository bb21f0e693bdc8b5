"""What can be printed is printed; what cannot be seen on paper is left out, and the rest is told."""

import pytest

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.dm.fonts import families, folders, language_of, printable, script_of
from services.outreach.channels.dm.widths import Room, ems


@pytest.mark.parametrize(
    "text",
    [
        "Lin Müller",
        "王伟",
        "山田太郎",
        "김철수",
        "מרים לוי",
        "محمد علي",
        "สมชาย",
        "नमस्ते",
        "Ольга",
        "Ἀθηνᾶ",
        "𠮷野家",
        "ﷺ",
    ],
)
def test_names_of_the_world_are_printed_as_they_are(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Lin 😀", "Lin "),
        ("a\u202eb\u2066c\u200ed", "abcd"),
        ("a\0b\x07c\x1b[31m", "abc[31m"),
        ("a\tb\r\nc\u2028d", "a b\nc\nd"),
        ("☎️ 1", "☎ 1"),
        ("𝓛𝓲𝓷", "Lin"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("a\u200cb", "a\u200cb"),
    ],
)
def test_what_cannot_be_seen_on_paper_is_left_out(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_a_letter_that_no_font_has_is_told() -> None:
    with pytest.raises(Unsendable, match=r"unprintable: no font has U\+12A0"):
        printable("አማርኛ")


def test_every_font_comes_with_the_licence_that_lets_it_be_embedded() -> None:
    for folder in folders():
        assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text()


@pytest.mark.parametrize(
    ("tag", "language", "script"),
    [
        ("de", "de", "SC"),
        ("ja", "ja", "JP"),
        ("ko-KR", "ko", "KR"),
        ("zh-Hant", "zh", "TC"),
        ("zh_TW", "zh", "TC"),
        ("zh", "zh", "SC"),
        ("", "en", "SC"),
        ("no language", "en", "SC"),
    ],
)
def test_han_is_written_as_the_language_writes_it(tag: str, language: str, script: str) -> None:
    assert (language_of(tag), script_of(tag)) == (language, script)
    assert families()[script][1] == f"Noto Sans {script}"


def test_the_size_of_lines_follows_their_widest_and_their_number() -> None:
    room = Room(width=100, height=60, largest=10)
    assert room.size_of(["short"]) == 10
    assert room.size_of(["x" * 40]) == pytest.approx(100 / (ems("x" * 40) * 1.02), abs=0.01)
    assert room.size_of(["x"] * 10) == pytest.approx(5)
    assert ems("王") == 1.0
    assert ems("e\u0301\u0301") == ems("e")
