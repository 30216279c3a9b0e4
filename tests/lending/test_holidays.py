"""Colombian business days: fixed holidays, those moved to Monday, those counted from Easter."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.holidays import (
    business_days_before,
    holidays,
    is_business_day,
    next_business_day,
)


def test_the_holidays_of_2025_and_the_one_more_of_2026() -> None:
    eighteen = (
        "01-01 01-06 03-24 04-17 04-18 05-01 06-02 06-23 06-30 06-30 07-20 08-07 08-18 10-13 "
        "11-03 11-17 12-08 12-25"
    )
    assert {f"{day:%m-%d}" for day in holidays(2025)} == set(eighteen.split())
    assert date(2026, 7, 13) in holidays(2026)
    assert date(2025, 7, 14) not in holidays(2025)


def test_the_next_business_day_skips_weekends_and_holidays() -> None:
    assert next_business_day(date(2026, 4, 2)) == date(2026, 4, 6)
    assert next_business_day(date(2026, 11, 14)) == date(2026, 11, 17)
    assert next_business_day(date(2026, 11, 17)) == date(2026, 11, 17)


def test_five_business_days_before_a_day_after_a_long_weekend() -> None:
    # 12 and 13, 10, 11 and 17 November are business days; the 16th is a holiday
    assert business_days_before(date(2026, 11, 18), 5) == date(2026, 11, 9)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 20))
def test_just_so_many_business_days_lie_between(day: date, count: int) -> None:
    start = business_days_before(day, count)
    between = [start + timedelta(days=n) for n in range(1, (day - start).days)]
    assert sum(map(is_business_day, between)) == count
    if count:
        assert is_business_day(between[0])
