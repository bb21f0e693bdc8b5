"""``fanfare projections …`` and ``fanfare archive …``: what operators do with reporting's archive."""

import sys
from pathlib import Path
from typing import Any

import click

from fanfare.commands import database_of, plainly, settings_of


def _database() -> Any:
    from chassis import logs

    # The commands say themselves what they did.
    logs.configure("reporting", "ERROR")
    return database_of("reporting")


def _month(text: str) -> Any:
    from services.reporting.archive.months import Month

    try:
        return Month.read(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="MONTH") from None


@click.group()
def projections() -> None:
    """Look at the projections of reporting, and build them anew from its archive."""


@projections.command("list")
@plainly
def list_projections() -> None:
    """List them, a line each: name, version, how it stands, and how far a rebuild has come."""
    from services.reporting.rebuilds import queries

    with _database().reading() as session:
        for one in queries.states(session):
            built = f"version {one.built_version or '-'} of {one.version}"
            behind = f"{one.progress:.0%}, {one.behind} behind, lag {one.lag_seconds:.0f} s"
            click.echo(f"{one.name}  {built}  {one.state}  {behind if one.rebuild else ''}".rstrip())


@projections.command("rebuild")
@click.argument("names", metavar="NAME", nargs=-1, required=True)
@click.option("--incomplete", is_flag=True, help="Without the months that were taken out of the archive.")
@plainly
def rebuild_projections(names: tuple[str, ...], incomplete: bool) -> None:
    """Build projections anew in this process; NAME is one of the list, or all.

    Readers see the old rows until it is done. One that was left unfinished is gone on with.
    """
    rebuild(names, incomplete=incomplete)


@projections.command("stop")
@plainly
def stop_projections() -> None:
    """Give the rebuild up that is running."""
    from chassis.auth import Actor
    from chassis.errors import NotFound
    from services.reporting.rebuilds import queries
    from services.reporting.rebuilds.actions import stop_rebuild

    actor = Actor.system("operator")
    with _database().transaction(actor) as session:
        running = queries.running(session)
        if running is None:
            raise NotFound("rebuild", "that is running")
        stop_rebuild(session, actor, running)
    click.echo(f"stopped: {', '.join(running.projections)}")


def rebuild(names: tuple[str, ...], *, incomplete: bool = False) -> None:
    """Build projections anew, and tell of the progress; exit with 1 where it did not come to its end."""
    from chassis.auth import Actor
    from services.reporting.rebuilds.builder import rebuild_now

    def tell(one: Any) -> None:
        click.echo(f"folded {one.events} events, up to position {one.position}", err=True)

    operator = Actor.system("operator")
    done = rebuild_now(_database(), operator, names, incomplete=incomplete, tell=tell)
    click.echo(f"{done.state}: {', '.join(done.projections)} from {done.events} events")
    if done.state != "switched":
        sys.exit(1)


@click.group()
def archive() -> None:
    """Look after the archive of events: its months, and files of what it holds."""


@archive.command("months")
@plainly
def list_months() -> None:
    """List the months of the archive on PostgreSQL; events are the server's estimate until detached."""
    from services.reporting.archive.partitions import months_held

    for one in months_held(_database()):
        click.echo(f"{one.month}  {one.events} events  {'attached' if one.attached else 'detached'}")


@archive.command("detach")
@click.argument("month")
@click.confirmation_option(prompt="Rebuilds and past figures that need it will be refused. Detach it?")
@plainly
def detach(month: str) -> None:
    """Take a month such as 2026-01 out of the archive; its table stays until you dump and drop it."""
    from services.reporting.archive.partitions import detach_month

    taken = detach_month(_database(), _month(month))
    click.echo(f"{taken.events} events are in the table {_month(month).detached}")


@archive.command("attach")
@click.argument("month")
@plainly
def attach(month: str) -> None:
    """Put a month back that was detached, or whose table was restored from a dump."""
    from services.reporting.archive.partitions import attach_month

    attach_month(_database(), _month(month))
    click.echo(f"{month} is attached")


@archive.command("save")
@click.argument("folder", type=click.Path(file_okay=False))
@plainly
def save_events(folder: str) -> None:
    """Write the events that FOLDER does not have yet into files of it, as CloudEvents batches."""
    from services.reporting.archive.saved import save

    click.echo(f"{save(_database(), Path(folder))} events saved")


@archive.command("load")
@click.argument("folder", type=click.Path(file_okay=False))
@plainly
def load_events(folder: str) -> None:
    """Take in what was saved in FOLDER, after a restore and before reporting runs again."""
    from services.reporting.archive.saved import Loader

    if not Path(folder).is_dir():
        raise click.ClickException(f"{folder}: there is no such folder")
    settings = settings_of("reporting")
    click.echo(f"{Loader(_database(), settings).load(Path(folder))} events loaded")
