"""Whether a loan's schedule can be worked out: a cheap answer for the ordinary ones."""

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any

from finportal.lending.day_counts import DayCount

SMALLEST_PRINCIPAL = 100_000_00
_SHORTEST_MONTH = 28
_MARGIN = Decimal("0.99")
_NOT_ORDINARY = ("balloon", "grace_months", "opening_on")


def surely_amortises(values: Mapping[str, Any]) -> bool:
    """Whether the engine would certainly accept the schedule; if not, it must be asked.

    `values` by column of the loans file, each good by its own rule. A level instalment covers the
    first row's interest while f x a < 1: f the interest of a peso in the first period, a the
    annuity of the rows after it. With monthly rate i, f is at most i x days / 28.
    """
    if values["principal"] < SMALLEST_PRINCIPAL or any(map(values.get, _NOT_ORDINARY)):
        return False
    if values["day_count"] not in {None, DayCount.MONTH.value}:
        return False
    days = (values["first_due_on"] - values["disbursed_on"]).days
    percent = int(Decimal(values["rate_ea"]) * 100) + 1
    return bool(days <= _most_days(percent, values["term"]))


@lru_cache(maxsize=1 << 15)
def _most_days(percent: int, term: int) -> int:
    """The longest first period in days that certainly amortises at any rate up to this one."""
    with localcontext(Context(prec=12)):
        discount = (1 + Decimal(percent) / 100) ** (Decimal(1 - term) / 12)
        share = max(1 - discount, Decimal("0.001"))
        return int(_SHORTEST_MONTH * _MARGIN / share)
