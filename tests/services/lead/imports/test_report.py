"""The error file."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from chassis.sheets import harmless
from services.lead.imports.report import error_lines, error_workbook
from services.lead.imports.workbooks import Workbook

WRITTEN = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "Ann & <b>", "\x01\x0b", ""]
TEXT = st.text(st.characters(exclude_characters="\x00\r", codec="utf-8"))


def test_the_error_file_names_line_and_reason_before_the_row() -> None:
    lines = "".join(error_lines(["Email", "Name"], [(7, "email: broken", ["x", "Ann, Lee"])]))
    assert lines == '\ufeffline,reason,Email,Name\r\n7,email: broken,x,"Ann, Lee"\r\n'


@given(st.lists(TEXT, min_size=1))
def test_no_cell_begins_like_a_formula(cells: list[str]) -> None:
    written = "".join(error_lines([], [(1, "why", cells)]))
    read = list(csv.reader(io.StringIO(written, newline="")))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\n")) for cell in read)


def test_a_harmless_cell_stays_as_it_is() -> None:
    assert harmless("Ann") == "Ann"


def test_a_workbook_holds_the_same_and_can_be_read_back() -> None:
    raw = b"".join(error_workbook(["Email", "=Notes"], [(7, "email: broken", WRITTEN)]))
    records = list(Workbook(io.BytesIO(raw)).records())
    assert records[0].cells == ["line", "reason", "Email", "'=Notes"]
    assert records[1].cells[:3] == ["7", "email: broken", "'=1+1"]
    assert records[1].cells[3:8] == ["'+1", "'-1", "'@x", "'\tx", "'\rx"]
    assert records[1].cells[8] == "Ann & <b>"
