"""The certified limit on ordinary interest, day by day, and where the saving goes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from finportal.lending.caps import certified_rates
from finportal.lending.conventions import CapSaving, CapTest
from finportal.lending.day_counts import DayCount
from finportal.lending.events import Payment
from finportal.lending.money import Centavos
from finportal.lending.rate_steps import RateGap
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule

from .builders import example, month, on_time, pesos, published, refused
from .strategies import Case, cases

START = {"rate_ea": Decimal("0.25"), "disbursed_on": date(2025, 11, 15), "first_due_on": None}
AS_OF = date(2026, 1, 15)
HIGH = certified_rates([month("2025-10", "0.90")])
NEVER_LIMITED = certified_rates([month("2025-11", "0.30"), month("2025-12", "0.31")])


def charged(**changes: object) -> list[int]:
    state = replay(example(**(START | changes)), [], published(), AS_OF)
    return [row.interest for row in state.rows[:2]]


def test_a_limit_lowers_each_day_it_covers() -> None:
    agreed = schedule(example(**START)).rows
    assert agreed[1].interest == pesos(557_927)
    assert charged()[1] == pesos(551_660)


def test_the_instalment_falls_and_the_principal_stays() -> None:
    state = replay(example(**START), [], published(), AS_OF)
    agreed = schedule(example(**START)).rows
    assert [row.principal for row in state.rows] == [row.principal for row in agreed]
    assert state.rows[1].instalment < agreed[1].instalment


def test_the_saving_may_go_to_the_principal() -> None:
    terms = example(**START, cap_saving=CapSaving.PRINCIPAL)
    state, agreed = replay(terms, [], published(), AS_OF), schedule(terms).rows
    assert state.rows[1].instalment == agreed[1].instalment
    assert state.rows[1].principal > agreed[1].principal
    assert sum(row.principal for row in state.rows) == terms.principal
    assert state.rows[-1].balance == 0
    assert state.rows[-1].instalment < agreed[-1].instalment


def test_the_limit_may_be_tested_on_the_due_date() -> None:
    november, january = charged(cap_test=CapTest.DUE_DATE)
    agreed = schedule(example(**START)).rows
    ratio = Decimal("1.2436") ** (Decimal(1) / 12) - 1
    assert november == agreed[0].interest
    assert january == round(ratio * agreed[1].opening / 100) * 100


def test_the_limit_of_the_due_date_is_that_of_its_own_day() -> None:
    first_of_month = START | {"disbursed_on": date(2025, 12, 1)}
    terms = example(**first_of_month, cap_test=CapTest.DUE_DATE)
    row = replay(terms, [], published(), date(2026, 1, 1)).rows[0]
    ratio = Decimal("1.2436") ** (Decimal(1) / 12) - 1
    assert row.interest == round(ratio * row.opening / 100) * 100


def test_a_limit_above_the_contract_changes_nothing() -> None:
    terms = example(**START)
    state = replay(terms, [], NEVER_LIMITED, AS_OF)
    assert [row[:9] for row in state.rows] == list(schedule(terms).rows)


@pytest.mark.parametrize("count", list(DayCount))
def test_high_limits_leave_no_seam_under_any_convention(count: DayCount) -> None:
    terms = example(**START, day_count=count)
    state = replay(terms, [], NEVER_LIMITED, date(2025, 12, 20))
    assert [row[:9] for row in state.rows] == list(schedule(terms).rows)
    lowered = replay(terms, [], published(), date(2025, 12, 20))
    assert lowered.rows[1].interest < state.rows[1].interest


def test_growth_under_two_limits_multiplies() -> None:
    terms = example(**START, day_count=DayCount.EFF_365)
    row = replay(terms, [], published(), AS_OF).rows[1]
    growth = Decimal("1.25") ** (Decimal(16) / 365) * Decimal("1.2436") ** (Decimal(15) / 365)
    assert row.interest == round((growth - 1) * row.opening / 100) * 100


def test_a_late_certificate_turns_what_was_overcharged_into_credit() -> None:
    terms = example(**START)
    paid = on_time(schedule(terms).rows, 2)
    first = replay(terms, paid, NEVER_LIMITED, AS_OF)
    known = replay(terms, paid, published(), AS_OF)
    assert first.credit == 0
    assert known.credit == sum(
        before.interest - after.interest
        for before, after in zip(first.rows[:2], known.rows[:2], strict=True)
    )


def test_a_day_without_any_certificate_is_refused() -> None:
    with refused(RateGap, match="2025-09-16"):
        replay(example(disbursed_on=date(2025, 9, 15), first_due_on=None), [], published(), AS_OF)


def test_a_contract_below_the_limits_needs_them_all_the_same() -> None:
    hole = certified_rates([month("2025-10", "0.5"), month("2026-01", "0.5")])
    with refused(RateGap, match="2025-11-01"):
        replay(example(), [], hole, AS_OF)


@given(cases())
def test_limits_never_raise_what_is_charged(case: Case) -> None:
    held = replay(case.terms, case.events, case.rates, case.until)
    free = replay(case.terms, [], HIGHEST, case.until)
    alone = replay(case.terms, [], case.rates, case.until)
    assert sum(row.interest for row in alone.rows) <= sum(row.interest for row in free.rows)
    assert all(row.interest % 100 == 0 for row in held.rows)


HIGHEST = certified_rates(
    [month("2022-12", "0.99", date(2022, 1, 1)), month("2023-01", "0.99", date(2022, 1, 1))]
)


@given(cases())
def test_lowering_a_past_limit_never_raises_the_payoff(case: Case) -> None:
    payments = [event for event in case.events if isinstance(event, Payment)]
    lower = certified_rates(
        month(f"{date.fromordinal(first):%Y-%m}", str(cap * 4 / 5))
        for first, _, cap in case.rates.spans
    )
    before = replay(case.terms, payments, case.rates, case.until)
    after = replay(case.terms, payments, lower, case.until)
    slack = 100 * len(before.rows)
    assert after.payoff <= before.payoff + Centavos(slack)
