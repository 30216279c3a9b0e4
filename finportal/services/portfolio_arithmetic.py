"""Whether a loan's schedule can be worked out: a cheap answer for the ordinary ones."""

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any

SMALLEST_PRINCIPAL = 100_000_00
_NOT_ORDINARY = ("grace_months", "opening_on")
_MILLION = 1_000_000
_MARGIN = 990_000
_LONGER, _MONTH, _LEAST = 3, 28, Decimal("0.9")
"""Under any day count a first period of d days earns at most i x (d + 3) / 28 a peso, and a month
at least 0.9 x i, where i is the monthly rate."""


def surely_amortises(values: Mapping[str, Any]) -> bool:
    """Whether the engine would certainly accept the schedule; if not, it must be asked.

    `values` by column of the loans file, each good by its own rule. A level instalment covers the
    first row's interest while principal x f x a < principal - balloon: f the interest of a peso in
    the first period, a the annuity of the rows after it.
    """
    principal = values["principal"]
    if principal < SMALLEST_PRINCIPAL or any(map(values.get, _NOT_ORDINARY)):
        return False
    days = (values["first_due_on"] - values["disbursed_on"]).days + _LONGER
    percent = int(Decimal(values["rate_ea"]) * 100) + 1
    interest = days * _interest_a_day(percent, values["term"])
    return bool(interest * principal < _MARGIN * (principal - (values["balloon"] or 0)))


@lru_cache(maxsize=1 << 15)
def _interest_a_day(percent: int, term: int) -> int:
    """The product f x a a day of the first period, in millionths, at any rate up to this one."""
    with localcontext(Context(prec=12)):
        monthly = (1 + Decimal(percent) / 100) ** (Decimal(1) / 12) - 1
        discount = (1 + monthly * _LEAST) ** (1 - term)
        return int((1 - discount) / _LEAST / _MONTH * _MILLION) + 1
