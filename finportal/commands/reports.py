"""`reports`: registrations that did not match, and images that were not recognised."""

import json
from dataclasses import asdict
from datetime import datetime

import click
from flask.cli import with_appcontext

from finportal.commands.acting import REASON, around, looking, refusals
from finportal.services import reports as kept
from finportal.services.days import BOGOTA
from finportal.services.reports import Report
from finportal.web.context import here

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def reports() -> None:
    """What customers could not do or reported."""


@reports.command()
@click.option("--open", "waiting", is_flag=True, help="Only those nobody has handled.")
@click.option("--handled", "mismatch_id", type=int, metavar="ID", help="Mark one as handled.")
@click.option("--reason", type=REASON, help="What was done, with --handled.")
@AS_JSON
@with_appcontext
def mismatches(
    mismatch_id: int | None, reason: str | None, *, waiting: bool, as_json: bool
) -> None:
    """List the registrations that did not match, the newest 100, or mark one as handled."""
    if mismatch_id is None:
        with refusals("reports"):
            found = kept.mismatches(here().db, looking(), around(), waiting=waiting)
        _show(found, as_json=as_json)
        return
    if not reason:
        raise click.UsageError("--handled needs --reason")
    with refusals("reports"):
        kept.handled(here().db, mismatch_id, looking(reason), around())
    click.echo(f"mismatch {mismatch_id}: handled")


@reports.command()
@AS_JSON
@with_appcontext
def images(*, as_json: bool) -> None:
    """List who did not recognise the image ("No es mi imagen"), the newest 100."""
    with refusals("reports"):
        found = kept.images(here().db, looking(), around())
    _show(found, as_json=as_json)


def _show(found: list[Report], *, as_json: bool) -> None:
    for one in found:
        click.echo(json.dumps(_object(one), ensure_ascii=False) if as_json else _line(one))
    if not found and not as_json:
        click.echo("none")


def _object(one: Report) -> dict[str, object]:
    return asdict(one) | {"at": _moment(one.at), "handled_at": _moment(one.handled_at)}


def _line(one: Report) -> str:
    handled = f"  handled {_moment(one.handled_at)}" if one.handled_at else ""
    return f"{one.id}  {_moment(one.at)}  {one.who}  {one.network}{handled}"


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(BOGOTA).isoformat(timespec="seconds") if at else None
