"""Day counts: which share of a month's rate a span of nights earns under each convention.

Every convention is a pair: the days elapsed and the days that make a month of the nominal rate.
"""

from calendar import isleap
from datetime import date
from enum import StrEnum


class DayCount(StrEnum):
    """The conventions found in Colombian notes. MONTH is the rule of consumer instalments."""

    MONTH = "month"
    THIRTY_360 = "30/360"
    THIRTY_E_360 = "30E/360"
    THIRTY_US_360 = "30US/360"
    ACT_365 = "act/365"
    ACT_360 = "act/360"
    ACT_ACT = "act/act"
    EFF_365 = "eff/365"


LINEAR_IN_DAYS = frozenset({DayCount.MONTH, DayCount.ACT_365, DayCount.ACT_360})
"""Conventions where every night of a period earns the same share of the month's rate."""

_THIRTIETH = 30
_ACT_ACT_YEAR = 365 * 366
_MONTH_BASE = {
    DayCount.THIRTY_360: 30,
    DayCount.THIRTY_E_360: 30,
    DayCount.THIRTY_US_360: 30,
    DayCount.ACT_365: 365,
    DayCount.ACT_360: 30,
    DayCount.ACT_ACT: _ACT_ACT_YEAR,
}


def month_base(convention: DayCount, month_days: int) -> int:
    """What `elapsed` is divided by; `month_days` are the actual days of the regular period."""
    return _MONTH_BASE.get(convention, month_days)


def night_weight(convention: DayCount) -> int:
    """What one night counts in `elapsed` under a convention of LINEAR_IN_DAYS."""
    return 12 if convention is DayCount.ACT_365 else 1


def elapsed(convention: DayCount, start: date, end: date) -> int:
    """The time from `start` to `end` in the convention's own units (see `month_base`)."""
    match convention:
        case DayCount.THIRTY_360:
            return days_30_360(start, end)
        case DayCount.THIRTY_E_360:
            return days_30e_360(start, end)
        case DayCount.THIRTY_US_360:
            return days_30us_360(start, end)
        case DayCount.ACT_ACT:
            return 12 * _act_act(start, end)
        case _:
            return (end - start).days * night_weight(convention)


def days_30_360(start: date, end: date) -> int:
    """Bond basis: a 31st becomes a 30th at the start, and at the end after a 30th (ISDA 4.16 f)."""
    first = min(start.day, _THIRTIETH)
    last = min(end.day, _THIRTIETH) if first == _THIRTIETH else end.day
    return _thirty(start, first, end, last)


def days_30e_360(start: date, end: date) -> int:
    """Eurobond basis: the 31st always becomes the 30th (ISDA 4.16 g)."""
    return _thirty(start, min(start.day, _THIRTIETH), end, min(end.day, _THIRTIETH))


def days_30us_360(start: date, end: date) -> int:
    """United States basis: as bond, and the last of February counts as a 30th."""
    if not _ends_february(start):
        return days_30_360(start, end)
    last = _THIRTIETH if _ends_february(end) else min(end.day, _THIRTIETH)
    return _thirty(start, _THIRTIETH, end, last)


def _thirty(start: date, first: int, end: date, last: int) -> int:
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first


def _ends_february(day: date) -> bool:
    return (day.month, day.day) == (2, 29 if isleap(day.year) else 28)


def _act_act(start: date, end: date) -> int:
    """Nights over 365 x 366, each year by its own length, split on 1 January (ISDA 4.16 b)."""
    total = 0
    while start.year < end.year:
        new_year = date(start.year + 1, 1, 1)
        total += _in_one_year(start, new_year)
        start = new_year
    return total + _in_one_year(start, end)


def _in_one_year(start: date, end: date) -> int:
    return (end - start).days * (365 if isleap(start.year) else 366)
