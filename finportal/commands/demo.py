"""`demo`: the demo lender's files, written once and loaded as an operator would."""

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from finportal.commands.load import default_rejects, load_file
from finportal.demo import history, lender
from finportal.services.days import bogota_day
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.portfolio.rate_cap_files import RATE_CAPS
from finportal.web.context import Portal, here

MODES = ("demo", "development")


@click.command()
@with_appcontext
def demo() -> None:
    """Load the demo lender: invented people, companies, credits and payments."""
    portal = here()
    if portal.settings.mode not in MODES:
        raise click.ClickException(
            f"the demo lender is for FINPORTAL_MODE {' or '.join(MODES)}, "
            f"this is {portal.settings.mode}"
        )
    folder = portal.settings.instance / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    today = _first_day(portal, folder / "today.txt")
    customers, loans = lender.write(folder, today)
    rate_caps, payments = history.write(folder, loans, today)
    for kind, file in (
        (CUSTOMERS, customers),
        (LOANS, loans),
        (RATE_CAPS, rate_caps),
        (PAYMENTS, payments),
    ):
        load_file(portal, kind, file, default_rejects(file))


def _first_day(portal: Portal, note: Path) -> date:
    # the demo's credits keep the dates of its first day, so that loading them again changes nothing
    if note.exists():
        return date.fromisoformat(note.read_text(encoding="ascii").strip())
    today = bogota_day(portal.clock())
    note.write_text(f"{today}\n", encoding="ascii")
    return today
