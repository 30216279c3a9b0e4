"""`load customers` and `load loans`: a portfolio file into the database, told line by line."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from finportal.adapters.rejects import rejects_file
from finportal.adapters.table_problems import UnreadableTable
from finportal.adapters.tables import Progress
from finportal.services.days import bogota_day
from finportal.services.portfolio_files import CUSTOMERS, LOANS
from finportal.services.portfolio_orders import Kind, Order, Result
from finportal.web.context import Portal, here

SOME_LINES_LEFT, NOT_LOADED = 1, 2
"""Exit statuses, beside 0 for a file that is in whole."""


class NotLoaded(click.ClickException):
    """The file could not be loaded at all; the message says what to do."""

    exit_code = NOT_LOADED


@click.group()
def load() -> None:
    """Load a portfolio file (CSV or XLSX)."""


def _portfolio_command(function: Callable[..., None]) -> click.Command:
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option(
            "--rejects",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Where to write what is wrong (default: FILE.rejects.csv beside FILE).",
        ),
        click.option(
            "--accept-changes", is_flag=True, help="Let rows that differ replace what is stored."
        ),
        click.option(
            "--all-or-nothing", is_flag=True, help="Store nothing unless every row is good."
        ),
    )
    command: Callable[..., None] = with_appcontext(function)
    for option in options:
        command = option(command)
    return load.command()(command)


@_portfolio_command
def customers(file: Path, rejects: Path | None, **options: bool) -> None:
    """Load customers from FILE."""
    _load_and_exit(CUSTOMERS, file, rejects, **options)


@_portfolio_command
def loans(file: Path, rejects: Path | None, **options: bool) -> None:
    """Load loans from FILE; their customers must be there already."""
    _load_and_exit(LOANS, file, rejects, **options)


def _load_and_exit(kind: Kind, file: Path, rejects: Path | None, **options: bool) -> None:
    path = rejects or default_rejects(file)
    if path.resolve() == file.resolve():
        raise NotLoaded("--rejects names the file to load: choose another one")
    result = load_file(here(), kind, file, path, **options)
    if not result.complete:
        sys.exit(SOME_LINES_LEFT)


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
        all_or_nothing=all_or_nothing,
    )
    try:
        with rejects_file(rejects) as problems, _progress(kind.name) as progress:
            table = kind.open(file)
            result = kind.load(portal.db, table, order, report=problems.add, progress=progress)
    except UnreadableTable as error:
        raise NotLoaded("\n".join((f"{file} cannot be read:", *error.sentences))) from error
    except DBAPIError as error:
        reason = f"the database refused ({error.orig}): see flask --app wsgi check, then load again"
        raise NotLoaded(reason) from error
    except OSError as error:
        raise NotLoaded(f"{error.filename}: {error.strerror}") from error
    _tell(kind.name, result, problems.written, rejects, nothing_stored=all_or_nothing)
    return result


def _tell(name: str, result: Result, problems: int, rejects: Path, *, nothing_stored: bool) -> None:
    if problems:
        click.echo(f"{problems} problems are listed in {rejects}", err=True)
    if not result.complete and nothing_stored:
        click.echo("nothing was stored", err=True)
    elif not result.accepted:
        click.echo("changed rows were left as they are (--accept-changes stores them)", err=True)
    click.echo(
        f"{name}: {result.read} read, {result.added} added, {result.unchanged} unchanged, "
        f"{result.changed} changed, {result.rejected} rejected"
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
