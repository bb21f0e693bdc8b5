"""Texts in GSM 03.38 and UCS-2, held against the tables of TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib.gsm import GSM_CHARACTER_TABLE

from services.outreach.channels.sms.gsm import Parts, decode, encode, nearer, parts_of, split

ROWS = """
@ £ $ ¥ è é ù ì ò Ç LF Ø ø CR Å å
Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ ESC Æ æ ß É
SP ! " # ¤ % & ' ( ) * + , - . /
0 1 2 3 4 5 6 7 8 9 : ; < = > ?
¡ A B C D E F G H I J K L M N O
P Q R S T U V W X Y Z Ä Ö Ñ Ü §
¿ a b c d e f g h i j k l m n o
p q r s t u v w x y z ä ö ñ ü à
"""
"""The default alphabet as TS 23.038, 6.2.1 prints it, a column a line."""

NAMES = {"LF": "\n", "CR": "\r", "SP": " "}
BASIC = {
    NAMES.get(name, name): code for code, name in enumerate(name for name in ROWS.split()) if name != "ESC"
}
EXTENDED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40,
    "€": 0x65,
}  # fmt: skip
"""The extension as TS 23.038, 6.2.1.1 prints it."""

ours = st.text(st.sampled_from([*BASIC, *EXTENDED]), max_size=1000)
anything = st.text(max_size=700)
foreign = st.characters(exclude_characters=[*BASIC, *EXTENDED], exclude_categories=["Cs"])


def septets(text: str) -> list[bytes]:
    """Each character as the tables have it."""
    return [
        bytes([BASIC[one]]) if one in BASIC else bytes([0x1B, EXTENDED[one]]) if one in EXTENDED else b"?"
        for one in text
    ]


def fewest_parts(sizes: list[int], *, whole: int, part: int) -> int:
    """How many parts characters of these sizes fill one after the other."""
    if sum(sizes) <= whole:
        return 1
    parts, room = 1, part
    for size in sizes:
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return parts


@given(ours)
def test_a_text_of_the_alphabet_takes_the_septets_of_the_tables(text: str) -> None:
    assert encode(text) == ("gsm7", b"".join(septets(text)))


@given(ours)
def test_parts_of_septets_are_160_or_153_and_no_escape_is_divided(text: str) -> None:
    sizes = [len(one) for one in septets(text)]
    assert parts_of(text) == Parts("gsm7", sum(sizes), fewest_parts(sizes, whole=160, part=153))
    parts = split(*encode(text))
    assert b"".join(parts) == b"".join(septets(text))
    assert all(not part.endswith(b"\x1b") for part in parts)
    assert all(len(part) <= (160 if len(parts) == 1 else 153) for part in parts)


@given(anything, foreign, anything)
def test_one_foreign_character_makes_it_ucs2_of_70_or_67_units(head: str, one: str, tail: str) -> None:
    text = head + one + tail
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    assert parts_of(text) == Parts("ucs2", sum(sizes), fewest_parts(sizes, whole=70, part=67))


@given(anything, foreign, anything)
def test_no_surrogate_pair_is_divided(head: str, one: str, tail: str) -> None:
    text = head + one + tail
    parts = split(*encode(text))
    assert "".join(part.decode("utf-16-be") for part in parts) == text
    assert all(len(part) <= (140 if len(parts) == 1 else 134) for part in parts)


@given(ours)
def test_what_is_encoded_is_read_again(text: str) -> None:
    assert decode(encode(text)[1]) == text


@given(st.binary(max_size=300))
def test_any_octets_can_be_read(octets: bytes) -> None:
    assert len(decode(octets)) <= len(octets)


def test_the_alphabet_is_the_one_that_smpplib_has() -> None:
    theirs = {character: code for code, character in enumerate(GSM_CHARACTER_TABLE[:128]) if character != "`"}
    assert {one: code for one, code in theirs.items() if one != "\x1b"} == {
        one: code for one, code in BASIC.items() if one != "§"
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", Parts("gsm7", 0, 1)),
        ("a" * 160, Parts("gsm7", 160, 1)),
        ("a" * 161, Parts("gsm7", 161, 2)),
        ("a" * 306, Parts("gsm7", 306, 2)),
        ("a" * 307, Parts("gsm7", 307, 3)),
        ("a" * 159 + "€", Parts("gsm7", 161, 2)),
        ("a" * 152 + "€" + "a" * 152, Parts("gsm7", 306, 3)),
        ("退" * 70, Parts("ucs2", 70, 1)),
        ("退" * 71, Parts("ucs2", 71, 2)),
        ("😀" * 35, Parts("ucs2", 70, 1)),
        ("😀" * 67, Parts("ucs2", 134, 3)),
        ("a" * 69 + "’", Parts("ucs2", 70, 1)),
    ],
)
def test_the_edges(text: str, parts: Parts) -> None:
    assert parts_of(text) == parts


def test_half_a_surrogate_is_a_question_mark() -> None:
    assert split(*encode("退\ud83d")) == ["退?".encode("utf-16-be")]


def test_near_characters_replace_foreign_ones_where_that_spares_ucs2() -> None:
    assert nearer("“Hi” – it’s on…", "punctuation") == '"Hi" - it\'s on...'
    assert nearer("Łódź “now”", "letters") == 'Lodz "now"'


def test_a_text_stays_as_it_is_where_near_characters_do_not_help_or_are_not_wanted() -> None:
    assert nearer("“Łódź”", "punctuation") == "“Łódź”"
    assert nearer("“退订”", "letters") == "“退订”"
    assert nearer("“Hi”", "off") == "“Hi”"
    assert nearer("Á la carte", "punctuation") == "Á la carte"
