"""A wave whose copies cost something, and one that never goes out."""

from fanfare.demo.api import Record
from fanfare.demo.people import CLERK, PLANNER
from fanfare.demo.recipients import delivered
from tests.journeys.money.planning import SUBJECT
from tests.journeys.money.play import Play


def send(play: Play) -> None:
    """Money is reserved for all whom the wave picks, and spent on those who got a copy."""
    path = f"{play.campaign}/waves/{play.kept['invitation']}"
    play.api.post(PLANNER, "campaign", f"{path}/release")
    play.world.wait("the end of the wave", lambda: play.api.get(PLANNER, "campaign", path)["finished_at"])
    play.world.wait("the end of its funding", lambda: funding_of(play, "invitation", "ended"))
    (reserved,) = play.entries(kind="reserve")
    play.look("reserved", at=reserved["posted_at"])
    play.look("sent")
    mails = delivered(play.world.mailbox, naming=SUBJECT)
    play.kept["mailed"] = sorted(address for address, _ in mails)


def funding_of(play: Play, wave: str, state: str) -> Record | None:
    found = play.api.items(CLERK, "finance", "/fundings", wave_id=play.kept[wave])
    return next((one for one in found if one["state"] == state), None)
