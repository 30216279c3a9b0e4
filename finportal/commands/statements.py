"""`statements`: the month's statements of the whole book."""

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from finportal.commands.collecting import collecting_rarely
from finportal.services.documents import month_end
from finportal.services.documents.drafts import Left
from finportal.services.documents.month_end import MonthAhead, Office, Outcome, Progress
from finportal.services.documents.periods import LAWFUL_LEAD
from finportal.web.context import here

SOME_LEFT, NOT_ISSUED = 1, 2
"""Exit statuses, beside 0 for a book that is complete."""
CREDITS_A_LINE = 10_000


class NotIssued(click.ClickException):
    """The month could not be issued; the message says what to do."""

    exit_code = NOT_ISSUED


class Month(click.ParamType[date]):
    """A month of the calendar as YYYY-MM."""

    name = "YYYY-MM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Its first day; a text that says something else ends the command with status 2."""
        try:
            found = date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r}: write a month of the calendar as YYYY-MM.", param, ctx)
        return found


@click.group()
def statements() -> None:
    """The month's statements."""


@statements.command()
@click.option("--month", type=Month(), required=True, help="The month of the due dates.")
@click.option("--ended", is_flag=True, help="Name credits with nothing to tell of the month too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the counts.")
@with_appcontext
def issue(month: date, *, ended: bool, as_json: bool) -> None:
    """Issue the month's statement of every credit that has none; may be run again at any time."""
    portal = here()
    office = Office(portal.db, portal.vault, portal.settings.lender, portal.clock)
    try:
        with _progress() as progress, collecting_rarely():
            outcome = month_end.issue(office, month, report=_report(ended=ended), progress=progress)
    except MonthAhead as error:
        raise NotIssued(f"no period of {error} can be over yet") from error
    except DBAPIError as error:
        reason = f"the database refused ({error.orig}): see flask --app wsgi check, then run again"
        raise NotIssued(reason) from error
    if outcome.notices:
        portal.jobs.wake()
    click.echo(json.dumps(_counts(outcome)) if as_json else _summary(month, outcome))
    _warn(outcome)
    sys.exit(SOME_LEFT if outcome.refused else 0)


def _report(*, ended: bool) -> Callable[[Left], None]:
    def report(left: Left) -> None:
        if left.refused or ended:
            click.echo(f"{left.loan_number}: {left.reason}", err=True)

    return report


def _counts(outcome: Outcome) -> dict[str, object]:
    counts = dataclasses.asdict(outcome)
    return {name: str(n) if isinstance(n, date) else n for name, n in counts.items()}


def _summary(month: date, outcome: Outcome) -> str:
    days = ""
    if outcome.not_yet:
        days = f" (from {outcome.first_from}"
        days += f" to {outcome.last_from})" if outcome.last_from != outcome.first_from else ")"
    return (
        f"statements of {month:%Y-%m}: {outcome.issued} issued ({outcome.notices} notices), "
        f"{outcome.already} already there, {outcome.not_yet} not cut off yet{days}, "
        f"{outcome.ended} with nothing to tell, {outcome.refused} refused"
    )


def _warn(outcome: Outcome) -> None:
    if outcome.late:
        click.echo(
            f"warning: {outcome.late} were issued fewer than {LAWFUL_LEAD} business days before "
            "their due date (Decreto 1074/2015 art. 2.2.2.35.6)",
            err=True,
        )


@contextmanager
def _progress() -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield _lines()
        return
    begun = time.monotonic()

    def rate(done: int | None) -> str:
        return f"{int((done or 0) / max(time.monotonic() - begun, 0.001))} a second"

    with click.progressbar(
        length=1, label="statements", file=sys.stderr, item_show_func=rate, show_pos=True
    ) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total or 1
            bar.update(done - bar.pos, done)

        yield show


def _lines() -> Progress:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done // CREDITS_A_LINE > told:
            told = done // CREDITS_A_LINE
            click.echo(f"{done} of {total} credits", err=True)

    return tell
