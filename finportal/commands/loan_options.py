"""What the options of `loan` may hold: each read from its text, or refused with one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from finportal.lending import Centavos, LendingError, parse_pesos
from finportal.lending.conventions import OrderIncomplete, Part
from finportal.lending.money import AmountNegative, AmountNotPositive
from finportal.lending.rates import parse_rate
from finportal.services.portfolio.cells import EARLIEST_YEAR

LATEST_YEAR = 2199


class NotADay(ValueError):
    """The text names no day of the calendar."""


class Text(click.ParamType[Any]):
    """An option's text, read by a function that raises ValueError."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self.parse = parse

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """The value; a text that says something else ends the command with status 2."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except ValueError as error:
            self.fail(f"{value!r}: {named(error)}", param, ctx)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.isoformat() != text or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        years = f"from {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise NotADay(f"Write a day of the calendar {years} as YYYY-MM-DD.")
    return found


def _pesos(text: str) -> Centavos:
    amount = parse_pesos(text)
    if amount < 0:
        raise AmountNegative("The amount must be zero or more.")
    return amount


def _pesos_above_zero(text: str) -> Centavos:
    amount = parse_pesos(text)
    if amount <= 0:
        raise AmountNotPositive("The amount must be above zero.")
    return amount


def _order(text: str) -> tuple[Part, ...]:
    parts = tuple(part.strip().lower() for part in text.split(">"))
    if sorted(parts) != sorted(Part):
        raise OrderIncomplete(order=text)
    return tuple(map(Part, parts))


DAY = Text("YYYY-MM-DD", _day)
PESOS = Text("pesos", _pesos)
PESOS_ABOVE_ZERO = Text("pesos", _pesos_above_zero)
RATE = Text("fraction", parse_rate)
ORDER = Text("part>part>...", _order)


def named(error: Exception) -> str:
    """An error's name and its sentence on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


@contextmanager
def told(subject: str, options: dict[type[LendingError], str] | None = None) -> Iterator[None]:
    """Turn a refusal into one line about the credit or the option, and exit status 1."""
    try:
        yield
    except LendingError as error:
        about = (options or {}).get(type(error), subject)
        raise click.ClickException(f"{about}: {named(error)}") from error
    except DBAPIError as error:
        reason = f"the database refused ({error.orig}): see flask --app wsgi check"
        raise click.ClickException(reason) from error
