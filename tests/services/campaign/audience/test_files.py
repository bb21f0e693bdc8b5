"""Files of contacts as people export them."""

from io import BytesIO

import pytest

from chassis.errors import Invalid
from chassis.ids import new_id
from services.campaign.audience.files import ContactFile, Line

ANN, BEN = new_id(), new_id()


def read(text: str | bytes) -> tuple[list[Line], ContactFile]:
    file = ContactFile(BytesIO(text if isinstance(text, bytes) else text.encode()))
    return list(file.lines()), file


def test_contacts_are_named_by_id() -> None:
    lines, _ = read(f"name,contact_id\nAnn,{ANN}\nBen,{BEN}\n")
    assert lines == [Line(2, ANN, None), Line(3, BEN, None)]


def test_contacts_are_named_by_address_whatever_its_case() -> None:
    lines, _ = read("E-Mail;Name\r\nAnn@Example.com;Ann\r\n")
    assert lines == [Line(2, None, "ann@example.com")]


def test_an_id_wins_over_an_address_beside_it() -> None:
    lines, _ = read(f"email\tid\nann@example.com\t{ANN}\nben@example.com\t\n")
    assert lines == [Line(2, ANN, None), Line(3, None, "ben@example.com")]


def test_who_is_named_twice_is_taken_once() -> None:
    lines, _ = read("email\nann@example.com\nANN@example.com\n")
    assert len(lines) == 1


def test_a_line_that_names_nobody_is_refused_with_its_number() -> None:
    lines, file = read(f"contact_id,email,name\n{ANN},,\n,,Cy\n,nobody,\nnobody,,\n\n{BEN},,\n")
    assert [line.place for line in lines] == [2, 7]
    assert [place for place, _ in file.refusals] == [3, 4, 5] and file.refused == 3


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    lines, _ = read("\ufeffemail\nann@example.com\n")
    assert len(lines) == 1


@pytest.mark.parametrize(
    "text",
    [b"", b"name\nAnn\n", "email\nj\u00fcrgen@example.com\n".encode("latin-1"), b'email\n"' + b"a" * 200_000],
)
def test_a_file_that_cannot_be_read_is_refused_whole(text: bytes) -> None:
    with pytest.raises(Invalid, match="body"):
        read(text)
