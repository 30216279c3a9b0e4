"""The demo lender's certified rates: invented, but with the rises and falls of a real decade."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from finportal.lending import CertifiedRate, CertifiedRates, certified_rates, usury_cap
from finportal.lending.due_dates import due_date

FIRST_MONTH = date(2017, 1, 1)
COLUMNS = ("valid_from", "valid_to", "ibc_ea", "cap_ea")

_TURNS = {
    2017: 2230, 2018: 2060, 2019: 1930, 2020: 1870, 2021: 1735, 2022: 1780, 2023: 2950, 2024: 2320,
    2025: 1670, 2026: 1590, 2027: 1660,
}  # fmt: skip
"""The current bank rate of each January in hundredths of a percent; after the last it stays."""

_NOISE = 18


def lines(today: date, seed: int) -> list[dict[str, str]]:
    """The months from FIRST_MONTH to that of `today` as rows of the rate caps file."""
    return [
        {
            "valid_from": str(first),
            "valid_to": str(_next(first) - timedelta(days=1)),
            "ibc_ea": str(ibc),
            "cap_ea": str(usury_cap(ibc)),
        }
        for first in _months(today)
        for ibc in [_ibc(first, seed)]
    ]


def table(today: date, seed: int) -> CertifiedRates:
    """The same months as the arithmetic takes them."""
    return certified_rates(
        CertifiedRate(
            valid_from=date.fromisoformat(line["valid_from"]),
            valid_to=date.fromisoformat(line["valid_to"]),
            cap_ea=Decimal(line["cap_ea"]),
        )
        for line in lines(today, seed)
    )


def _months(today: date) -> Iterator[date]:
    first = FIRST_MONTH
    while first <= today:
        yield first
        first = _next(first)


def _next(first: date) -> date:
    return due_date(first, 1, 1)


def _ibc(month: date, seed: int) -> Decimal:
    last = max(_TURNS)
    here, ahead = _TURNS.get(month.year, _TURNS[last]), _TURNS.get(month.year + 1, _TURNS[last])
    noise = Random(f"{seed} {month}").randrange(-_NOISE, _NOISE + 1)  # noqa: S311
    level = here + (ahead - here) * (month.month - 1) // 12 + noise
    return Decimal(level).scaleb(-4)
