"""XLSX workbooks, sound ones, damaged ones and bombs."""

import io
from datetime import date, datetime, time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook as Writer

from services.lead.imports import archives
from services.lead.imports.sniffing import UnreadableFile
from services.lead.imports.workbooks import Workbook
from tests.services.lead.imports.spreadsheets import MAIN, sheet, workbook_of

ROWS = [
    ("Email", "Name", "Phone"),
    ("ann@example.com", "Ann <Lee>", 13812345678),
    ("", "", ""),
    ("b@example.com",),
]


def read(raw: bytes) -> list[tuple[int, list[str], str | None]]:
    return [(one.line, one.cells, one.reason) for one in Workbook(io.BytesIO(raw)).records()]


def test_the_first_sheet_that_is_shown_is_read_with_the_numbers_of_its_rows() -> None:
    assert read(workbook_of(ROWS)) == [
        (1, ["Email", "Name", "Phone"], None),
        (2, ["ann@example.com", "Ann <Lee>", "13812345678"], None),
        (4, ["b@example.com"], None),
    ]


def test_cells_of_every_kind_are_read_as_they_are_shown() -> None:
    cells = (
        '<c r="A1" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c><c r="C1"><v>1.3812345678E10</v></c>'
        '<c t="b"><v>1</v></c><c t="str"><f>A1&amp;"x"</f><v>made</v></c><c t="s"><v>99</v></c>'
        "<c><v>1.5</v></c>"
    )
    [(_, found, _)] = read(workbook_of([], sheet2=sheet(f"<row>{cells}</row>")))
    assert found == ["inline", "", "13812345678", "yes", "made", "", "1.5"]


def test_dates_times_and_shares_are_read_as_values() -> None:
    moments = [date(2026, 2, 28), datetime(2026, 2, 28, 13, 5), time(13, 5), 0.25]
    [(_, found, _)] = read(workbook_of([moments]))
    assert found == ["2026-02-28", "2026-02-28T13:05:00", "13:05:00", "0.25"]


def test_a_postal_code_keeps_the_zeros_that_its_format_shows() -> None:
    written = io.BytesIO()
    with Writer(written) as book:
        book.add_worksheet().write_row(0, 0, [1067, "Ann"], book.add_format({"num_format": "00000"}))
    assert read(written.getvalue()) == [(1, ["01067", "Ann"], None)]


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    book = workbook_of([[date(2026, 2, 28)]])
    with ZipFile(io.BytesIO(book)) as archive:
        written = archive.read("xl/workbook.xml").decode()
    moved = written.replace("<workbookPr ", '<workbookPr date1904="1" ')
    [(_, found, _)] = read(workbook_of([[date(2026, 2, 28)]], workbook=moved))
    assert found == ["2030-03-01"]


def test_a_workbook_whose_formats_cannot_be_read_is_read_without_them() -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><fills count="1"><fill/></fills></styleSheet>'
    [(_, found, _)] = read(workbook_of([["Ann", 7, date(2026, 2, 28)]], styles=styles))
    assert found == ["Ann", "7", "46081"]


def test_characters_that_xml_cannot_hold_are_read_as_they_were_meant() -> None:
    [(_, found, _)] = read(workbook_of([["a\x01b", "_x0041_", "tail_x"]]))
    assert found == ["a\x01b", "_x0041_", "tail_x"]


def test_furigana_of_shared_strings_are_left_out() -> None:
    shared = f'<sst xmlns="{MAIN}"><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si></sst>'
    [(_, found, _)] = read(workbook_of([["x"]], sharedStrings=shared))
    assert found == ["東京"]


def test_row_numbers_only_grow() -> None:
    rows = '<row r="7"><c><v>1</v></c></row><row r="7"><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    assert [line for line, _, _ in read(workbook_of([], sheet2=sheet(rows)))] == [7, 8, 9]


