"""``fanfare demo`` as click sees it. The rest is imported when it runs: other commands do without."""

from pathlib import Path

import click


@click.command()
@click.option("--once", is_flag=True, help="Stop everything after the evaluation instead of staying up.")
@click.option(
    "--stack",
    type=click.Choice(["embedded", "real", "given"]),
    default="embedded",
    show_default=True,
    help="One process on SQLite, or one a service on PostgreSQL and RabbitMQ, or a stack that runs already: "
    "the one that FANFARE_DEMO_LEAD_URL and the like name. That one is played on once, and stays up.",
)
@click.option(
    "--contacts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV export of your own instead of the sample. Its mails go no further than this machine.",
)
@click.option("--country", help="Where the phone numbers without a country code are, e.g. DE; default: here.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where files, mails and logs go, and stay; default: a temporary one.",
)
def demo(*, once: bool, stack: str, contacts: Path | None, country: str | None, folder: Path | None) -> None:
    """Run one campaign from its plan to its evaluation."""
    from chassis.config import ConfigError
    from fanfare.demo.performance import perform, perform_on_given

    if stack == "given" and contacts:
        raise click.UsageError("On a given stack only the sample is mailed: its people are invented.")
    try:
        if stack == "given":
            perform_on_given(folder=folder)
        else:
            perform(
                embedded=stack == "embedded", once=once, contacts=contacts, country=country, folder=folder
            )
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
