"""The cheap answer about a loan's schedule: never yes where the engine says no."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending import schedule
from finportal.services.contracts import contract, contract_text
from finportal.services.portfolio_arithmetic import SMALLEST_PRINCIPAL, surely_amortises


@given(
    principal=st.integers(SMALLEST_PRINCIPAL, 10**13) | st.just(SMALLEST_PRINCIPAL),
    rate=st.integers(1, 9999),
    term=st.integers(1, 360),
    days=st.integers(1, 100),
    disbursed=st.dates(date(2000, 1, 1), date(2027, 1, 1)),
)
def test_whatever_surely_amortises_has_a_schedule(
    principal: int, rate: int, term: int, days: int, disbursed: date
) -> None:
    values: dict[str, object] = {
        "principal": principal,
        "rate_ea": f"0.{rate:04d}",
        "term": term,
        "disbursed_on": disbursed,
        "first_due_on": disbursed + timedelta(days=days),
        "day_count": None,
    }
    if surely_amortises(values):
        schedule(contract(contract_text(values)).terms)


def test_an_ordinary_loan_needs_no_schedule_and_an_odd_one_does() -> None:
    values: dict[str, object] = {
        "principal": 45_000_000_00,
        "rate_ea": "0.2450",
        "term": 60,
        "disbursed_on": date(2026, 1, 10),
        "first_due_on": date(2026, 2, 10),
        "day_count": "month",
    }
    assert surely_amortises(values)
    for odd in (
        {"balloon": 1},
        {"grace_months": 1},
        {"opening_on": date(2026, 2, 1)},
        {"day_count": "act/360"},
        {"first_due_on": date(2026, 4, 10)},
        {"principal": 1},
    ):
        assert not surely_amortises(values | odd)
