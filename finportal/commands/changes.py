"""`changes`: what customers changed in their contact data, for the lender's system and staff."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from finportal.adapters.sheets import Cell, csv_bytes
from finportal.models import Customer
from finportal.models.contacts import OPERATOR
from finportal.services import audit, identity
from finportal.services.contacts import changing, exporting, undoing
from finportal.services.contacts.changing import Unchanged
from finportal.services.contacts.exporting import Line
from finportal.services.contacts.fields import FIELDS
from finportal.services.days import BOGOTA, bogota_day
from finportal.services.errors import AlreadyDone
from finportal.services.identity import IdType, NotIdentity
from finportal.services.portfolio.orders import COMMAND
from finportal.services.visits import Surroundings
from finportal.web.context import here

HEADER = tuple(column.name for column in fields(Line))
OPERATORS_LOCALE = "es_CO"
"""Of letters to a customer who has no account yet."""

ONE_DAY = timedelta(days=1)
_BY = click.option("--by", required=True, metavar="NAME", help="Who made sure of it.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def changes() -> None:
    """Contact data that customers changed."""


@changes.command()
@click.option("--since", type=_DAY, required=True, help="From this day of Bogotá on.")
@click.option("--until", type=_DAY, help="Up to this day, included (default: today).")
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of CSV.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(since: datetime, until: datetime | None, file: Path | None, *, as_json: bool) -> None:
    """Write every change made, confirmed or undone since a day to FILE, or to the screen."""
    portal = here()
    last = until.date() if until else bogota_day(portal.clock())
    with portal.db.reading() as link:
        lines = exporting.lines(link, _begin(since.date()), _begin(last + ONE_DAY))
    with portal.db.writing() as link:
        detail = f"{len(lines)} changes since {since.date()}"
        audit.record(link, "contacts_exported", _around(), detail=detail)
    rows = ([_cell(value) for value in astuple(line)] for line in lines)
    text = _json(lines) if as_json else csv_bytes(HEADER, rows)
    if file is None:
        sys.stdout.buffer.write(text)
        return
    try:
        file.touch(mode=0o600)
        file.write_bytes(text)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"changes: {len(lines)} written to {file}")


@changes.command()
@click.argument("change", type=int)
@_BY
@with_appcontext
def confirm(change: int, by: str) -> None:
    """Say that the customer did make CHANGE: the account is held no longer."""
    with here().db.writing() as link, _told(change):
        changing.confirm(link, change, by, _around())
    click.echo(f"change {change}: confirmed")


@changes.command()
@click.argument("change", type=int)
@_BY
@with_appcontext
def undo(change: int, by: str) -> None:
    """Undo CHANGE, and what was changed after it, as the mailed link does."""
    portal = here()
    with portal.db.writing() as link, _told(change):
        undoing.take_back(link, portal.vault, change, by, _around())
    portal.jobs.wake()
    click.echo(f"change {change}: undone")


@changes.command("set")
@click.argument("id_type", type=click.Choice([*IdType]))
@click.argument("id_number")
@click.argument("field", type=click.Choice(FIELDS))
@click.argument("value")
@_BY
@with_appcontext
def set_(id_type: str, id_number: str, field: str, value: str, by: str) -> None:
    """Set one of a customer's contact data, made sure of by telephone or with the document."""
    portal = here()
    try:
        number = identity.id_number(id_type, id_number)
        with portal.db.writing() as link:
            own = (Customer.id_type == id_type, Customer.id_number == number)
            customer_id = link.execute(select(Customer.id).where(*own)).scalar_one_or_none()
            if customer_id is None:
                raise click.ClickException("there is no such customer")
            done = changing.change(
                link, portal.vault, customer_id, field, value,
                source=OPERATOR, around=_around(), proven=False,
            )  # fmt: skip
            audit.record(link, "contact_set", _around(), customer_id=customer_id, detail=by)
    except NotIdentity as error:
        raise click.ClickException(str(error)) from error
    except Unchanged as error:
        raise click.ClickException("that is what is stored") from error
    portal.jobs.wake()
    click.echo(f"change {done.id}: {field} set")


@contextmanager
def _told(change: int) -> Iterator[None]:
    """Say in words why nothing was done."""
    try:
        yield
    except LookupError as error:
        raise click.ClickException(f"there is no change {change}") from error
    except AlreadyDone as error:
        raise click.ClickException(f"change {change} was confirmed or undone before") from error


def _around() -> Surroundings:
    portal = here()
    return Surroundings(
        now=portal.clock(), network=COMMAND, browser="", locale=OPERATORS_LOCALE,
        texts=portal.settings.texts,
    )  # fmt: skip


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BOGOTA)


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(BOGOTA).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    cell: Cell = value
    return cell


def _json(lines: Sequence[Line]) -> bytes:
    told = [dict(zip(HEADER, map(_plain, astuple(line)), strict=True)) for line in lines]
    return f"{json.dumps(told, ensure_ascii=False)}\n".encode()


def _plain(value: Any) -> Any:
    return _cell(value) if isinstance(value, datetime) else value
