"""How a comparison of two lists is told: to an operator, and as JSON."""

from datetime import date
from typing import Any

import click

from finportal.lending import pesos_text
from finportal.services.payments.bank_reconciling import Channel
from finportal.services.reconciliation import Entry, Reconciliation

LISTS = ("missing_here", "missing_there", "doubled_here", "doubled_there")
DAY = click.DateTime(["%Y-%m-%d"])
NOT_THE_SAME = 1
"""Exit status where the lists differ."""


def days(command: Any) -> Any:
    """Options of a command that compares: the days, and how to tell."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--to", "last", type=DAY, required=True, help="The last day of payment."),
        click.option("--from", "first", type=DAY, required=True, help="The first day of payment."),
    ):
        command = option(command)
    return command


def tell(channel: Channel, one: Reconciliation) -> None:
    """A line of counts, and one for each entry that is not the same on both lists."""
    counts = {name: len(getattr(one, name)) for name in ("matched", "different", *LISTS)}
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.echo(f"{':'.join(channel)}: {told}")
    for here, there in one.different:
        click.echo(f"  different  here {_line(here)}  there {_line(there)}")
    for name in LISTS:
        for entry in getattr(one, name):
            click.echo(f"  {name}  {_line(entry)}")


def as_object(channel: Channel, one: Reconciliation) -> dict[str, object]:
    """The same as JSON takes it: docs/json.md."""
    return {
        "source": channel[0],
        "channel": channel[1],
        "clean": one.clean,
        "matched": len(one.matched),
        "different": [{"here": _entry(a), "there": _entry(b)} for a, b in one.different],
        **{name: [_entry(entry) for entry in getattr(one, name)] for name in LISTS},
    }


def _line(entry: Entry) -> str:
    return f"{entry.on}  {pesos_text(entry.amount)}  reference {entry.reference}  {entry.id}"


def _entry(entry: Entry) -> dict[str, object]:
    day: date = entry.on
    return {
        "reference": entry.reference,
        "centavos": entry.amount,
        "day": day.isoformat(),
        "key": entry.id,
    }
