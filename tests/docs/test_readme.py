"""The two languages of the README tell the same."""

import re

from services.reporting.pages.words import LANGUAGES
from services.reporting.reports.registry import REPORTS
from tests.docs.documents import code
from tests.docs.tables import ROOT

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
TARGET = re.compile(r"\]\(([^)]+)\)")


def test_both_readmes_name_the_same_code() -> None:
    assert sorted(code(CHINESE)) == sorted(code(ENGLISH))


def test_both_readmes_lead_to_the_same_places() -> None:
    english, chinese = (set(TARGET.findall(one.read_text())) for one in (ENGLISH, CHINESE))
    assert english - {CHINESE.name} == chinese - {ENGLISH.name}


def test_both_readmes_show_every_page_in_every_language() -> None:
    pages = {f"{page}-{language}" for page in (*REPORTS, "campaign", "events") for language in LANGUAGES}
    assert {path.stem for path in (ROOT / "docs/pages").glob("*.png")} == pages
    for readme in (ENGLISH, CHINESE):
        shown = set(re.findall(r"\(docs/pages/([a-z-]+)\.png\)", readme.read_text()))
        assert shown == pages
