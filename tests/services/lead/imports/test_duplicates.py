"""Who is the same as whom, with the reasons, and how often that is right on real data."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lead.customers.naming import company_words, name_key, name_words
from services.lead.imports.duplicates import LIKELY, SAME, compare, winkler, words_alike
from services.lead.imports.files import OpenFile
from services.lead.imports.records import Record
from services.lead.imports.rows import Draft, Refused, RowReader
from services.lead.imports.sniffing import UnreadableFile

ROOT = Path(__file__).parents[5] / "shared" / "data" / "contacts"
COLUMNS = ("given_name", "family_name", "company", "email", "phone")
READER = RowReader(dict(enumerate(COLUMNS)), width=len(COLUMNS), phone_region="US")
COPIES = 3
WORDS = st.text("abcdeé 王", max_size=12)


def draft(given: str = "", family: str = "", company: str = "", email: str = "", *, phone: str = "") -> Draft:
    return READER.read(Record(1, [given, family, company, email, phone]))


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (draft("Ann", "Lee", email="ann@x.example"), draft("A.", "", email="ANN@x.example"), "same"),
        (draft("Ann", "Lee", phone="415-555-0000"), draft("Lee", "Ann", phone="(415) 555 0000"), "same"),
        (draft("Ann", "Lee", phone="415-555-0000"), draft("Bob", "Ray", phone="415-555-0000"), "other"),
        (draft("Ann", "Lee", "Acme Inc."), draft("Anne", "Lee", "ACME"), "same"),
        (draft("Ann", "Lee", "Acme"), draft("Ann", "Lee", "Borealis"), "other"),
        (draft("Ann", "Lee", "Acme", "a@x.example"), draft("Ann", "Lee", "Acme", "b@y.example"), "likely"),
        (
            draft("Ann", "Lee", "Acme", "a@x.example", phone="415-555-0000"),
            draft("Ann", "Lee", "Acme", "b@y.example", phone="415-555-0111"),
            "likely",
        ),
        (draft(company="Gravity Investments"), draft(company="Gravity Investment, LLC"), "same"),
        (draft(company="Account 12"), draft(company="Account 13"), "other"),
        (draft(company="北京科技有限公司"), draft(company="北京科技"), "same"),
        (draft("小明", "王", "北京科技有限公司"), draft("小红", "王", "北京科技有限公司"), "other"),
    ],
)
def test_the_fields_together_decide(one: Draft, other: Draft, verdict: str) -> None:
    score = compare(one, other).score
    assert verdict == ("same" if score >= SAME else "likely" if score >= LIKELY else "other"), score
    assert compare(other, one).score == pytest.approx(score)


def test_each_likeness_tells_which_fields_agree_and_how_much() -> None:
    found = compare(
        draft("Jon", "Smith", "Acme", phone="415-555-0000"), draft("John", "Smith", phone="4155550000")
    )
    assert found.agreed == {"phone": 1.0, "name": pytest.approx(0.96, abs=0.02)}
    assert str(found).startswith("0.9") and "phone 100%, name 9" in str(found)


def test_external_ids_decide_for_and_against() -> None:
    one, other = draft("Ann", "Lee", "Acme"), draft("Bob", "Ray", "Borealis")
    one.external_id = other.external_id = "C-1"
    assert compare(one, other).score == 1.0
    other = draft("Ann", "Lee", "Acme")
    other.external_id = "C-2"
    assert compare(one, other).score == 0.0


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813), ("a", "b", 0.0)],
)
def test_words_are_compared_as_winkler_does(one: str, other: str, likeness: float) -> None:
    assert winkler(one, other) == pytest.approx(likeness, abs=0.001)


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert 0.0 <= winkler(one, other) <= 1.0
    assert winkler(one, one) == 1.0
    words = tuple(sorted(one.split())), tuple(sorted(other.split()))
    assert words_alike(*words) <= 1.0


@given(WORDS, WORDS, WORDS)
def test_swapping_the_parts_of_a_name_keeps_its_block(
    given_name: str, family_name: str, company: str
) -> None:
    assert name_key(given_name, family_name, company) == name_key(family_name, given_name, company.upper())


def test_titles_accents_and_legal_forms_do_not_count() -> None:
    assert name_words("Dr. José", "O'Hara Jr.") == ("jose", "ohara")
    assert company_words("The Müller GmbH & Co. KG") == ("muller",)


def slip(text: str, chance: random.Random) -> str:
    """One slip of the pen: two letters swapped, one lost, doubled or changed."""
    if len(text) < 5:
        return text
    at = chance.randrange(1, len(text) - 1)
    kinds = (
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + chance.choice("aeinrst") + text[at + 1 :],
    )
    found = chance.choice(kinds)
    return text if any(letter.isdigit() for letter in set(found) ^ set(text)) else found


def swapped(row: list[str], _chance: random.Random) -> None:
    row[0], row[1] = row[1], row[0]


def mistyped(row: list[str], chance: random.Random) -> None:
    place = chance.choice([at for at in (0, 1, 2) if row[at]])
    words = row[place].split(" ")
    at = max(range(len(words)), key=lambda one: len(words[one]) * (not any(map(str.isdigit, words[one]))))
    words[at] = slip(words[at], chance)
    row[place] = " ".join(words)


def reformatted(row: list[str], chance: random.Random) -> None:
    if row[4]:
        digits = row[4].removeprefix("+1")
        row[4] = (
            f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
            if row[4].startswith("+1")
            else f" {row[4][:6]} {row[4][6:]}"
        )
    row[2] = (
        chance.choice([row[2].upper(), f"{row[2]}, Inc.", f"{row[2]} Ltd", row[2].lower()]) if row[2] else ""
    )
    row[3] = row[3].upper()


def shortened(row: list[str], chance: random.Random) -> None:
    place = chance.choice([at for at in (3, 4) if row[at]] or [4])
    if sum(bool(cell) for cell in row) > 2:
        row[place] = ""


DAMAGES: Sequence[Callable[[list[str], random.Random], None]] = (swapped, mistyped, reformatted, shortened)


def real_rows() -> Iterator[list[str]]:
    """What the real files say of contacts, each once.

    Nobody knows whether two with one phone and different names are the same: the first of them is taken.
    """
    seen: set[object] = {None}
    for path in sorted((*ROOT.rglob("*.csv"), *ROOT.rglob("*.vcf"))):
        raw = path.read_bytes()
        try:
            file = OpenFile(lambda raw=raw: [raw], told={})  # type: ignore[misc]
        except UnreadableFile:
            continue
        reader = file.rows(phone_region="US", consents=())
        for record in file.next_records(10_000):
            try:
                one = reader.read(record)
            except Refused:
                continue
            who = name_words(one.given_name, one.family_name), company_words(one.company)
            if who not in seen and any(who) and (one.phone is None or one.phone not in seen):
                seen |= {who, one.phone}
                yield [one.given_name, one.family_name, one.company, one.email or "", one.phone or ""]


def labelled(chance: random.Random) -> list[tuple[int, Draft]]:
    """The real contacts with damaged copies of each, under one label."""
    found = []
    for label, row in enumerate(real_rows()):
        for copy in range(COPIES):
            cells = list(row)
            for damage in chance.sample(DAMAGES, chance.choice((1, 2))) if copy else ():
                damage(cells, chance)
            found.append((label, READER.read(Record(1, cells))))
    return found


@pytest.mark.skipif(not ROOT.exists(), reason="the shared data is not here")
def test_real_contacts_with_slips_swaps_and_other_formats_are_found_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    everybody = labelled(random.Random(2026))
    blocks: dict[tuple[str, str], list[int]] = {}
    for place, (_, one) in enumerate(everybody):
        for key in (("key", one.key), *one.blocks()):
            blocks.setdefault(key, []).append(place)
    pairs = {pair for block in blocks.values() for pair in combinations(block, 2)}
    told = {
        (a, b)
        for a, b in pairs
        if everybody[a][1].key == everybody[b][1].key
        or compare(everybody[a][1], everybody[b][1]).score >= SAME
    }
    true = len({label for label, _ in everybody}) * COPIES * (COPIES - 1) // 2
    right = sum(everybody[a][0] == everybody[b][0] for a, b in told)
    precision, recall = right / len(told), right / true
    with capsys.disabled():
        print(f"\nduplicates: {true} pairs to find, precision {precision:.4f}, recall {recall:.4f}")
    assert precision >= 0.98
    assert recall >= 0.90
