"""Files that are not what one would wish: imported, or refused with the row, the column and the reason."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from chassis.database import Database
from services.lead.imports.model import Import
from tests.services.lead.builders import contacts, imported, rejections
from tests.services.lead.imports.spreadsheets import sheet, workbook_of

Databases = Callable[[str], Database]

HEADER, ROW = ("姓名", "邮箱", "公司"), ("王小明", "wang@example.cn", "北京贸易公司")
TAIWAN = (("姓名", "電子郵件", "公司"), ("陳大文", "chen@example.tw", "台北貿易有限公司"))


def text_of(*rows: tuple[str, ...], delimiter: str = ",", end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def bomb() -> bytes:
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(20):
            part.write(bytes(1024**2))
    return raw.getvalue()


WIDE = ("Email", *(f"Extra {number}" for number in range(299)))

GOOD = {
    "gb18030": text_of(HEADER, ROW).encode("gb18030"),
    "gb18030-semicolon": text_of(HEADER, ROW, delimiter=";").encode("gb18030"),
    "big5-tab": text_of(*TAIWAN, delimiter="\t").encode("big5"),
    "utf-32": text_of(HEADER, ROW).encode("utf-32"),
    "utf-16-tab": text_of(HEADER, ROW, delimiter="\t").encode("utf-16"),
    "old-mac": text_of(HEADER, ROW, end="\r").encode(),
    "null-bytes": text_of(HEADER, ROW).encode().replace(b"wang@", b"wa\x00ng@"),
    "300-columns": text_of(WIDE, ("wide@example.com", *["x"] * 299)).encode(),
    "xlsx": workbook_of([HEADER, ROW]),
    "vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@example.com\nEND:VCARD\n".encode("utf-16"),
    "no-header": b"Ann Lee,ann@example.com,4155550000\nBob Ray,bob@example.com,\n",
    "named-wrongly": b"\xef\xbb\xbfEmail\nann@example.com\n",
}

BAD_ROWS = {
    "ragged": (b"Email,Name\nann@example.com\nbob@example.com,Bob,more\n", 3, "the row has 3 cells"),
    "cut-off": (b'Email,Name\nann@example.com,Ann\nbob@example.com,"Bo', 3, "opens and does not close"),
    "column": (b"Email,Mobile\nann@example.com,\nbob@example.com,12\n", 3, "phone: 12 is not a valid"),
    "encoding": (
        "Email,Name\na@b.example,Zoë Müller-Lüdenscheidt äöü\n".encode() + b"b@b.example,\xff\n",
        3,
        "not in the encoding",
    ),
    "vcard-cut-off": (
        b"BEGIN:VCARD\nVERSION:4.0\nEMAIL:ann@example.com\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nEMAIL:b@ex",
        5,
        "ends in the middle of the card",
    ),
    "xlsx-cut-off": (
        workbook_of(
            [],
            sheet2=sheet(
                '<row><c t="str"><v>Email</v></c></row><row><c t="str"><v>a@b.example</v></c></row><'
            ),
        ),
        3,
        "cannot be read on from this row",
    ),
}

BAD_FILES = {
    "zip-bomb": (bomb(), "only a zip bomb does"),
    "truncated-xlsx": (workbook_of([HEADER, ROW])[:500], "damaged or cut off"),
    "zip": (b"PK\x03\x04" + bytes(100), "damaged or cut off"),
    "columns": (",".join(["Email"] * 1001).encode(), "1001 columns"),
    "nothing": (b"\x00\x00\r\n", "the file is empty"),
    "numbers": (b"1,2,3\n4,5,6\n", "no column tells who a contact is"),
}


def imported_whole(database: Database, raw: bytes) -> Import:
    import_ = imported(database, raw, filename="export.txt")
    assert import_.state == "finished", import_.reason
    return import_


@pytest.mark.parametrize("name", GOOD)
def test_an_unusual_file_is_imported_whole(fresh_database: Databases, name: str) -> None:
    database = fresh_database("lead")
    import_ = imported_whole(database, GOOD[name])
    assert import_.rejected == 0, rejections(database, import_.id)
    assert import_.created == len(contacts(database)) > 0
    assert all(one.email and "\x00" not in one.email for one in contacts(database))


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_that_cannot_be_used_is_refused_with_line_and_reason(
    fresh_database: Databases, name: str
) -> None:
    raw, line, reason = BAD_ROWS[name]
    database = fresh_database("lead")
    import_ = imported_whole(database, raw)
    [(refused, told)] = rejections(database, import_.id)
    assert (refused, reason in told) == (line, True), told
    assert import_.created >= 1


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(fresh_database: Databases, name: str) -> None:
    raw, reason = BAD_FILES[name]
    import_ = imported(fresh_database("lead"), raw)
    assert (import_.state, reason in import_.reason) == ("failed", True), import_.reason


def test_a_workbook_of_several_batches_is_imported_whole(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    rows = [("Email", "Handy"), *((f"p{number}@example.com", 4155550000 + number) for number in range(250))]
    assert imported_whole(database, workbook_of(rows)).created == 250
    assert contacts(database)[0].phone == "+14155550000"
