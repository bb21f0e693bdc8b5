"""Which verdict an answer gets that came in by itself."""

import pytest

from services.campaign.answers.model import verdict_of


@pytest.mark.parametrize("meaning", ["interested", "undecided"])
def test_a_click_means_what_the_campaign_says(meaning: str) -> None:
    assert verdict_of(kind="click", interested=None, click_means=meaning) == meaning


@pytest.mark.parametrize(
    ("flag", "verdict"), [(True, "interested"), (False, "not_interested"), (None, "undecided")]
)
def test_a_form_says_it_by_itself(flag: bool | None, verdict: str) -> None:
    assert verdict_of(kind="form", interested=flag, click_means="interested") == verdict
