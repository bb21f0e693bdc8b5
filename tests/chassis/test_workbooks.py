"""Workbooks that spreadsheets open, and in which nothing is ever run."""

import io
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from itertools import repeat
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from chassis import workbooks


def raw(*rows: Iterable[object]) -> io.BytesIO:
    file = io.BytesIO()
    workbooks.write(file, ("a", "=b"), [list(row) for row in rows])
    return file


def cells(*rows: Iterable[object]) -> list[list[object]]:
    """What is in the rows below the header, as a library that reads workbooks sees it."""
    header, *found = load_workbook(raw(*rows)).active.iter_rows(values_only=True)
    assert header[:2] == ("a", "'=b")
    return [list(row) for row in found]


def test_numbers_stay_numbers_and_all_else_is_text() -> None:
    [row] = cells((1, Decimal("-2.50"), None, True, "x < y & z", "007"))
    assert row == [1, -2.5, None, "True", "x < y & z", "007"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+cmd", "@sum", "\tx"])
def test_what_begins_like_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert cells((formula, "x")) == [[f"'{formula}", "x"]]


def test_a_text_that_looks_like_the_markup_of_a_sheet_stays_a_text() -> None:
    hostile = "<r><t>a</t></r></is></c><c><f>1+1</f></c><c><is><r><t>b</t></r>"
    sheet = zipfile.ZipFile(raw((hostile, "x"))).read("xl/worksheets/sheet1.xml")
    assert [one.tag for one in ElementTree.fromstring(sheet).iter() if one.tag.endswith("}f")] == []
    assert cells((hostile, "<r>")) == [[f"'{hostile}", "'<r>"]]


def test_characters_that_xml_cannot_hold_are_written_as_excel_does_and_long_texts_are_cut() -> None:
    [[odd, long]] = cells(("a\x01b\ud800c", "x" * 40_000))
    assert odd == "a_x0001_b?c"
    assert isinstance(long, str) and len(long) == 32_767


def test_more_rows_than_a_sheet_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    with pytest.raises(ValueError, match="at most 3 rows"):
        raw(*repeat((1, 2), 3))


def test_a_download_is_a_workbook_in_pieces() -> None:
    response = workbooks.download("x.xlsx", ("a", "=b"), [(1, 2)])
    file = io.BytesIO(b"".join(response.iter_encoded()))
    assert [list(row) for row in load_workbook(file).active.iter_rows(values_only=True)][1] == [1, 2]
    assert response.content_type == workbooks.MEDIA_TYPE
