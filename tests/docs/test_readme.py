"""The two languages of the README tell the same."""

import re

from tests.docs.documents import code
from tests.docs.tables import ROOT

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
TARGET = re.compile(r"\]\(([^)]+)\)")


def test_both_readmes_name_the_same_code() -> None:
    assert sorted(code(CHINESE)) == sorted(code(ENGLISH))


def test_both_readmes_lead_to_the_same_places() -> None:
    english, chinese = (set(TARGET.findall(one.read_text())) for one in (ENGLISH, CHINESE))
    assert english - {CHINESE.name} == chinese - {ENGLISH.name}
