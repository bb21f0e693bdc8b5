"""The ladder that targets climb."""

from services.campaign.launch.model import (
    CONTACTED,
    LEAD,
    OPTED_OUT,
    RESPONDED,
    STATUSES,
    TARGETED,
    rises,
)
from tests.services.campaign.builders import minutes


def moves(status: str, news: str, at: float = 2) -> bool:
    return rises(status, news, since=minutes(1), at=minutes(at))


def test_the_ladder_has_its_rungs_in_order() -> None:
    ladder = ("targeted", "contacted", "responded", "opted_out", "lead", "opportunity", "won")
    assert ladder == STATUSES


def test_a_target_moves_up_and_never_down() -> None:
    assert moves(TARGETED, RESPONDED)
    assert not moves(RESPONDED, CONTACTED)


def test_a_lead_that_opts_out_stays_a_lead() -> None:
    assert not moves(LEAD, OPTED_OUT)
    assert moves(OPTED_OUT, LEAD)


def test_of_the_same_news_the_earliest_counts() -> None:
    assert moves(RESPONDED, RESPONDED, at=0)
    assert not moves(RESPONDED, RESPONDED, at=1)
    assert not moves(RESPONDED, RESPONDED, at=2)
