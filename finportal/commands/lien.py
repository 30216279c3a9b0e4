"""`lien`: how far the releases of liens have come, as the lender's team reports it."""

import json
from datetime import date

import click
from flask.cli import with_appcontext

from finportal.commands.loan_options import DAY
from finportal.models.documents import LIEN_STEPS
from finportal.services.days import bogota_day
from finportal.services.documents import lien as releases
from finportal.services.documents.lien import Release
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings
from finportal.web.context import here


@click.group()
def lien() -> None:
    """Releases of vehicles' liens."""


@lien.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def list_releases(*, as_json: bool) -> None:
    """List the credits with a letter in force, its code, and when each stage was reached."""
    for release in releases.under_way(here().db):
        click.echo(json.dumps(_object(release), ensure_ascii=False) if as_json else _line(release))


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


def _object(release: Release) -> dict[str, object]:
    days = {stage.name: stage.on and str(stage.on) for stage in release.stages}
    return {
        "loan_number": release.loan_number,
        "code": release.code,
        "stages": days,
        "notes": dict(release.notes),
    }


def _line(release: Release) -> str:
    reached = "  ".join(
        f"{stage.name} {stage.on or '-'}{_note(release, stage.name)}" for stage in release.stages
    )
    return f"{release.loan_number}  {release.code}  {reached}"


def _note(release: Release, step: str) -> str:
    note = release.notes.get(step)
    return f" ({note})" if note else ""


def _why(error: Refused) -> str:
    match error:
        case releases.UnknownCredit():
            return "there is no such credit"
        case releases.OutOfOrder(missing=releases.LETTER):
            return "no letter that holds was issued"
        case releases.OutOfOrder(missing=missing):
            return f"{missing} comes first"
        case releases.AlreadyMarked(on=on, code=code):
            return (
                f"was marked already, for {on}; if by mistake, documents void {code}: "
                "another letter begins anew"
            )
        case releases.DayOutOfOrder(first=first, last=last):
            return f"the day must lie between {first} and {last}"
        case _:
            return str(error)
