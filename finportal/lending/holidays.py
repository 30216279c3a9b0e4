"""Colombian business days: the holidays of Ley 51/1983 and the weekends, by arithmetic alone."""

from calendar import SATURDAY
from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))
_MOVED_TO_MONDAY = ((1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))
_FROM_EASTER = (-3, -2, 43, 64, 71)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (Meeus, Jones and Butcher)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leaps = (8 * century + 13) // 25
    moon = (19 * golden + century - century // 4 - leaps + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """The eighteen public holidays of a year (Ley 51/1983 art. 1)."""
    sunday = easter(year)
    fixed = {date(year, month, day) for month, day in _FIXED}
    moved = {_next_monday(date(year, month, day)) for month, day in _MOVED_TO_MONDAY}
    return frozenset(fixed | moved | {sunday + timedelta(days=days) for days in _FROM_EASTER})


def next_business_day(day: date) -> date:
    """The day itself, or the first one after it that is no Saturday, Sunday or public holiday."""
    while day.weekday() >= SATURDAY or day in holidays(day.year):
        day += timedelta(days=1)
    return day


def _next_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
