"""Whether a loan's schedule can be worked out: a cheap answer for the ordinary ones."""

from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any

from finportal.lending.due_dates import due_date

SMALLEST_PRINCIPAL = 100_000_00
_MILLION = 1_000_000
_MARGIN = 990_000
_LONGEST_MONTH = 31
_LONGER, _MONTH, _LEAST = 3, 28, Decimal("0.9")
"""Under any day count a first period of d days earns at most i x (d + 3) / 28 a peso, and a month
at least 0.9 x i, where i is the monthly rate."""


def surely_amortises(values: Mapping[str, Any]) -> bool:
    """Whether the engine would certainly accept the schedule; if not, it must be asked.

    `values` by column of the loans file, each good by its own rule. For a credit from another
    system the same is asked of the rows that are left after its opening.
    """
    if values.get("grace_months"):
        return False
    term, first_due, on = values["term"], values["first_due_on"], values.get("opening_on")
    days = (first_due - values["disbursed_on"]).days
    if not _covers(values, values["principal"], term, days):
        return False
    if not on:
        return True
    gone, left = _rows_due(first_due, on), values["opening_principal"]
    return gone < term and _covers(values, left, term - gone, _LONGEST_MONTH if gone else days)


def _covers(values: Mapping[str, Any], principal: int, rows: int, days: int) -> bool:
    """Whether a level instalment surely covers the interest of the first of these rows.

    It does while principal x f x a < principal - balloon: f the interest of a peso in the first
    period, a the annuity of the rows after it.
    """
    if principal < SMALLEST_PRINCIPAL:
        return False
    percent = int(Decimal(values["rate_ea"]) * 100) + 1
    interest = (days + _LONGER) * _interest_a_day(percent, rows)
    return bool(interest * principal < _MARGIN * (principal - (values["balloon"] or 0)))


def _rows_due(first: date, on: date) -> int:
    months = (on.year - first.year) * 12 + on.month - first.month
    return max(0, months + (due_date(first, first.day, months) <= on))


@lru_cache(maxsize=1 << 15)
def _interest_a_day(percent: int, term: int) -> int:
    """The product f x a a day of the first period, in millionths, at any rate up to this one."""
    with localcontext(Context(prec=12)):
        monthly = (1 + Decimal(percent) / 100) ** (Decimal(1) / 12) - 1
        discount = (1 + monthly * _LEAST) ** (1 - term)
        return int((1 - discount) / _LEAST / _MONTH * _MILLION) + 1
