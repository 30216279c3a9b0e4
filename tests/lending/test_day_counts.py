"""Day counts: the conventions on dates where they differ."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.day_counts import (
    DayCount,
    days_30_360,
    days_30e_360,
    days_30us_360,
    elapsed,
    month_base,
)

dates = st.dates(date(2000, 1, 1), date(2060, 12, 31))

ENDS_OF_MONTHS = [
    ("2006-08-31", "2007-02-28", 178, 178, 178),
    ("2007-02-28", "2007-08-31", 183, 182, 180),
    ("2007-08-31", "2008-02-29", 179, 179, 179),
    ("2008-02-29", "2008-08-31", 182, 181, 180),
    ("2008-02-29", "2009-02-28", 359, 359, 360),
    ("2024-01-15", "2024-01-31", 16, 15, 16),
    ("2024-01-30", "2024-03-31", 60, 60, 60),
    ("2024-02-28", "2024-02-29", 1, 1, 1),
    ("2025-10-03", "2025-11-15", 42, 42, 42),
]


@pytest.mark.parametrize(("start", "end", "bond", "euro", "us"), ENDS_OF_MONTHS)
def test_the_three_ways_to_count_thirty(
    start: str, end: str, bond: int, euro: int, us: int
) -> None:
    span = date.fromisoformat(start), date.fromisoformat(end)
    assert (days_30_360(*span), days_30e_360(*span), days_30us_360(*span)) == (bond, euro, us)


@given(dates, st.integers(1, 40))
def test_a_whole_year_of_thirties_has_360_days(start: date, years: int) -> None:
    if start.day <= 28:
        end = start.replace(year=start.year + years)
        assert days_30_360(start, end) == days_30e_360(start, end) == 360 * years


def share_of_year(count: DayCount, start: date, end: date) -> Fraction:
    return Fraction(elapsed(count, start, end), 12 * month_base(count, 30))


def test_actual_days_over_365_and_360() -> None:
    span = date(2024, 1, 1), date(2025, 1, 1)
    assert share_of_year(DayCount.ACT_365, *span) == Fraction(366, 365)
    assert share_of_year(DayCount.ACT_360, *span) == Fraction(366, 360)


def test_actual_actual_splits_on_the_first_of_january() -> None:
    share = share_of_year(DayCount.ACT_ACT, date(2023, 12, 12), date(2024, 1, 12))
    assert share == Fraction(20, 365) + Fraction(11, 366)
    assert share_of_year(DayCount.ACT_ACT, date(2024, 1, 1), date(2025, 1, 1)) == 1


@given(dates, dates, dates)
def test_actual_counts_add_up(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    for count in (DayCount.MONTH, DayCount.ACT_365, DayCount.ACT_360, DayCount.ACT_ACT):
        parts = elapsed(count, first, middle) + elapsed(count, middle, last)
        assert parts == elapsed(count, first, last)


def test_a_month_is_as_long_as_its_period() -> None:
    assert month_base(DayCount.MONTH, 28) == 28
    assert month_base(DayCount.THIRTY_360, 28) == 30


def test_after_the_last_of_february_other_days_keep_their_number() -> None:
    assert days_30us_360(date(2026, 2, 28), date(2026, 3, 15)) == 15
    assert days_30us_360(date(2026, 2, 28), date(2026, 3, 31)) == 30
    assert days_30us_360(date(2024, 2, 29), date(2025, 2, 28)) == 360
