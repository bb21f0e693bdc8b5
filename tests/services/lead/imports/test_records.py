"""Records of CSV, however broken."""

import io

from hypothesis import given
from hypothesis import strategies as st

from services.lead.imports.records import LINES_A_RECORD, Record, read_records


def records(text: str) -> list[Record]:
    return list(read_records(io.StringIO(text, newline=None), delimiter=","))


def test_records_know_the_line_they_start_on() -> None:
    assert records('a,b\n"x\ny",1\n\nc,d\n') == [
        Record(1, ["a", "b"]),
        Record(2, ["x\ny", "1"]),
        Record(5, ["c", "d"]),
    ]


def test_old_mac_line_ends_end_lines() -> None:
    assert [record.cells for record in records('a,b\r1,2\r"x\ry",3\r')] == [
        ["a", "b"],
        ["1", "2"],
        ["x\ny", "3"],
    ]


def test_a_quote_that_never_closes_costs_one_line_only() -> None:
    found = records('a,b\n1,"open\n3,4\n5,6\n')
    assert [record.cells for record in found if record.reason is None] == [["a", "b"], ["3", "4"], ["5", "6"]]
    assert [(record.line, record.cells) for record in found if record.reason] == [(2, ['1,"open'])]


def test_a_quote_that_closes_too_late_costs_one_line_only() -> None:
    rest = "".join(f"{number},x\n" for number in range(LINES_A_RECORD * 2)) + '"end",y\n'
    found = records(f'1,"open\n{rest}')
    assert sum(record.reason is None for record in found) == LINES_A_RECORD * 2 + 1


def test_quotes_in_the_middle_of_a_cell_are_taken_as_they_are() -> None:
    assert records('Bob "the man" Lee,1\n')[0].cells == ['Bob "the man" Lee', "1"]


def test_a_cell_without_end_is_refused() -> None:
    found = records(f"a,b\n{'x' * 200_000},1\n3,4\n")
    assert [record.reason for record in found] == [None, "the line is too long", None]


@given(st.text(alphabet='ab,"\n\r\x00 ;', max_size=200))
def test_no_text_stops_the_reader_and_no_line_is_lost(text: str) -> None:
    lines = io.StringIO(text, newline=None).read()
    found = list(read_records(io.StringIO(lines), delimiter=","))
    assert sum(record.reason is not None for record in found) <= lines.count('"')
    assert "".join(found_text(found)).count("a") == lines.count("a")


def found_text(found: list[Record]) -> list[str]:
    return [cell for record in found for cell in record.cells]
