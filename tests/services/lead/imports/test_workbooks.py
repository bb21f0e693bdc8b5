"""XLSX workbooks, sound ones, damaged ones and bombs."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lead.imports import workbooks
from services.lead.imports.sniffing import UnreadableFile
from services.lead.imports.workbooks import Workbook
from tests.services.lead.imports.spreadsheets import MAIN, workbook_of

ROWS = [
    ("Email", "Name", "Phone"),
    ("ann@example.com", "Ann <Lee>", 13812345678),
    ("", "", ""),
    ("b@example.com",),
]


def read(raw: bytes) -> list[tuple[int, list[str], str | None]]:
    return [(one.line, one.cells, one.reason) for one in Workbook(io.BytesIO(raw)).records()]


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


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


def test_furigana_of_shared_strings_are_left_out() -> None:
    shared = f'<sst xmlns="{MAIN}"><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si></sst>'
    [(_, found, _)] = read(workbook_of([["x"]], sharedStrings=shared))
    assert found == ["東京"]


def test_row_numbers_only_grow() -> None:
    rows = '<row r="7"><c><v>1</v></c></row><row r="7"><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    assert [line for line, _, _ in read(workbook_of([], sheet2=sheet(rows)))] == [7, 8, 9]


def test_a_sheet_that_breaks_off_gives_what_is_whole_and_then_the_reason() -> None:
    rows = '<row r="1"><c><v>1</v></c></row><row r="2"><c><v>2</v></c'
    broken = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}<<'
    first, second = read(workbook_of([], sheet2=broken))
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
    monkeypatch.setattr(workbooks, "MOST_UNFOLDED", 100)
    with pytest.raises(UnreadableFile, match="unfolds to 0 MB, more than is read"):
        read(workbook_of(ROWS))


def test_entities_that_multiply_are_refused() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(UnreadableFile, match="document type"):
        read(workbook_of([["x"]], sharedStrings=f"{lol}<sst><si><t>&b;</t></si></sst>"))


def test_cells_far_to_the_right_cost_no_memory() -> None:
    [(_, cells, _)] = read(workbook_of([], sheet2=sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')))
    assert len(cells) == 1001


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_to_a_workbook_stops_the_importer(damage: list[tuple[int, int]]) -> None:
    raw = bytearray(workbook_of(ROWS))
    for place, byte in damage:
        raw[place % len(raw)] = byte
    try:
        assert all(line > 0 for line, _, _ in read(bytes(raw)))
    except UnreadableFile as refused:
        assert str(refused)
