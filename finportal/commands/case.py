"""`case`: e-mails that wait for a person: asked for before an account, or held after a change."""

import json
from dataclasses import asdict
from typing import Any

import click
from flask.cli import with_appcontext

from finportal.services import cases
from finportal.services.contacts import held
from finportal.services.contacts.new_emails import NewEmail
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.visits import Surroundings
from finportal.web.context import here

HELD = "H"
"""A held change is named H and its number; a case, its number alone."""
BY = click.option("--by", required=True, help="Who decides: the trail keeps the name.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def case() -> None:
    """Changes of e-mail that staff approve, confirm, reject or undo."""


@case.command("list")
@click.option("--all", "everything", is_flag=True, help="Also the cases that were decided.")
@AS_JSON
@with_appcontext
def list_cases(*, everything: bool, as_json: bool) -> None:
    """List the open cases, and the changes whose accounts are held."""
    with here().db.read() as session:
        rows = [_case(one) for one in cases.waiting(session, everything=everything)]
        rows += [_held(one) for one in held.waiting(session, here().clock())]
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))


@case.command()
@click.argument("reference")
@AS_JSON
@with_appcontext
def show(reference: str, *, as_json: bool) -> None:
    """Show the case REFERENCE, or the held change H and its number."""
    with here().db.read() as session:
        try:
            row = (
                _held(held.one(session, _number(reference), here().clock()))
                if _is_held(reference)
                else _case(cases.one(session, _number(reference)))
            )
        except Refused as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        for name, value in row.items():
            click.echo(f"{name}: {value}")


@case.command()
@click.argument("reference")
@BY
@with_appcontext
def approve(reference: str, by: str) -> None:
    """Approve a case (its new address gets a link), or confirm a held change (its hold ends)."""
    _decide(reference, by, cases.approve, held.confirm, "approved")


@case.command()
@click.argument("reference")
@BY
@with_appcontext
def reject(reference: str, by: str) -> None:
    """Reject a case (the address on file is told), or undo a held change."""
    _decide(reference, by, cases.reject, held.undo, "rejected")


def _decide(reference: str, by: str, of_case: Any, of_change: Any, done: str) -> None:
    portal = here()
    around = Surroundings(now=portal.clock(), network="command", browser="", locale="")
    act = of_change if _is_held(reference) else of_case
    try:
        act(portal.db, portal.vault, _number(reference), by, around)
    except AlreadyDone as error:
        raise click.ClickException(f"{reference} was decided already, or is over") from error
    except Refused as error:
        raise click.ClickException(str(error)) from error
    portal.jobs.wake()
    click.echo(f"{reference}: {done} by {by}")


def _is_held(reference: str) -> bool:
    return reference.upper().startswith(HELD)


def _number(reference: str) -> int:
    digits = reference.upper().removeprefix(HELD)
    if not digits.isdecimal():
        raise click.ClickException(f"{reference} is no case: write its number, or H and a number")
    return int(digits)


def _case(waiting: NewEmail, prefix: str = "") -> dict[str, object]:
    told = {name: _plain(value) for name, value in asdict(waiting).items()}
    return told | {"id": f"{prefix}{waiting.id}"}


def _held(waiting: NewEmail) -> dict[str, object]:
    return _case(waiting, HELD)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)


def _line(row: dict[str, object]) -> str:
    number = f"{row['id_type']} {row['id_number_masked']}"
    return (
        f"{row['id']}  {row['state']}  {row['opened_at']}  {number}  {row['name']}  "
        f"{row['email_on_file']} -> {row['new_email']}"
    )
