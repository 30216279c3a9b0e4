"""`bank reconcile` and `bank bill`: what was told and posted compared, and what is due told."""

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from finportal.adapters.bank_files.billing import (
    BillingBatch,
    BillingFile,
    BillingRefused,
    billing_lines,
)
from finportal.commands.reconciled import NOT_THE_SAME, as_object, days, tell
from finportal.lending import pesos_text
from finportal.services.days import BOGOTA, bogota_day
from finportal.services.payments import bank_billing, bank_reconciling
from finportal.services.payments.bank_billing import Billed
from finportal.slip_settings import in_use
from finportal.web.context import Portal, here

NOT_WRITTEN = 2
"""Exit status of `bill` where there is no file."""
MONTH = click.DateTime(["%Y-%m"])


@click.command()
@days
@with_appcontext
def reconcile(first: datetime, last: datetime, *, as_json: bool) -> None:
    """Compare what banks' files say with what was posted; status 1 if it is not the same."""
    with here().db.read() as session:
        found = bank_reconciling.compare(session, first.date(), last.date())
    if as_json:
        click.echo(json.dumps([as_object(*one) for one in found.items()]))
    else:
        for channel, one in found.items():
            tell(channel, one)
    sys.exit(0 if all(one.clean for one in found.values()) else NOT_THE_SAME)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--month", type=MONTH, required=True, help="YYYY-MM.")
@click.option("--bank", required=True, help="The bank's three digits.")
@click.option("--account", default="", help="Where the money goes.")
@click.option("--account-type", default="", help="01 savings, 02 current.")
@click.option("--modifier", default="A", help="A for the first file of a day, then B.")
@with_appcontext
def bill(file: Path, month: datetime, **given: str) -> None:
    """Write the billing file of a month: FILE is there whole or not at all."""
    portal, billed = here(), Billed()
    partial = file.with_name(f"{file.name}.partial")
    try:
        with partial.open("xb") as out:
            out.writelines(billing_lines(_billing(portal, month.date(), billed, given)))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except (BillingRefused, OSError) as error:
        if not isinstance(error, FileExistsError):
            partial.unlink(missing_ok=True)
        click.echo(f"not written: {type(error).__name__}: {error}", err=True)
        sys.exit(NOT_WRITTEN)
    for refused in billed.refused:
        click.echo(refused, err=True)
    click.echo(
        f"bill: {billed.bills} bills, {pesos_text(billed.total)}, {len(billed.refused)} refused"
    )


def _billing(portal: Portal, month: date, billed: Billed, given: dict[str, str]) -> BillingFile:
    now, settings = portal.clock(), portal.settings
    slip = in_use(settings.slip, production=settings.production)
    found = bank_billing.bills(portal.db, month, bogota_day(now), billed)
    return BillingFile(
        nit="".join(filter(str.isdigit, settings.lender.nit)),
        written_at=now.astimezone(BOGOTA),
        batches=[BillingBatch(slip.gln, found, "CUOTAS")],
        **given,
    )
