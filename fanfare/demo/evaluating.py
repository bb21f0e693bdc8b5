"""The end: the evaluation as the reporting service gives it, beside the same figures counted by hand."""

from fanfare.demo.api import Record
from fanfare.demo.count import count, differences
from fanfare.demo.people import WATCHER
from fanfare.demo.world import World


def evaluate(world: World) -> None:
    """Grace Amadi (analyst) evaluates the campaign, and counts it by hand"""
    world.counted = count(world)
    world.evaluation = world.wait(
        "an evaluation that agrees with the count by hand",
        lambda: _agreeing(world),
        seen=lambda: "; ".join(differences(world.counted, _evaluation(world))),
    )
    link = world.api.post(WATCHER, "reporting", f"{world.campaign}/page-links", {})
    world.page_url = link["url"]


def _evaluation(world: World) -> Record:
    shown: Record = world.api.get(WATCHER, "reporting", f"{world.campaign}/evaluation")
    return shown


def _agreeing(world: World) -> Record | None:
    evaluation = _evaluation(world)
    return None if differences(world.counted, evaluation) else evaluation
