"""The error file."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from services.lead.imports.report import error_lines, harmless

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
