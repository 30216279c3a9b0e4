"""`preferences`: what customers chose about being contacted, for the lender's call centre."""

import csv
import json
import sys
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from finportal.services.days import BOGOTA
from finportal.services.preference_export import Standing, export
from finportal.services.preferences import CHANNELS, Hours
from finportal.web.context import here

DAY = click.DateTime(["%Y-%m-%d"])
HOURS = ("weekdays_from", "weekdays_until", "saturdays_from", "saturdays_until")
COLUMNS = ("id_type", "id_number", "purpose", *CHANNELS, *HOURS, "changed_at")


@click.group()
def preferences() -> None:
    """What customers chose about being contacted."""


@preferences.command(name="export")
@click.option("--since", type=DAY, help="YYYY-MM-DD: only what changed on that day or later.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@with_appcontext
def export_command(since: datetime | None, *, as_json: bool) -> None:
    """Print what holds for each customer and purpose, as CSV."""
    begins = since.replace(tzinfo=BOGOTA) if since else None
    with here().db.reading() as link:
        rows = [_row(one) for one in export(link, begins)]
    if as_json:
        click.echo(json.dumps(rows))
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _row(one: Standing) -> dict[str, Any]:
    hours = dict(zip(HOURS, (*_clock(one.weekdays), *_clock(one.saturdays)), strict=True))
    return {
        "id_type": one.id_type,
        "id_number": one.id_number,
        "purpose": one.purpose,
        **{channel: channel in one.channels for channel in CHANNELS},
        **hours,
        "changed_at": one.changed_at.astimezone(BOGOTA).isoformat(timespec="seconds"),
    }


def _clock(hours: Hours | None) -> tuple[str | None, str | None]:
    return (f"{hours[0]:02d}:00", f"{hours[1]:02d}:00") if hours else (None, None)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
