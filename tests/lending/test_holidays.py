"""Colombian holidays: fixed, moved to Monday and counted from Easter."""

from datetime import date

import pytest

from finportal.lending.holidays import easter, holidays, next_business_day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_the_eighteen_holidays_of_2026() -> None:
    expected = (
        "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 "
        "06-29 07-20 08-07 08-17 10-12 11-02 11-16 12-08 12-25"
    )
    assert [f"{day:%m-%d}" for day in sorted(holidays(2026))] == expected.split()


def test_the_next_business_day_skips_weekends_and_holidays() -> None:
    assert next_business_day(date(2026, 4, 2)) == date(2026, 4, 6)
    assert next_business_day(date(2026, 11, 14)) == date(2026, 11, 17)
    assert next_business_day(date(2026, 11, 17)) == date(2026, 11, 17)
