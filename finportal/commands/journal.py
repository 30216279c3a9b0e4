"""`journal`: whether the books of the payments hold, and the differences of the day."""

import sys

import click
from flask.cli import with_appcontext

from finportal.services.payments import journal_check, journal_close
from finportal.web.context import here


@click.group()
def journal() -> None:
    """The double entry of what was paid."""


@journal.command()
@with_appcontext
def check() -> None:
    """Compare entries, postings, cash and the engine; status 1 if anything does not hold."""
    books = journal_check.check(here().db)
    for fault in books.faults:
        click.echo(fault)
    click.echo(
        f"journal: {books.entries} entries, {books.postings} postings, {books.credits} credits, "
        f"{books.behind} behind, {len(books.faults)} faults"
    )
    sys.exit(1 if books.faults else 0)


@journal.command()
@with_appcontext
def close() -> None:
    """Book what changed in credits without a posting: run it each night, before `check`."""
    booked = journal_close.close(here().db, here().clock())
    click.echo(f"journal: {booked} differences booked")
