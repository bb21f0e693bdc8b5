"""The shipped contacts are the same everywhere, and mean nobody real."""

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

import phonenumbers
import pytest

from fanfare.demo import sample
from services.lead.imports.header import map_columns
from services.lead.imports.records import read_records
from services.lead.imports.rows import Draft, Refused, RowReader

RESERVED = re.compile(r"@([a-z]+\.)?example\.(com|net|org)$")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.write(tmp_path_factory.mktemp("sample") / "contacts.csv")


@pytest.fixture(scope="module")
def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def read(file: Path) -> tuple[list[Draft], list[str]]:
    """The drafts and the reasons that the lead service would come to."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header, *records = read_records(lines, delimiter=",")
    mapping = map_columns(header.cells, {})
    reader = RowReader(mapping, width=len(header.cells), phone_region="CN")
    drafts: list[Draft] = []
    reasons: list[str] = []
    for record in records:
        try:
            drafts.append(reader.read(record))
        except Refused as refusal:
            reasons.append(str(refusal))
    return drafts, reasons


def test_it_is_the_same_file_on_every_machine(file: Path, tmp_path: Path) -> None:
    again = sample.write(tmp_path / "again.csv")
    digests = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (file, again)}
    assert len(digests) == 1


def test_it_holds_two_thousand_people_some_of_them_twice(file: Path) -> None:
    drafts, _ = read(file)
    people = Counter(draft.key for draft in drafts)
    assert len(people) == 2000
    assert sorted(set(people.values())) == [1, 2]


def test_a_smaller_sample_is_its_beginning(file: Path, tmp_path: Path) -> None:
    smaller = sample.write(tmp_path / "smaller.csv", people=200).read_bytes()
    assert file.read_bytes().startswith(smaller)
    assert len(read(tmp_path / "smaller.csv")[0]) == 201


def test_each_faulty_row_is_refused_for_a_reason_of_its_own(file: Path) -> None:
    _, reasons = read(file)
    assert len(reasons) == len(set(reasons)) == 9


def test_every_address_is_in_a_reserved_domain(rows: list[dict[str, str]]) -> None:
    addresses = [row["Email"].lower() for row in rows if row["Email"].count("@") == 1]
    strays = [one for one in addresses if not RESERVED.search(one) and not one.endswith("@")]
    assert addresses and strays == []


def test_phone_numbers_are_kept_free_for_fiction(rows: list[dict[str, str]]) -> None:
    fiction = re.compile(r"\+44 20 7946 0\d{3}|\+1 202-555-01\d\d")
    numbers = {row["Phone Number"] for row in rows if row["Phone Number"].startswith("+")}
    assert numbers and all(fiction.fullmatch(number) for number in numbers)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
