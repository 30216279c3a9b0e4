"""`customer`: found, sent the way in again, unlocked, disabled, signed out."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import with_appcontext

from finportal.commands.acting import REASON, acting, around, looking, refusals
from finportal.services import customer_desk, customer_search
from finportal.services.customer_desk import CREDENTIALS
from finportal.services.customer_search import Found, Standing
from finportal.services.days import BOGOTA
from finportal.services.identity import IdType
from finportal.services.operators import Operator, Whom
from finportal.web.context import here


@click.group()
def customer() -> None:
    """One customer: found, and helped with the way in."""


def _named(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the customer's number, and its kind where two share it."""
    kind = click.option(
        "--type", "id_type", type=click.Choice(list(IdType)), help="Where two share a number."
    )
    return click.argument("number")(kind(command))


@customer.command()
@click.argument("text")
@click.option("--full", is_flag=True, help="Show data in full; needs --reason.")
@click.option("--reason", type=REASON, help="Why; it is told in the trail.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def find(text: str, reason: str | None, *, full: bool, as_json: bool) -> None:
    """Find customers by number, e-mail, mobile, credit, plate, representative or name."""
    if full and not reason:
        raise click.UsageError("--full needs --reason")
    portal = here()
    with refusals(text):
        found = customer_search.find(
            portal.db, portal.vault, text, looking(reason or ""), around(), full=full
        )
    if not found:
        raise click.ClickException(f"{text}: nobody found")
    for one in found:
        click.echo(json.dumps(_object(one), ensure_ascii=False) if as_json else _lines(one))


@customer.command()
@_named
@acting
@with_appcontext
def resend(number: str, id_type: str | None, operator: Operator) -> None:
    """Send the way in again: another provisional password, or a link to choose a password."""
    portal = here()
    with refusals(number):
        sent = customer_desk.resend(
            portal.db, portal.vault, Whom(number, id_type), operator, around()
        )
    portal.jobs.wake()
    what = "another provisional password" if sent.letter == CREDENTIALS else "a link of recovery"
    click.echo(f"{number}: {what} leaves for {sent.to}")


@customer.command()
@_named
@acting
@with_appcontext
def unlock(number: str, id_type: str | None, operator: Operator) -> None:
    """Forget failures in a row and used-up limits."""
    portal = here()
    with refusals(number):
        was = customer_desk.unlock(
            portal.db, portal.vault, Whom(number, id_type), operator, around()
        )
    paused = ", the password was paused" if was.paused else ""
    click.echo(
        f"{number}: unlocked, {was.failures} failures{paused}, {was.limits} limits begun anew"
    )


@customer.command()
@_named
@acting
@with_appcontext
def disable(number: str, id_type: str | None, operator: Operator) -> None:
    """Disable the account: nobody signs in, sessions and known devices end."""
    with refusals(number):
        ended = customer_desk.disable(here().db, Whom(number, id_type), operator, around())
    click.echo(
        f"{number}: disabled, {ended.sessions} sessions ended, {ended.devices} devices forgotten"
    )


@customer.command()
@_named
@acting
@with_appcontext
def enable(number: str, id_type: str | None, operator: Operator) -> None:
    """Enable a disabled account again, as it was."""
    with refusals(number):
        back = customer_desk.enable(here().db, Whom(number, id_type), operator, around())
    hint = "" if back.usable else "; it has no password that holds: customer resend"
    click.echo(f"{number}: enabled{hint}")


@customer.command("end-sessions")
@_named
@acting
@with_appcontext
def end_sessions(number: str, id_type: str | None, operator: Operator) -> None:
    """End every open session."""
    with refusals(number):
        ended = customer_desk.end_sessions(here().db, Whom(number, id_type), operator, around())
    click.echo(f"{number}: {ended.sessions} sessions ended")


def _object(one: Found) -> dict[str, Any]:
    told = asdict(one)
    told["credits"] = [{"loan_number": number, "plate": plate} for number, plate in one.credits]
    if one.account:
        wait = one.account.wait
        told["account"] |= {
            "last_sign_in_at": _moment(one.account.last_sign_in_at),
            "credentials_until": _moment(one.account.credentials_until),
            "wait": None if wait is None else _minutes(wait),
        }
    return told


def _lines(one: Found) -> str:
    owed = ", ".join(f"{number} {plate}".strip() for number, plate in one.credits)
    return "\n".join(
        [
            f"{one.id_type} {one.id_number}  {one.kind}  {one.name}",
            f"  on file: {one.email}  {one.mobile}",
            f"  credits: {owed or 'none'}",
            f"  account: {_account(one.account) if one.account else 'none'}",
        ]
    )


def _account(account: Standing) -> str:
    said = [account.state, account.email]
    said.append(f"last sign-in {_moment(account.last_sign_in_at) or 'never'}")
    if account.credentials_until:
        said.append(f"credentials until {_moment(account.credentials_until)}")
    if account.paused:
        said.append("password paused")
    if account.wait is not None:
        said.append(f"limited for {_minutes(account.wait)} minutes")
    counted = (account.failures, "failures"), (account.devices, "devices")
    said += [f"{count} {what}" for count, what in (*counted, (account.sessions, "sessions"))]
    return ", ".join(said)


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(BOGOTA).isoformat(timespec="seconds") if at else None


def _minutes(wait: timedelta) -> int:
    return -(-wait // timedelta(minutes=1))
