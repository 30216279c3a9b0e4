"""`lien`: how far the releases of liens have come, as the lender's team reports it."""

from datetime import date

import click
from flask.cli import with_appcontext

from finportal.commands.loan_options import DAY
from finportal.models.documents import LIEN_STEPS
from finportal.services.days import bogota_day
from finportal.services.documents import lien as releases
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings
from finportal.web.context import here


@click.group()
def lien() -> None:
    """Releases of vehicles' liens."""


@lien.command("list")
@with_appcontext
def list_releases() -> None:
    """List the credits with a letter in force, and when each stage was reached."""
    for release in releases.under_way(here().db):
        reached = "  ".join(f"{stage.name} {stage.on or '-'}" for stage in release.stages)
        click.echo(f"{release.loan_number}  {reached}")


@lien.command()
@click.argument("loan_number")
@click.argument("step", type=click.Choice(LIEN_STEPS))
@click.option("--on", type=DAY, help="The day it was done (default: today in Bogotá).")
@click.option("--note", default="", help="A file number, or who received it.")
@with_appcontext
def mark(loan_number: str, step: str, on: date | None, note: str) -> None:
    """Report that a STEP of the release of credit LOAN_NUMBER was done."""
    portal = here()
    now = portal.clock()
    report = releases.Report(
        loan_number=loan_number, step=step, on=on or bogota_day(now), note=note
    )
    around = Surroundings(now=now, network="command", browser="", locale="")
    try:
        releases.mark(portal.db, report, around)
    except Refused as error:
        raise click.ClickException(f"credit {loan_number}: {_why(error)}") from error
    click.echo(f"{loan_number}: {step} on {report.on}")


def _why(error: Refused) -> str:
    match error:
        case releases.UnknownCredit():
            return "there is no such credit"
        case releases.OutOfOrder(missing=releases.LETTER):
            return "no letter that holds was issued"
        case releases.OutOfOrder(missing=missing):
            return f"{missing} comes first"
        case releases.AlreadyMarked(on=on):
            return f"was marked already, for {on}"
        case releases.DayOutOfOrder(first=first, last=last):
            return f"the day must lie between {first} and {last}"
        case _:
            return str(error)