def test_a_sheet_that_breaks_off_gives_what_is_whole_and_then_the_reason() -> None:
    rows = '<row r="1"><c><v>1</v></c></row><row r="2"><c><v>2</v></c'
    first, second = read(workbook_of([], sheet2=f'<worksheet xmlns="{MAIN}"><sheetData>{rows}<<'))
    assert first == (1, ["1"], None)
    assert second[0] == 2
    assert second[2] is not None and "cannot be read on from this row" in second[2]


@pytest.mark.parametrize("keep", [10, 200, 0.5, 0.9])
def test_a_workbook_that_is_cut_off_is_refused(keep: float) -> None:
    raw = workbook_of(ROWS)
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        read(raw[: int(keep * len(raw)) if keep < 1 else int(keep)])


def test_an_archive_without_a_workbook_is_refused() -> None:
    raw = io.BytesIO()
    with ZipFile(raw, "w") as archive:
        archive.writestr("people.csv", "Email\n")
    with pytest.raises(UnreadableFile, match="ZIP archive"):
        read(raw.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    raw = io.BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(40):
            part.write(bytes(1024**2))
    with pytest.raises(UnreadableFile, match="only a zip bomb does"):
        read(raw.getvalue())


def test_a_workbook_that_unfolds_to_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNFOLDED", 100)
    with pytest.raises(UnreadableFile, match="unfolds to 0 MB, more than is read"):
        read(workbook_of(ROWS))


def test_entities_that_multiply_are_refused() -> None:
    doubled = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 40))
    lol = f'<!DOCTYPE x [<!ENTITY e0 "{"ha" * 100}">{doubled}]>'
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        read(workbook_of([["x"]], sharedStrings=f'{lol}<sst xmlns="{MAIN}"><si><t>&e39;</t></si></sst>'))


def test_a_row_that_is_larger_than_is_held_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_AT_ONCE", 64 * 1024)
    cells = "".join(f"<c><v>{number}</v></c>" for number in range(100))
    rows = [f"<row>{cells}</row>" for _ in range(100)] + [f"<row>{cells * 100}</row>"]
    *whole, last = read(workbook_of([], sheet2=sheet("".join(rows))))
    assert len(whole) == 100
    assert last[0] == 101 and last[2] is not None and "more than is read at once" in last[2]


def test_a_part_that_is_larger_than_is_held_at_once_is_refused() -> None:
    book = f"<workbook>{' ' * 9 * 1024**2}</workbook>"
    with pytest.raises(UnreadableFile, match="xl/workbook.xml has more than 8 MB"):
        read(workbook_of([], workbook=book))


def test_a_row_that_makes_no_sense_is_refused_alone() -> None:
    rows = '<row><c><v>1</v></c></row><row><c t="n"><v>x.y</v></c></row><row r="3"><c><v>3</v></c></row>'
    assert [(line, reason is None) for line, _, reason in read(workbook_of([], sheet2=sheet(rows)))] == [
        (1, True),
        (2, False),
        (3, True),
    ]


def test_reading_ends_where_a_sheet_must() -> None:
    rows = '<row r="1048576"><c><v>1</v></c></row><row><c><v>2</v></c></row>'
    last, beyond = read(workbook_of([], sheet2=sheet(rows)))
    assert last == (1_048_576, ["1"], None)
    assert beyond[2] is not None and "at most 1048576 rows" in beyond[2]


def test_cells_far_to_the_right_cost_no_memory() -> None:
    [(_, cells, _)] = read(workbook_of([], sheet2=sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')))
    assert len(cells) == 1001


WHOLE = workbook_of(ROWS)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_to_a_workbook_stops_the_importer(damage: list[tuple[int, int]]) -> None:
    raw = bytearray(WHOLE)
    for place, byte in damage:
        raw[place % len(raw)] = byte
    try:
        assert all(line > 0 for line, _, _ in read(bytes(raw)))
    except UnreadableFile as refused:
        assert str(refused)
