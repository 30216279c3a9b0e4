"""Due dates: the anchor is clamped, never lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.due_dates import AnchorMismatch, boundaries, check_anchor, due_date

from .builders import refused


def test_the_anchor_survives_a_short_month() -> None:
    dates = [due_date(date(2024, 1, 31), 31, months) for months in range(4)]
    assert dates == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]


def test_the_month_before_the_first_comes_first() -> None:
    days = [date.fromordinal(day) for day in boundaries(date(2026, 3, 31), 31, 1, 2)]
    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 120))
def test_each_due_date_is_in_the_next_month(first: date, months: int) -> None:
    day = due_date(first, first.day, months)
    assert (day.year - first.year) * 12 + day.month - first.month == months
    assert day.day <= first.day
    assert (day.replace(day=28).toordinal() + 4 > day.toordinal()) or day.day == first.day


def test_a_first_date_at_the_end_of_february_may_have_anchor_31() -> None:
    check_anchor(date(2026, 2, 28), 31)


@pytest.mark.parametrize(("day", "anchor"), [(15, 16), (15, 0), (28, 32)])
def test_a_first_date_off_its_anchor_is_refused(day: int, anchor: int) -> None:
    with refused(AnchorMismatch, match=str(anchor)):
        check_anchor(date(2026, 3, day), anchor)
