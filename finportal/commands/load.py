"""`load`: a portfolio file into the database, told line by line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from finportal.adapters.rejects import rejects_file
from finportal.adapters.table_problems import UnreadableTable
from finportal.adapters.tables import Progress
from finportal.commands.collecting import collecting_rarely
from finportal.services.days import bogota_day
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Kind, Order, Result
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.portfolio.rate_cap_files import RATE_CAPS
from finportal.web.context import Portal, here

SOME_LINES_LEFT, NOT_LOADED = 1, 2
"""Exit statuses, beside 0 for a file that is in whole."""


class NotLoaded(click.ClickException):
    """The file could not be loaded at all; the message says what to do."""

    exit_code = NOT_LOADED


@click.group()
def load() -> None:
    """Load a portfolio file (CSV or XLSX)."""


def _load_command(kind: Kind, about: str) -> None:
    options = [
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.Option(
            ["--rejects"],
            type=click.Path(dir_okay=False, path_type=Path),
            help="Where to write what is wrong (default: FILE.rejects.csv beside FILE).",
        ),
        click.Option(
            ["--accept-changes"],
            is_flag=True,
            help="Let rows that differ replace what is stored.",
        ),
        click.Option(
            ["--accept-posted"],
            is_flag=True,
            help="Store payments that look like ones the portal posted itself.",
        ),
        click.Option(
            ["--all-or-nothing"], is_flag=True, help="Store nothing unless every row is good."
        ),
    ]
    left_out = "accept_posted" if kind.replaces else "accept_changes"
    options = [option for option in options if option.name != left_out]
    callback = with_appcontext(partial(_load_and_exit, kind))
    load.add_command(click.Command(kind.name, params=options, callback=callback, help=about))


def _load_and_exit(kind: Kind, file: Path, rejects: Path | None, **options: bool) -> None:
    path = rejects or default_rejects(file)
    if path.resolve() == file.resolve():
        raise NotLoaded("--rejects names the file to load: choose another one")
    result = load_file(here(), kind, file, path, **options)
    if not result.settled:
        sys.exit(SOME_LINES_LEFT)


_load_command(CUSTOMERS, "Load customers from FILE.")
_load_command(LOANS, "Load loans from FILE; their customers must be there already.")
_load_command(PAYMENTS, "Load payments and reversals from FILE; their loans must be there already.")
_load_command(RATE_CAPS, "Load the certified limits of interest from FILE.")


def default_rejects(file: Path) -> Path:
    """Where problems are written unless the operator says otherwise."""
    return file.with_name(f"{file.name}.rejects.csv")


def load_file(
    portal: Portal,
    kind: Kind,
    file: Path,
    rejects: Path,
    *,
    accept_changes: bool = False,
    accept_posted: bool = False,
    all_or_nothing: bool = False,
) -> Result:
    """Load a file, say on stdout what came of it and on stderr where the rejects are.

    Raises NotLoaded.
    """
    now = portal.clock()
    order = Order(
        now=now,
        today=bogota_day(now),
        accept_changes=accept_changes,
        accept_posted=accept_posted,
        all_or_nothing=all_or_nothing,
    )
    try:
        with (
            rejects_file(rejects) as problems,
            _progress(kind.name) as progress,
            collecting_rarely(),
        ):
            table = kind.open(file)
            result = kind.load(portal.db, table, order, report=problems.add, progress=progress)
    except UnreadableTable as error:
        raise NotLoaded("\n".join((f"{file} cannot be read:", *error.sentences))) from error
    except DBAPIError as error:
        reason = f"the database refused ({error.orig}): see flask --app wsgi check, then load again"
        raise NotLoaded(reason) from error
    except OSError as error:
        raise NotLoaded(f"{error.filename}: {error.strerror}") from error
    _tell(kind, result, problems.written, rejects, nothing_stored=all_or_nothing)
    return result


def _tell(
    kind: Kind, result: Result, problems: int, rejects: Path, *, nothing_stored: bool
) -> None:
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    if problems:
        click.echo(f"{problems} problems are listed in {rejects}", err=True)
    if not result.complete and nothing_stored:
        click.echo("nothing was stored", err=True)
    elif not result.accepted and kind.replaces:
        click.echo("changed rows were left as they are (--accept-changes stores them)", err=True)
    if result.conflicts:
        click.echo("customers' own changes were kept: see changes export", err=True)
    conflicts = f", {result.conflicts} conflicts" if result.conflicts else ""
    click.echo(
        f"{kind.name}: {result.read} read, {result.added} added, {result.unchanged} unchanged, "
        f"{result.changed} changed, {result.rejected} rejected{conflicts}"
    )


@contextmanager
def _progress(label: str) -> Iterator[Progress | None]:
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total or 1
            bar.update(done - bar.pos)

        yield show
