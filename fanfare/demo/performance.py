"""One performance: sets the stage, plays the campaign on it, and stays up until Ctrl-C."""

import locale
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType

import click

from chassis import config
from fanfare.demo import given, staging
from fanfare.demo.report import Teller, evaluation_lines
from fanfare.demo.staging import POSTGRES_URL, RABBITMQ_URL, Servers
from fanfare.demo.steps import play
from fanfare.demo.world import Unplayable, World

LOOK_SECONDS = 0.2


def perform(
    *, embedded: bool, once: bool, contacts: Path | None, country: str | None, folder: Path | None
) -> None:
    """Play from the first step to the evaluation, and stay up unless ``once``.

    Raises RuntimeError, in one of the ways of ``fanfare.demo`` and ``fanfare.local``, with a text for people.
    """
    signal.signal(signal.SIGTERM, _end)
    teller = Teller()
    own = contacts.resolve() if contacts else None
    with _folder(folder) as place, _servers(place, teller, embedded=embedded) as servers:
        stage = staging.staged(servers, place, embedded=embedded, contacts=own, say=teller.say)
        with stage as (world, _):
            world.country = country or (_country() if own else None)
            teller.plain(f"The services are up after {teller.seconds:.0f} s.")
            _play(world, teller)
            if not once:
                _stay(world, teller)


def perform_on_given(*, folder: Path | None) -> None:
    """Play once on the stack that the settings name, which stays as it is but for one department more.

    Raises ConfigError, and RuntimeError as ``perform`` does.
    """
    signal.signal(signal.SIGTERM, _end)
    teller = Teller()
    stack = config.load(given.GivenStack, given.NAME)
    with _folder(folder) as place:
        teller.plain(f"Looking for the five services at {', '.join(stack.addresses.values())}")
        with given.on_given(stack, place, say=teller.say) as world:
            teller.plain(f"They are there. Department {world.department}; mails: {world.mailbox}")
            _play(world, teller)


def _play(world: World, teller: Teller) -> None:
    world.progress = teller.progress
    play(world, before=teller.title)
    for line in evaluation_lines(world):
        teller.plain(line)
    teller.plain(f"Done after {teller.seconds:.0f} s.")


def _stay(world: World, teller: Teller) -> None:
    """Until Ctrl-C, or until a process dies. Raises Died."""
    asked: list[int] = []
    # A KeyboardInterrupt would be lost where Python happens to be in a finalizer.
    signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    teller.plain("Everything stays up until Ctrl-C. The services:")
    for service, address in world.api.addresses.items():
        teller.plain(f"  {service:<10} {address}/openapi.json")
    while not asked:
        world.check()
        time.sleep(LOOK_SECONDS)
    teller.plain("Stopping.")


def _servers(folder: Path, teller: Teller, *, embedded: bool) -> AbstractContextManager[Servers]:
    teller.plain(f"Files, mails and logs: {folder}")
    if embedded:
        teller.plain("Starting the five services in one process, and a mail sink")
        return staging.embedded_servers(folder)
    teller.plain("Starting the five services and their workers on PostgreSQL and RabbitMQ, and a mail sink")
    return staging.real_servers(
        postgres_url=os.environ.get(POSTGRES_URL), rabbitmq_url=os.environ.get(RABBITMQ_URL)
    )


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """A temporary folder goes in the end, but stays when something broke, since the logs are in it."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="fanfare-demo-"))
    try:
        yield folder
    except Unplayable:
        staging.remove(folder)
        raise
    except RuntimeError:
        click.echo(f"Its files, mails and logs stay in {folder}", err=True)
        raise
    except BaseException:
        staging.remove(folder)
        raise
    staging.remove(folder)


def _country() -> str | None:
    """The country of the user's locale, e.g. DE of de_DE."""
    language = locale.getlocale()[0] or ""
    return language.partition("_")[2][:2].upper() or None


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)
