"""Workbooks that spreadsheets open, and in which nothing is ever run."""

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from chassis import workbooks

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(*rows: tuple[object, ...]) -> list[list[tuple[str | None, str | None]]]:
    """What is in the rows below the header: the kind and the content of each cell."""
    file = io.BytesIO()
    workbooks.write(file, ("a", "b"), rows)
    archive = zipfile.ZipFile(file)
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    found = [
        [(cell.get("t"), "".join(cell.itertext()) or None) for cell in row]
        for row in sheet.iter(f"{NAMESPACE}row")
    ]
    assert found[0] == [("inlineStr", "a"), ("inlineStr", "b")]
    return found[1:]


def test_numbers_stay_numbers_and_all_else_is_text() -> None:
    assert cells((1, Decimal("-2.50"), None, True, "x < y & z")) == [
        [(None, "1"), (None, "-2.50"), (None, None), ("inlineStr", "True"), ("inlineStr", "x < y & z")]
    ]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+cmd", "@sum", "\tx"])
def test_what_begins_like_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert cells((formula,)) == [[("inlineStr", f"'{formula}")]]


def test_characters_that_xml_cannot_hold_are_replaced_and_long_texts_cut() -> None:
    [[odd, long]] = cells(("a\x00b\ud800c", "x" * 40_000))
    assert odd == ("inlineStr", "a\ufffdb\ufffdc")
    assert long[1] is not None and len(long[1]) == workbooks.LONGEST_TEXT
