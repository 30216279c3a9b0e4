"""Rates: effective, nominal and periodic equivalents at full precision, never rounded.

A rate is a Decimal fraction of one (0.22 is 22 %). An effective annual rate (E.A.) is exponential:
its monthly or daily equivalent is found by a root, never by division (Superintendencia Financiera,
concept 2009046566-001). Results carry sixty digits, so a way there and back returns the same rate.
"""

import re
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from functools import lru_cache

from finportal.lending.errors import LendingError

SCALE = 10**40
"""Rates enter the money arithmetic as integers over this denominator."""

MONTHS = 12
DAYS = 365
_DIGITS = 60
_HIGHEST = 10
_RATE = re.compile(r"\d{1,2}(\.\d{1,30})?")


class NotARate(LendingError):
    """Write the rate as a fraction of one, for example 0.2450 for 24.5 %, not {rate!r}."""


def parse_rate(text: str) -> Decimal:
    """The rate from its text as a fraction of one ("0.2450"), every digit kept.

    Raises NotARate for percentages, exponents, signs, or 1000 % and above.
    """
    clean = text.strip()
    if not (clean.isascii() and _RATE.fullmatch(clean)):
        raise NotARate(rate=text)
    return check_rate(Decimal(clean))


def check_rate(rate: Decimal) -> Decimal:
    """The same rate; raises NotARate unless it is a finite Decimal from 0 to below 10 (1000 %)."""
    if type(rate) is not Decimal or not rate.is_finite() or not 0 <= rate < _HIGHEST:
        raise NotARate(rate=rate)
    return rate


def periodic_rate(effective: Decimal, periods: int = MONTHS) -> Decimal:
    """The rate of one of `periods` equal periods a year: (1 + EA)^(1/periods) - 1."""
    with localcontext(Context(prec=_DIGITS)):
        return (1 + effective) ** (Decimal(1) / periods) - 1


def effective_rate(periodic: Decimal, periods: int = MONTHS) -> Decimal:
    """The effective annual rate of a periodic rate: (1 + i)^periods - 1."""
    with localcontext(Context(prec=_DIGITS)):
        return (1 + periodic) ** periods - 1


def nominal_rate(effective: Decimal, periods: int = MONTHS) -> Decimal:
    """The nominal annual rate in arrears (N.M.V. for twelve periods): periods x periodic rate."""
    with localcontext(Context(prec=_DIGITS)):
        return periods * periodic_rate(effective, periods)


def effective_from_nominal(nominal: Decimal, periods: int = MONTHS) -> Decimal:
    """The effective annual rate of a nominal one in arrears: (1 + N/periods)^periods - 1."""
    with localcontext(Context(prec=_DIGITS)):
        return effective_rate(nominal / periods, periods)


def arrears_from_advance(advance: Decimal) -> Decimal:
    """The periodic rate in arrears of one charged in advance: d / (1 - d)."""
    with localcontext(Context(prec=_DIGITS)):
        return advance / (1 - advance)


def advance_from_arrears(arrears: Decimal) -> Decimal:
    """The periodic rate in advance of one charged in arrears: i / (1 + i)."""
    with localcontext(Context(prec=_DIGITS)):
        return arrears / (1 + arrears)


def plain(rate: Decimal) -> Decimal:
    """The same rate without last zeros: 0.2450 and 0.245 share caches, whichever came first."""
    return rate.normalize(Context(prec=_DIGITS))


@lru_cache(maxsize=4096)
def scaled(rate: Decimal) -> int:
    """The rate over SCALE. Taken upwards in the fortieth digit, so that an exact half stays one."""
    with localcontext(Context(prec=_DIGITS, rounding=ROUND_CEILING)):
        return int((rate * SCALE).to_integral_value())


@lru_cache(maxsize=4096)
def scaled_monthly(effective: Decimal) -> int:
    """The monthly equivalent of an effective annual rate, over SCALE."""
    return scaled(periodic_rate(effective, MONTHS))


@lru_cache(maxsize=4096)
def scaled_daily(effective: Decimal) -> int:
    """The daily equivalent of an effective annual rate (365 days in every year), over SCALE."""
    return scaled(periodic_rate(effective, DAYS))


@lru_cache(maxsize=4096)
def scaled_growth(effective: Decimal, days: int) -> int:
    """One peso's growth in `days` at an effective annual rate, over SCALE: (1 + EA)^(days/365)."""
    with localcontext(Context(prec=_DIGITS)):
        return scaled((1 + effective) ** (Decimal(days) / DAYS))
