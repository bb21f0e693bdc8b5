"""A file must be what its name says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from chassis.files.kinds import KINDS, check_kind

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00"


def archive(*members: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for member in members:
            made.writestr(member, "<x/>")
    return file.getvalue()


SHEET = archive("[Content_Types].xml", "xl/workbook.xml")
LETTER = archive("[Content_Types].xml", "word/document.xml")
OPEN_SHEET = archive("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("offer.pdf", PDF, "application/pdf"),
        ("Receipt.PNG", PNG, "image/png"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("costs.xlsx", SHEET, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("costs.ods", OPEN_SHEET, "application/vnd.oasis.opendocument.spreadsheet"),
        ("list.csv", "Größe;Straße\r\n1;2\r\n".encode("latin-1"), "text/csv"),
        ("note.txt", "发票".encode("utf-16"), "text/plain"),
        ("收据.txt", "发票".encode(), "text/plain"),
        ("invoice.xml", b'<?xml version="1.0"?><Invoice/>', "application/xml"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes, media_type: str) -> None:
    file = io.BytesIO(content)
    assert check_kind(name, file) == media_type
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("receipt.pdf", PNG),
        ("receipt.png", PDF),
        ("receipt.pdf", b""),
        ("list.csv", PROGRAM),
        ("note.txt", SHEET),
        ("costs.xlsx", LETTER),
        ("costs.xlsx", archive("readme.txt")),
        ("costs.ods", archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")),
        ("letter.docx", SHEET[:-30]),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_name(name: str, content: bytes) -> None:
    with pytest.raises(Invalid, match="not what its name says"):
        check_kind(name, io.BytesIO(content))


@pytest.mark.parametrize("name", ["setup.exe", "page.html", "receipt", "image.svg", ".pdf"])
def test_kinds_that_are_not_taken_are_told_with_those_that_are(name: str) -> None:
    with pytest.raises(Invalid, match="Taken are: pdf, png"):
        check_kind(name, io.BytesIO(PDF))


@pytest.mark.parametrize("name", ["", "a/b.pdf", "..\\b.pdf", "a\nb.pdf", "x" * 252 + ".pdf"])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(Invalid, match="no path"):
        check_kind(name, io.BytesIO(PDF))


@given(content=st.binary(max_size=200), ending=st.sampled_from(KINDS))
def test_any_content_is_taken_or_refused_and_nothing_else(content: bytes, ending: str) -> None:
    try:
        assert "/" in check_kind(f"file.{ending}", io.BytesIO(content))
    except Invalid as refused:
        assert refused.fields[0]["field"] == "name"
