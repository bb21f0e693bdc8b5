"""The catalogues: the same keys in every language, the same places in each text, all that pages ask for."""

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from services.reporting.comparisons.groups import By, Length
from services.reporting.comparisons.report import KEYED, RANKED
from services.reporting.evaluation.formulas import FORMULAS
from services.reporting.overview.report import STATES
from services.reporting.pages import rendering
from services.reporting.pages.words import LANGUAGES, catalogue, chosen_language, words_of
from services.reporting.reports.registry import FILTERS, REPORTS
from services.reporting.sources.attribution import Model

FOLDER = Path(rendering.__file__).parent
SERVICE = FOLDER.parent
EN = catalogue("en")

every_language = pytest.mark.parametrize("language", LANGUAGES)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@every_language
def test_no_key_is_missing_and_none_is_one_too_many(language: str) -> None:
    assert catalogue(language).keys() == EN.keys()
    assert all(text.strip() for text in catalogue(language).values())


@every_language
def test_every_text_has_the_same_places_to_fill(language: str) -> None:
    texts = catalogue(language)
    assert {key: places(text) for key, text in texts.items()} == {
        key: places(text) for key, text in EN.items()
    }


def test_chinese_is_not_english_again() -> None:
    same = {key for key, text in catalogue("zh").items() if text == EN[key]}
    assert not same


def test_the_catalogue_has_every_key_that_pages_name() -> None:
    named: set[str] = set()
    for path in (*FOLDER.glob("templates/*.html"), *SERVICE.rglob("*.py")):
        named |= set(re.findall(r"""["']((?:ui|note|figure_note)\.[a-z_]+)["']""", path.read_text()))
        named |= set(re.findall(r"""t\("([a-z_]+\.[a-z_]+)["']""", path.read_text()))
    assert len(named) > 50
    assert named <= EN.keys()


def test_the_catalogue_has_a_word_for_every_name_of_tables_columns_and_filters() -> None:
    reports = [path for path in SERVICE.rglob("*.py") if "tables import" in path.read_text()]
    source = "".join(path.read_text() for path in reports)
    columns = {*re.findall(r'Column\(\s*"([a-z_]+)"', source), *FORMULAS, *RANKED, *KEYED}
    wanted = {f"column.{name}" for name in columns}
    wanted |= {f"table.{name}" for name in re.findall(r'name="([a-z_]+)",\s+columns', source)}
    wanted |= {f"formula.{name}" for name in FORMULAS}
    wanted |= {f"report.{name}" for name in REPORTS}
    wanted |= {f"filter.{name}" for names in FILTERS.values() for name in names}
    wanted |= {f"state.{name}" for name in STATES}
    wanted |= {f"by.{name}" for name in get_args(By)} | {f"period.{name}" for name in get_args(Length)}
    wanted |= {f"{kind}{name}" for name in get_args(Model) for kind in ("model.", "note.model_")}
    assert sorted(wanted - EN.keys()) == []


def test_a_language_is_asked_for_or_follows_from_the_browser() -> None:
    assert chosen_language(asked="zh", accepted="en") == "zh"
    assert chosen_language(asked="", accepted="fr, zh-TW;q=0.8, en;q=0.5") == "zh"
    assert chosen_language(asked="xx", accepted="") == "en"


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    words = words_of("zh")
    assert words.coded("kind", "seminar") == "研讨会"
    assert words.coded("kind", "road_show") == "road show"
    assert words.coded("kind", "") == "未知"
