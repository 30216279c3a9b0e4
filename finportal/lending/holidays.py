"""Colombian business days: neither a weekend nor a public holiday (Ley 51/1983)."""

from calendar import SATURDAY
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year, as the library `holidays` knows them."""
    from holidays import country_holidays  # noqa: PLC0415 - 19 MB that an idle process saves

    return frozenset(country_holidays("CO", years=year))


def is_business_day(day: date) -> bool:
    """Whether offices are open."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def next_business_day(day: date) -> date:
    """The day itself, or the first business day after it."""
    while not is_business_day(day):
        day += _DAY
    return day


def business_days_before(day: date, count: int) -> date:
    """The last day from which `count` business days, the first one after it, end before `day`."""
    while count:
        day -= _DAY
        count -= is_business_day(day)
    return day - _DAY
