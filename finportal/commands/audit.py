"""`audit`: the trail sealed, its head, and whether every row is still what was sealed."""

import sys

import click
from flask.cli import with_appcontext

from finportal.commands.acting import refusals
from finportal.services import audit_seals
from finportal.services.audit_seals import Seal
from finportal.web.context import here


@click.group()
def audit() -> None:
    """The trail of what matters."""


@audit.command()
@with_appcontext
def seal() -> None:
    """Seal the rows that wait; the worker does it every minute."""
    with refusals("audit"):
        rows, last = _sealed()
    click.echo(f"audit: {rows} rows sealed, {last.place} in all")


@audit.command()
@with_appcontext
def head() -> None:
    """Print the chain's head, to be kept elsewhere: it stands for every row so far."""
    with refusals("audit"):
        _, last = _sealed()
    if not last.place:
        raise click.ClickException("the trail has no row yet")
    click.echo(last.digest)


@audit.command()
@click.option("--head", "kept", metavar="DIGEST", help="A head kept before must be met.")
@click.option("--since", metavar="DIGEST", help="Begin after this head.")
@with_appcontext
def verify(kept: str | None, since: str | None) -> None:
    """Compare every row with its seal; the first that differs is told, with status 1."""
    portal = here()
    with refusals("audit"):
        found = audit_seals.verify(portal.db, portal.vault, portal.clock(), kept=kept, since=since)
    if found.fault:
        click.echo(f"audit: {found.fault}; {found.rows} rows hold")
        sys.exit(1)
    click.echo(f"audit: OK, {found.rows} rows, head {found.head.digest or 'none'}")


def _sealed() -> tuple[int, Seal]:
    portal = here()
    rows = audit_seals.seal(portal.db, portal.vault, portal.clock())
    with portal.db.reading() as link:
        return rows, audit_seals.head(link)
