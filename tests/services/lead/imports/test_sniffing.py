"""What a file is: its kind, its encoding, its delimiter."""

import pytest

from services.lead.imports.sniffing import (
    Encoding,
    UnreadableFile,
    delimiter_of,
    encoding_of,
    format_of,
)

GERMAN = "Vorname;Straße\nJürgen;Königsallee 5\nZoë;Große Bleichen\n"
CHINESE = "姓名,公司,手机\n王小明,北京科技有限公司,13812345678\n李娜,上海贸易公司,13987654321\n"
TAIWANESE = "姓名,公司\n陳大文,台北貿易有限公司\n林小姐,高雄科技公司\n"


@pytest.mark.parametrize(
    ("text", "written_as", "codec"),
    [
        ("name,mail\nAnn,a@example.com\n", "ascii", "utf-8"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (TAIWANESE, "big5", "big5"),
        (GERMAN, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16", "utf-16-le"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-32", "utf-32-le"),
        (GERMAN, "utf-32-be", "utf-32-be"),
    ],
)
def test_the_encoding_is_found(text: str, written_as: str, codec: str) -> None:
    raw = text.encode(written_as)
    encoding = encoding_of([raw])
    assert encoding.codec == codec
    assert raw[encoding.skip :].decode(codec) == text


def test_a_two_byte_mark_before_utf_32_does_not_mislead() -> None:
    raw = b"\xff\xfe" + "a,b\nc,d\n".encode("utf-32-le")
    assert encoding_of([raw]) == Encoding("utf-32-le", 2)


def test_chinese_that_comes_after_a_million_ascii_bytes_is_still_found() -> None:
    pieces = [b"name,mail\n" * 30_000 for _ in range(4)] + [CHINESE.encode("gbk")]
    assert encoding_of(pieces).codec == "gb18030"


def test_a_character_cut_in_two_by_the_pieces_is_still_utf_8() -> None:
    raw = CHINESE.encode()
    assert encoding_of([raw[:1], raw[1:20], raw[20:]]).codec == "utf-8"


def test_a_single_broken_byte_does_not_turn_utf_8_into_something_else() -> None:
    assert encoding_of([CHINESE.encode() * 3 + b"\xff\n"]).codec == "utf-8"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "empty"),
        (b"\n\r\n \n", "empty"),
        (b"\xd0\xcf\x11\xe0rest", "XLS"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"BZh9rest", "bzip2"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_table_is_refused_by_name(head: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        format_of(head)


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"PK\x03\x04rest", "xlsx"),
        (b"begin:vcard\n", "vcard"),
        (b"\xef\xbb\xbf\r\nBEGIN:VCARD\r\n", "vcard"),
        ("BEGIN:VCARD\n".encode("utf-16"), "vcard"),
        (b"Email\n", "csv"),
    ],
)
def test_the_format_is_known_by_what_is_in_the_file(head: bytes, format: str) -> None:
    assert format_of(head) == format


def test_a_program_is_not_text() -> None:
    with pytest.raises(UnreadableFile, match="not text"):
        encoding_of([bytes(range(1, 9)) * 50])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a;b\n"x;y,z";2\n', ";"),
        ("mail\nann@example.com\n", ","),
        ("sep=;\na;b\n", ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_evenly(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter
