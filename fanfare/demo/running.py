"""The campaign goes out: started by its owner, one wave released, the mail awaited."""

from fanfare.demo.api import Record
from fanfare.demo.people import PLANNER
from fanfare.demo.planning import campaign_in
from fanfare.demo.recipients import mails_of
from fanfare.demo.world import NotArrived, World


def start_campaign(world: World) -> None:
    """Mara Lindqvist starts the campaign"""
    world.api.post(PLANNER, "campaign", f"{world.campaign}/start")
    running = world.wait("the target list", lambda: campaign_in(world, "running"))
    world.say(f"{running['targets']:,} targets are on the list")


def release_wave(world: World) -> None:
    """Mara Lindqvist releases the wave"""
    wave = world.api.post(PLANNER, "campaign", f"{world.campaign}/waves/{world.wave_id}/release")
    world.say(f"wave {wave['number']}: {wave['targets']:,} targets in {wave['pages']} pages")


def await_mail(world: World) -> None:
    """The mail goes out to the local sink"""
    wave = world.wait("the end of the mailing", lambda: _finished(world), seen=lambda: _seen(world))
    world.say(
        f"{wave['accepted']:,} mails accepted, {wave['suppressed']:,} held back for want of consent, "
        f"{wave['failed']:,} failed, {wave['uncertain']:,} uncertain"
    )
    if wave["accepted"] and not _arrived(world):
        raise NotArrived(
            f"none of these mails came to {world.mailbox}. "
            "Does FANFARE_SMTP_URL of outreach name the mail sink that keeps them there?"
        )


def _wave(world: World) -> Record:
    waves: list[Record] = world.api.get(PLANNER, "campaign", world.campaign)["waves"]
    return next(wave for wave in waves if wave["id"] == world.wave_id)


def _arrived(world: World) -> int:
    return sum(1 for _ in mails_of(world))


def _finished(world: World) -> Record | None:
    world.progress(f"{_arrived(world):,} mails have arrived")
    wave = _wave(world)
    return wave if wave["finished_at"] else None


def _seen(world: World) -> str:
    return f"{_arrived(world):,} mails in {world.mailbox}, and the wave {_wave(world)}"
