"""The command line: run, work, migrate, import, audit, dead, files, projections, archive, demo and more."""

import importlib
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click

from chassis import collector, config, logs
from chassis.config import ConfigError, Settings
from chassis.errors import Problem
from contracts.roles import ROLES

SERVICES = ("campaign", "finance", "lead", "outreach", "reporting")
WITH_WORKERS = ("campaign", "finance", "lead", "outreach", "reporting")
WITH_FILES = ("campaign", "finance", "lead")

P = ParamSpec("P")
R = TypeVar("R")


@click.group(help=__doc__)
def fanfare() -> None:
    """All commands hang below this one."""


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Tell an expected failure in one sentence, and exit with 2 for settings and 1 for the rest."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except Problem as error:
            raise click.ClickException(str(error)) from None

    return run


def service_class(name: str) -> Any:
    """The nameko class of a service. Its module needs no other service."""
    return getattr(_module(f"services.{name}.service"), f"{name.title()}Service")


def _module(name: str) -> Any:
    with collector.loading():
        return importlib.import_module(name)


def settings_class(name: str) -> type[Settings]:
    """What a service can be told. Nothing else of it is loaded for that."""
    kind: type[Settings] = getattr(_module(f"services.{name}.settings"), f"{name.title()}Settings")
    return kind


def settings_of(name: str) -> Settings:
    """The settings of a service, read and checked."""
    return config.load(settings_class(name), name)


def database_of(name: str) -> Any:
    """The database of a service. What is changed in it is audited as if the service did."""
    return _module("chassis.database").Database(settings_of(name).database_url, service=name)


@fanfare.command()
@click.argument("name", type=click.Choice([*SERVICES, "all"]))
@plainly
def run(name: str) -> None:
    """Run one service, or all of them in this process with the workers they need."""
    from chassis import runner
    from fanfare import embedded

    names = SERVICES if name == "all" else (name,)
    settings = {one: settings_of(one) for one in names}
    first = settings[names[0]]
    logs.configure("fanfare" if name == "all" else name, first.log_level)
    with embedded.prepared(settings, workers=WITH_WORKERS) if name == "all" else nullcontext():
        runner.run(
            [service_class(one) for one in names],
            grace_seconds=first.grace_seconds,
            max_workers=first.max_workers,
        )


@fanfare.command()
@click.argument("names", type=click.Choice(WITH_WORKERS), nargs=-1, required=True)
@click.option("--probe-port", type=int, help="Port of the probes; default: that of the service plus 100.")
@plainly
def work(names: tuple[str, ...], probe_port: int | None) -> None:
    """Run the slow workers of services: waves, reminders, imports, mails, rebuilds of projections."""
    from chassis import work as working

    settings = [settings_of(name) for name in names]
    first = settings[0]
    logs.configure(f"{'-'.join(names)}-worker", first.log_level)
    makers = [_module(f"services.{name}.worker").workers for name in names]
    port = first.probe_port + 100 if probe_port is None and first.probe_port else probe_port or 0
    working.run(list(zip(makers, settings, strict=True)), probe_port=port)


@fanfare.command()
@click.argument("name", type=click.Choice([*SERVICES, "all"]))
@click.option("--wait", type=float, default=60.0, show_default=True, help="Seconds to wait for the database.")
@plainly
def migrate(name: str, wait: float) -> None:
    """Bring the database of a service, or of all, to the schema that the code needs."""
    from chassis import migrate as migrating

    for one in SERVICES if name == "all" else (name,):
        settings = settings_of(one)
        logs.configure(one, settings.log_level)
        migrating.upgrade(one, settings.database_url, wait_seconds=wait)
        click.echo(f"{one}: migrated")


