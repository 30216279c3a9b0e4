"""The cheap answer about a loan's schedule: never yes where the engine says no."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from finportal.lending import UNLIMITED, replay, schedule
from finportal.lending.day_counts import DayCount
from finportal.services.contracts import contract, contract_text
from finportal.services.portfolio.arithmetic import SMALLEST_PRINCIPAL, surely_amortises


@st.composite
def _loans(draw: st.DrawFn) -> dict[str, object]:
    principal = draw(st.integers(SMALLEST_PRINCIPAL, 10**13) | st.just(SMALLEST_PRINCIPAL))
    disbursed = draw(st.dates(date(2000, 1, 1), date(2027, 1, 1)))
    return {
        "principal": principal,
        "rate_ea": f"0.{draw(st.integers(1, 9999)):04d}",
        "term": draw(st.integers(1, 360)),
        "disbursed_on": disbursed,
        "first_due_on": disbursed + timedelta(days=draw(st.integers(1, 100))),
        "day_count": draw(st.none() | st.sampled_from([name.value for name in DayCount])),
        "balloon": principal * draw(st.just(0) | st.integers(0, 99)) // 100,
    }


@settings(max_examples=300, deadline=None)
@given(values=_loans())
def test_whatever_surely_amortises_has_a_schedule(values: dict[str, object]) -> None:
    if surely_amortises(values):
        schedule(contract(contract_text(values)).terms)


@st.composite
def _taken_over(draw: st.DrawFn) -> dict[str, object]:
    values: dict[str, Any] = draw(_loans())
    days = draw(st.integers(0, 100) | st.integers(0, 31 * values["term"] + 100))
    return values | {
        "opening_on": values["disbursed_on"] + timedelta(days=days),
        "opening_principal": draw(st.integers(0, values["principal"])),
        "opening_interest": draw(st.none() | st.integers(0, 10**9)),
    }


@settings(max_examples=300, deadline=None)
@given(values=_taken_over())
def test_whatever_surely_amortises_goes_on_from_its_opening(values: dict[str, object]) -> None:
    if surely_amortises(values):
        signed = contract(contract_text(values))
        assert signed.opening
        schedule(signed.terms)
        replay(signed.terms, [signed.opening], UNLIMITED, signed.begins)


def test_an_ordinary_loan_needs_no_schedule_and_an_odd_one_does() -> None:
    values: dict[str, object] = {
        "principal": 45_000_000_00,
        "rate_ea": "0.2450",
        "term": 60,
        "disbursed_on": date(2026, 1, 10),
        "first_due_on": date(2026, 2, 10),
        "balloon": None,
    }
    assert surely_amortises(values)
    opening = {"opening_on": date(2031, 1, 9), "opening_principal": 40_000_000_00}
    assert surely_amortises(values | opening)
    for odd in (
        {"balloon": 40_000_000_00},
        {"grace_months": 1},
        {"opening_on": date(2026, 2, 1), "opening_principal": 1},
        {"opening_on": date(2031, 1, 10), "opening_principal": 40_000_000_00},
        {"first_due_on": date(2026, 4, 10)},
        {"principal": 1},
    ):
        assert not surely_amortises(values | odd)
