"""`db`: bring the database to the version this code needs."""

import click
from flask.cli import with_appcontext

from finportal.adapters import schema
from finportal.web.context import here


@click.group()
def db() -> None:
    """The database's version."""


@db.command()
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Create or upgrade the tables."""
    schema.upgrade(here().db, revision)
    click.echo(f"database: at {schema.current(here().db)}")


@db.command()
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Go back to an earlier version; "base" removes every table."""
    schema.downgrade(here().db, revision)
    click.echo(f"database: at {schema.current(here().db) or 'base'}")