@fanfare.command()
@click.option("--subject", required=True, help="Whom the token stands for.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option("--department", "departments", multiple=True, help="May be given several times; * for all.")
@click.option("--hours", type=float, default=8.0, show_default=True)
@plainly
def token(subject: str, roles: tuple[str, ...], departments: tuple[str, ...], hours: float) -> None:
    """Print a bearer token signed with the development keys, which are made when they are missing."""
    from datetime import timedelta

    from chassis import tokens

    known = config.load(Settings, "token")
    key = tokens.read_key(tokens.ensure_keys(known.oidc_jwks))
    ttl = timedelta(hours=hours)
    click.echo(tokens.mint(key, known, subject=subject, roles=roles, departments=departments, ttl=ttl))


@fanfare.command()
@click.argument("name", type=click.Choice([*SERVICES]))
@plainly
def settings(name: str) -> None:
    """List the settings of a service: variable, type, default, meaning."""
    for row in config.describe(settings_class(name)):
        default = f"={row.default}" if row.default else " (must be set)"
        click.echo(f"{row.name}{default}  [{row.type}]\n    {row.help}")


@fanfare.command()
@click.argument("name", type=click.Choice(["reporting"]))
@plainly
def rebuild(name: str) -> None:
    """Rebuild all projections of reporting: short for ``fanfare projections rebuild all``."""
    importlib.import_module("fanfare.reporting_commands").rebuild(("all",))


@fanfare.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--department", required=True, help="Whose contacts they are.")
@click.option(
    "--mode", type=click.Choice(("create", "update", "both", "ask")), default="both", show_default=True
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask whether the file is read as it is meant.")
@click.option("--mapping-name", help="Name of a mapping that the department keeps.")
@click.option("--source", default="import", show_default=True, help="Where the contacts come from.")
@click.option("--errors", type=click.Path(dir_okay=False), help="Where to write the refused rows, as CSV.")
@click.option("--as", "subject", required=True, help="Who imports.")
@plainly
def import_contacts(file: str, yes: bool, errors: str | None, subject: str, **options: Any) -> None:
    """Import a file of contacts (CSV, XLSX, vCard) into lead, and show how far it has come."""
    from pathlib import Path

    from fanfare import importing

    known: Any = settings_of("lead")
    logs.configure("import", "WARNING")
    options |= {"filename": Path(file).name, "phone_region": known.phone_region}

    def agreed(shown: str) -> bool:
        click.echo(shown)
        return click.confirm("Import it like this?")

    place = Path(errors) if errors else None
    asking = None if yes else agreed
    try:
        with Path(file).open("rb") as source:
            done = importing.import_file(
                known, file=source, subject=subject, agreed=asking, errors=place, **options
            )
    except FileNotFoundError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    click.echo(importing.told(done) if done.state != "failed" else f"failed: {done.reason}")
    if done.state != "finished":
        sys.exit(1)


@fanfare.group()
def dead() -> None:
    """Look at events that were set aside, replay them after a fix, or discard them."""


@dead.command("list")
@click.option("--service", "names", multiple=True, type=click.Choice(SERVICES), default=SERVICES)
@click.option("--waiting", is_flag=True, help="Also those that wait for a retry or behind another.")
@plainly
def dead_list(names: tuple[str, ...], waiting: bool) -> None:
    """List dead events, a line each: id, queue, type, cause, tries, error."""
    from chassis import dead as store
    from chassis.inbox import State

    states = tuple(State) if waiting else (State.DEAD,)
    for name in names:
        with database_of(name).reading() as session:
            for one in store.held(session, states=states):
                click.echo(
                    f"{name} {one.id}  {one.queue}  {one.type or '-'}  {one.state}  {one.cause}  "
                    f"tries {one.attempts}  {one.error.splitlines()[0][:160] if one.error else ''}"
                )


@dead.command("show")
@click.argument("name", type=click.Choice(SERVICES))
@click.argument("held_id", type=int)
@plainly
def dead_show(name: str, held_id: int) -> None:
    """Show one held event whole, with its headers and body."""
    from chassis import dead as store

    with database_of(name).reading() as session:
        event, behind = store.show(session, held_id)
    for field in ("queue", "stream", "position", "event_id", "type", "state", "cause", "attempts", "error"):
        click.echo(f"{field}: {getattr(event, field)}")
    click.echo(f"received_at: {event.received_at.isoformat()}\nwaiting behind it: {behind}")
    click.echo(f"headers: {json.dumps(event.headers, indent=2)}\nbody: {event.body.decode(errors='replace')}")


@dead.command("replay")
@click.argument("name", type=click.Choice(SERVICES))
@click.argument("held_ids", type=int, nargs=-1, required=True)
@plainly
def dead_replay(name: str, held_ids: tuple[int, ...]) -> None:
    """Have dead events tried again; what waits behind them follows in order."""
    from chassis import dead as store

    for held_id in held_ids:
        with database_of(name).transaction() as session:
            event = store.replay(session, held_id)
        click.echo(f"{name} {held_id}: {event.type} will be tried again")


@dead.command("discard")
@click.argument("name", type=click.Choice(SERVICES))
@click.argument("held_ids", type=int, nargs=-1, required=True)
@click.confirmation_option(prompt="The events will never be applied. Discard them?")
@plainly
def dead_discard(name: str, held_ids: tuple[int, ...]) -> None:
    """Give dead events up; their streams go on without them."""
    from chassis import dead as store

    for held_id in held_ids:
        with database_of(name).transaction() as session:
            event = store.discard(session, held_id)
        click.echo(f"{name} {held_id}: {event.type} discarded")


@fanfare.group()
def audit() -> None:
    """Hold the audit trail of a service against its seals."""


@audit.command("verify")
@click.argument("name", type=click.Choice(SERVICES))
@click.option("--seal", help="NUMBER:DIGEST of a seal as a log had it, so that a lost end is seen too.")
@plainly
def audit_verify(name: str, seal: str | None) -> None:
    """Say what was changed, removed or slipped in since it was sealed; exit with 1 when anything was."""
    from chassis import sealing

    number, _, digest = (seal or "").partition(":")
    if seal and not (number.isdigit() and digest):
        raise click.BadParameter("must be NUMBER:DIGEST", param_hint="--seal")
    database = database_of(name)
    found = list(sealing.faults(database, anchor=(int(number), digest) if seal else None))
    for fault in found:
        click.echo(f"{name}: {fault}", err=True)
    if found:
        sys.exit(1)
    last = sealing.last_seal(database)
    click.echo(f"{name}: as it was sealed; the last seal is {last or 'none yet'}")
    if erased := sealing.without_words(database):
        click.echo(f"{name}: of {erased} entries the words about people were erased")


@fanfare.group()
def files() -> None:
    """Look after the files that people uploaded."""


@files.command("sweep")
@click.argument("name", type=click.Choice(WITH_FILES))
@click.option("--days", type=float, default=7.0, show_default=True, help="How old they must be.")
@plainly
def files_sweep(name: str, days: float) -> None:
    """Forget files that nobody attached to anything, and bytes that belong to no file."""
    from datetime import timedelta

    from chassis.files import attaching, store

    known = settings_of(name)
    assert isinstance(known, store.FileSettings)
    gone = attaching.sweep(database_of(name), store.store_of(known), older_than=timedelta(days=days))
    click.echo(f"{name}: {gone} files forgotten")


fanfare.add_command(importlib.import_module("fanfare.demo.command").demo)
for group in ("archive", "projections"):
    fanfare.add_command(getattr(importlib.import_module("fanfare.reporting_commands"), group))
