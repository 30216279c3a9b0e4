"""The schedule: figures known beforehand, and what holds for any terms."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.conventions import FirstPeriod
from finportal.lending.day_counts import DayCount
from finportal.lending.money import Centavos
from finportal.lending.rates import periodic_rate
from finportal.lending.schedule import NegativeAmortisation, Row, schedule
from finportal.lending.terms import Terms

from .builders import example, pesos, refused
from .strategies import terms, workable

BROKEN = {"disbursed_on": date(2025, 10, 3)}


def row(*figures: int | str) -> Row:
    number, due, *amounts = figures
    return Row(int(number), date.fromisoformat(str(due)), *(pesos(int(a)) for a in amounts))


def test_the_worked_example() -> None:
    rows = schedule(example()).rows
    assert [*rows[:4], rows[-1]] == [
        row(1, "2025-11-15", 30_000_000, 501_269, 294_395, 795_664, 18_000, 813_664, 29_705_605),
        row(2, "2025-12-15", 29_705_605, 496_350, 299_314, 795_664, 17_823, 813_487, 29_406_291),
        row(3, "2026-01-15", 29_406_291, 491_349, 304_315, 795_664, 17_644, 813_308, 29_101_976),
        row(4, "2026-02-15", 29_101_976, 486_264, 309_400, 795_664, 17_461, 813_125, 28_792_576),
        row(60, "2030-10-15", 782_594, 13_076, 782_594, 795_670, 470, 796_140, 0),
    ]


def test_the_totals_of_the_worked_example() -> None:
    plan = schedule(example())
    assert plan.interest == pesos(17_739_846)
    assert plan.total - plan.insurance == pesos(47_739_846)
    assert plan.total == pesos(48_376_864)


@pytest.mark.parametrize(
    ("choice", "interest"),
    [
        (FirstPeriod.AS_DAY_COUNT, 695_308),
        (FirstPeriod.THIRTY_360, 701_776),
        (FirstPeriod.EFF_365, 711_084),
    ],
)
def test_the_readings_of_a_first_period_of_43_days(choice: FirstPeriod, interest: int) -> None:
    rows = schedule(example(**BROKEN, first_period=choice)).rows
    assert rows[0].interest == pesos(interest)
    assert len({row.instalment for row in rows[:-1]}) == 1


def test_a_broken_first_period_is_level_with_the_real_factors() -> None:
    assert schedule(example(**BROKEN)).instalment == pesos(800_726)


def test_the_broken_days_may_be_a_row_of_their_own() -> None:
    rows = schedule(example(**BROKEN, first_period=FirstPeriod.SEPARATE_ROW)).rows
    assert len(rows) == 61
    assert (rows[0].due_date, rows[0].principal) == (date(2025, 10, 15), 0)
    assert rows[0].interest == pesos(200_508)
    assert rows[1:][0].instalment == schedule(example()).instalment


def test_a_first_period_without_broken_days_gets_no_row_of_its_own() -> None:
    separate = schedule(example(first_period=FirstPeriod.SEPARATE_ROW))
    assert separate.rows == schedule(example()).rows


def test_a_balloon_is_due_with_the_last_row() -> None:
    plan = schedule(example(balloon=pesos(9_000_000)))
    assert plan.instalment == pesos(707_345)
    assert plan.rows[-1].instalment == pesos(9_707_393)


def test_grace_on_principal() -> None:
    rows = schedule(example(grace_principal=3)).rows
    assert {row.instalment for row in rows[:3]} == {pesos(501_269)}
    assert rows[3].instalment == pesos(820_216)


def test_deferred_interest_is_due_once_and_bears_none() -> None:
    rows = schedule(example(grace_principal=3, grace_interest=2)).rows
    assert [row.interest for row in rows[:3]] == [0, 0, 3 * pesos(501_269)]
    assert rows[3].instalment == pesos(820_216)
    assert rows[0].insurance == pesos(18_000)
    whole = schedule(example(grace_principal=3, grace_interest=3)).rows
    assert whole[3].interest == 4 * pesos(501_269)
    assert whole[3].principal == rows[3].principal


def test_a_deferred_separate_row_waits_too() -> None:
    rows = schedule(
        example(
            **BROKEN, first_period=FirstPeriod.SEPARATE_ROW, grace_principal=1, grace_interest=1
        )
    ).rows
    assert [row.interest for row in rows[:2]] == [0, 0]
    assert rows[2].interest == pesos(200_508 + 2 * 501_269)


def test_the_instalment_may_have_a_coarser_unit() -> None:
    plan = schedule(example(instalment_unit=pesos(100)))
    assert plan.instalment == pesos(795_700)
    assert abs(plan.rows[-1].instalment - plan.instalment) <= pesos(5_100)
    assert plan.rows[0].interest == pesos(501_269)


def test_without_interest_the_principal_is_divided() -> None:
    plan = schedule(example(rate_ea=Decimal(0), instalments=7, insurance_rate=Decimal(0)))
    assert plan.instalment == pesos(4_285_714)
    assert plan.interest == 0
    assert plan.rows[-1].principal == pesos(4_285_716)


def test_a_tie_in_the_division_is_rounded_up() -> None:
    plan = schedule(example(rate_ea=Decimal(0), instalments=2, principal=pesos(301)))
    assert plan.instalment == pesos(151)


def test_a_tie_in_the_interest_is_rounded_up() -> None:
    one_percent = Decimal("0.126825030131969720661201")
    rows = schedule(example(rate_ea=one_percent, principal=pesos(30_000_050))).rows
    assert rows[0].interest == pesos(300_001)


def test_a_credit_of_the_31st_keeps_it_after_february() -> None:
    rows = schedule(example(disbursed_on=date(2026, 1, 31), first_due_on=None)).rows
    assert [f"{row.due_date:%m-%d}" for row in rows[:3]] == ["02-28", "03-31", "04-30"]
    assert rows[0].interest == pesos(501_269)


def test_dates_keep_their_anchor() -> None:
    dates = [
        row.due_date
        for row in schedule(
            example(disbursed_on=date(2023, 12, 31), first_due_on=date(2024, 1, 31))
        ).rows
    ]
    assert dates[:3] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]


@pytest.mark.parametrize(
    ("count", "interest"),
    [
        (DayCount.ACT_365, "0.200507566478"),
        (DayCount.ACT_360, "0.200507566478"),
        (DayCount.THIRTY_360, "0.200507566478"),
    ],
)
def test_the_interest_of_31_days_by_convention(count: DayCount, interest: str) -> None:
    days = {
        DayCount.ACT_365: (31, 365),
        DayCount.ACT_360: (31, 360),
        DayCount.THIRTY_360: (30, 360),
    }
    above, below = days[count]
    expected = Decimal(interest) * 30_000_000 * above / below
    first = schedule(example(day_count=count)).rows[0]
    assert abs(first.interest - expected * 100) <= 50 + 1


def test_a_year_of_360_days_costs_1_39_percent_more() -> None:
    ratio = Decimal(schedule(example(day_count=DayCount.ACT_360)).rows[0].interest) / (
        schedule(example(day_count=DayCount.ACT_365)).rows[0].interest
    )
    assert round((ratio - 1) * 100, 2) == Decimal("1.39")


def test_compound_growth_by_days() -> None:
    first = schedule(example(day_count=DayCount.EFF_365)).rows[0]
    growth = Decimal("1.22") ** (Decimal(31) / 365) - 1
    assert first.interest == round(growth * 30_000_000) * 100


def test_an_interest_above_the_instalment_is_refused() -> None:
    with refused(NegativeAmortisation, match="grace"):
        schedule(example(first_due_on=date(2025, 12, 15)))


@pytest.mark.parametrize(("months", "days"), [(36, 71), (60, 50)])
def test_how_long_a_first_period_may_be(months: int, days: int) -> None:
    due = date(2025, 11, 15)
    agreed = {
        "instalments": months,
        "first_due_on": due,
        "disbursed_on": due - timedelta(days=days),
    }
    with refused(NegativeAmortisation, match="separate row"):
        schedule(example(**agreed))
    assert schedule(example(**agreed, first_period=FirstPeriod.SEPARATE_ROW)).rows[1].principal > 0
    shorter = agreed | {"disbursed_on": due - timedelta(days=days - 1)}
    assert schedule(example(**shorter)).rows[0].principal > 0


def test_a_longer_first_period_is_possible_with_grace() -> None:
    rows = schedule(example(first_due_on=date(2025, 12, 15), grace_principal=1)).rows
    assert rows[0].principal == 0
    assert rows[1].principal > 0


@given(terms().filter(workable))
def test_principal_adds_up_and_every_row_balances(agreed: Terms) -> None:
    rows = schedule(agreed).rows
    assert sum(row.principal for row in rows) == agreed.principal
    assert rows[-1].balance == 0
    opening = agreed.principal
    for row in rows:
        assert row.opening == opening
        assert row.total == row.interest + row.principal + row.insurance
        assert row.instalment == row.interest + row.principal
        assert row.balance == row.opening - row.principal
        assert row.principal >= 0
        opening = row.balance


@given(terms(balloon=Centavos(0), grace_principal=0).filter(workable))
def test_instalments_are_equal_and_the_residue_is_bounded(agreed: Terms) -> None:
    plan = schedule(agreed)
    assert {row.instalment for row in plan.rows[:-1]} <= {plan.instalment}
    monthly, rows = periodic_rate(agreed.rate_ea), agreed.instalments
    growth = ((1 + monthly) ** rows - 1) / monthly if monthly else Decimal(rows)
    if len(plan.rows) == rows:
        bound = 100 * growth + 200
        assert abs(plan.rows[-1].instalment - plan.instalment) <= bound


@given(terms().filter(workable))
def test_amounts_are_whole_pesos(agreed: Terms) -> None:
    for row in schedule(agreed).rows:
        assert all(amount % 100 == 0 for amount in row[2:])


@given(terms(rate_ea=Decimal(0)).filter(workable))
def test_a_zero_rate_bears_no_interest(agreed: Terms) -> None:
    assert schedule(agreed).interest == 0


@given(terms().filter(workable), st.sampled_from(DayCount), st.integers(0, 20))
def test_every_convention_amortises_to_zero(agreed: Terms, count: DayCount, early: int) -> None:
    changed = example(
        principal=agreed.principal,
        rate_ea=agreed.rate_ea,
        instalments=agreed.instalments,
        disbursed_on=agreed.disbursed_on,
        first_due_on=agreed.disbursed_on + timedelta(days=10 + early),
        day_count=count,
    )
    if workable(changed):
        rows = schedule(changed).rows
        assert sum(row.principal for row in rows) == changed.principal
        assert all(row.interest >= 0 for row in rows)
