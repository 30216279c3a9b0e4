"""Prepayments and payoffs: the borrower's right, at any amount and on any day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finportal.lending.conventions import CapSaving, PayoffInsurance
from finportal.lending.events import Effect, Payment, Prepayment
from finportal.lending.money import AmountNotPositive, Centavos
from finportal.lending.payoff import payoff_quote
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule

from .builders import example, on_time, parts, pesos, prepay, published, refused
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
DAY = date(2026, 3, 2)
PAID = on_time(ROWS, 4)


def test_one_peso_is_enough_once_the_interest_is_paid() -> None:
    state = replay(TERMS, [*PAID, prepay("p", DAY, 257_730)], published(), DAY)
    assert state.movements[-1].parts == parts(interest=257_729, principal=1)


def test_a_prepayment_below_the_interest_leaves_the_plan_alone() -> None:
    state = replay(TERMS, [*PAID, prepay("p", DAY, 100_000)], published(), DAY)
    assert state.accrued_interest == pesos(157_729)
    untouched = replay(TERMS, PAID, published(), DAY)
    assert state.upcoming[1:] == untouched.upcoming[1:]
    assert abs(state.upcoming[0].interest - untouched.upcoming[0].interest + pesos(100_000)) <= 100


def test_arrears_swallow_a_prepayment_first() -> None:
    state = replay(TERMS, [*on_time(ROWS, 3), prepay("p", DAY, 813_125)], published(), DAY)
    assert state.movements[-1].allocations[0].row == 4
    assert state.paid.principal == sum(row.principal for row in ROWS[:3]) + (
        state.movements[-1].parts.principal
    )
    assert state.due.principal > 0
    assert state.principal_not_due == ROWS[3].balance


def test_a_second_choice_starts_from_the_plan_in_force() -> None:
    shorter = prepay("p", DAY, 5_000_000, Effect.REDUCE_TERM)
    lower = prepay("q", DAY + timedelta(days=1), 2_000_000, Effect.REDUCE_INSTALMENT)
    state = replay(TERMS, [*PAID, shorter, lower], published(), DAY + timedelta(days=1))
    assert state.upcoming[-1].due_date == date(2029, 8, 15)
    assert state.instalment < pesos(795_664)


def test_the_instalment_never_rises_for_the_residue_of_rounding() -> None:
    on = date(2030, 9, 15)
    lower = prepay("p", on, 1, Effect.REDUCE_INSTALMENT)
    state = replay(TERMS, [*on_time(ROWS, 59), lower], published(), on)
    assert state.instalment == pesos(795_664)
    assert state.upcoming[-1].instalment == pesos(795_669)


def test_a_balloon_shrinks_before_the_term_does() -> None:
    terms = example(balloon=pesos(9_000_000))
    state = replay(terms, [prepay("p", date(2025, 11, 15), 4_000_000)], published(), DAY)
    assert len(state.upcoming) == 56
    assert state.upcoming[-1].instalment < pesos(9_707_393)
    assert state.instalment == pesos(707_345)


def test_a_balloon_stays_when_the_instalment_falls() -> None:
    terms = example(balloon=pesos(9_000_000))
    lower = prepay("p", date(2025, 11, 15), 4_000_000, Effect.REDUCE_INSTALMENT)
    state = replay(terms, [lower], published(), DAY)
    assert state.instalment < pesos(707_345)
    assert abs(state.upcoming[-1].instalment - state.instalment - pesos(9_000_000)) < pesos(100)


def test_a_prepayment_in_grace_keeps_the_rows_without_principal() -> None:
    terms = example(grace_principal=4)
    lower = prepay("p", date(2025, 12, 1), 5_000_000, Effect.REDUCE_INSTALMENT)
    state = replay(terms, [lower], published(), date(2025, 12, 1))
    assert [row.principal for row in state.rows[1:4]] == [0, 0, 0]
    assert state.rows[4].instalment == state.instalment < schedule(terms).instalment


def test_interest_deferred_is_paid_before_any_principal() -> None:
    terms = example(grace_principal=3, grace_interest=3)
    state = replay(
        terms, [prepay("p", date(2025, 12, 15), 1_100_000)], published(), date(2025, 12, 15)
    )
    ahead = state.movements[-1].allocations[-1].parts
    assert ahead.interest == pesos(2 * 501_269)
    assert ahead.principal == pesos(1_100_000 - 2 * 18_000 - 2 * 501_269)


def test_the_payoff_settles_for_ever() -> None:
    quote = payoff_quote(TERMS, on_time(ROWS, 2), published(), date(2026, 2, 9))
    assert quote.amount == pesos(30_312_030)
    assert quote.on == date(2026, 2, 9)
    assert quote.amount == (
        quote.due.total + quote.accrued_interest + quote.principal_not_due - quote.credit
    )
    paid = Payment(id="x", value_date=date(2026, 2, 9), amount=quote.amount)
    for on in (date(2026, 2, 9), date(2026, 2, 10), date(2031, 1, 1)):
        state = replay(TERMS, [*on_time(ROWS, 2), paid], published(), on)
        assert (state.payoff, state.credit, state.upcoming) == (0, 0, ())
        assert state.settled


def test_a_quote_counts_what_was_paid_on_its_day_and_nothing_after() -> None:
    at_noon = prepay("p", DAY, 1_000_000)
    after = prepay("q", DAY + timedelta(days=1), 2_000_000)
    quote = payoff_quote(TERMS, [*PAID, at_noon, after], published(), DAY)
    before = payoff_quote(TERMS, PAID, published(), DAY)
    assert quote.amount == before.amount - pesos(1_000_000)
    assert quote.per_diem < before.per_diem
    assert quote.per_diem > 0


def test_the_day_after_adds_the_per_diem() -> None:
    today = payoff_quote(TERMS, PAID, published(), DAY)
    tomorrow = payoff_quote(TERMS, PAID, published(), DAY + timedelta(days=1))
    assert today.amount + today.per_diem == tomorrow.amount
    assert today.per_diem == tomorrow.accrued_interest - today.accrued_interest


@pytest.mark.parametrize(
    ("choice", "premium"),
    [(PayoffInsurance.NONE, 0), (PayoffInsurance.PRORATA, 9_255), (PayoffInsurance.FULL, 17_276)],
)
def test_the_premium_of_a_broken_period(choice: PayoffInsurance, premium: int) -> None:
    terms = example(payoff_insurance=choice)
    quote = payoff_quote(terms, PAID, published(), DAY)
    assert quote.insurance == pesos(premium)
    paid = Payment(id="x", value_date=DAY, amount=quote.amount)
    state = replay(terms, [*PAID, paid], published(), date(2027, 1, 1))
    assert state.payoff == 0
    assert state.paid.insurance == sum(row.insurance for row in ROWS[:4]) + pesos(premium)


def test_a_prepayment_cannot_leave_the_premium_out() -> None:
    terms = example(payoff_insurance=PayoffInsurance.FULL)
    quote = payoff_quote(terms, PAID, published(), DAY)
    event = Prepayment(
        id="p",
        value_date=DAY,
        amount=Centavos(quote.amount - quote.insurance),
        effect=Effect.REDUCE_TERM,
    )
    state = replay(terms, [*PAID, event], published(), DAY)
    assert state.movements[-1].parts.insurance == quote.insurance
    assert state.principal_not_due == quote.insurance


def test_a_premium_paid_ahead_is_not_charged_again() -> None:
    terms = example(payoff_insurance=PayoffInsurance.FULL, insurance_fixed=pesos(45_000))
    quote = payoff_quote(terms, PAID, published(), DAY)
    near = Prepayment(
        id="p", value_date=DAY, amount=Centavos(quote.amount - 100), effect=Effect.REDUCE_TERM
    )
    left = replay(terms, [*PAID, near], published(), DAY)
    assert left.payoff == 100
    assert left.payoff_insurance == 0
    assert left.upcoming[0].insurance == 0
    later = replay(terms, [*PAID, near], published(), date(2026, 3, 15))
    assert later.due.insurance == 0
    assert later.rows[4].insurance == 0


def test_more_than_the_payoff_is_credit() -> None:
    quote = payoff_quote(TERMS, PAID, published(), DAY)
    for amount in (quote.amount + pesos(7), quote.amount):
        event = Prepayment(
            id="p", value_date=DAY, amount=Centavos(amount), effect=Effect.REDUCE_TERM
        )
        state = replay(TERMS, [*PAID, event], published(), DAY)
        assert (state.payoff, state.credit) == (0, amount - quote.amount)


def test_no_amount_no_prepayment() -> None:
    with refused(AmountNotPositive, match="p"):
        prepay("p", DAY, 0)


@given(cases(), st.booleans())
def test_one_peso_less_than_the_payoff_leaves_a_debt(case: Case, ahead: bool) -> None:
    events = [event for event in case.events if event.value_date <= case.until]
    payoff = replay(case.terms, events, case.rates, case.until).payoff
    assume(payoff > 100)
    for amount, left in ((payoff, 0), (payoff - 100, 100)):
        head = {"id": "z", "value_date": case.until, "amount": Centavos(amount)}
        event = Prepayment(**head, effect=Effect.REDUCE_TERM) if ahead else Payment(**head)
        state = replay(case.terms, [*events, event], case.rates, case.until)
        assert state.payoff == left
        later = replay(case.terms, [*events, event], case.rates, case.until + timedelta(days=400))
        assert (later.payoff == 0) == (left == 0)


@given(cases(), st.integers(1, 60_000_000))
def test_a_payment_lowers_the_payoff_of_its_day_by_its_amount(case: Case, amount: int) -> None:
    events = [event for event in case.events if event.value_date <= case.until]
    before = replay(case.terms, events, case.rates, case.until)
    paid = Payment(id="z", value_date=case.until, amount=Centavos(amount * 100))
    after = replay(case.terms, [*events, paid], case.rates, case.until)
    raw_before, raw_after = (
        state.due.total + state.accrued_interest + state.principal_not_due - state.credit
        for state in (before, after)
    )
    assert raw_before - raw_after == paid.amount


@given(cases(), st.sampled_from(Effect), st.integers(1, 30_000_000), st.integers(1, 30_000_000))
def test_two_halves_make_a_whole(case: Case, effect: Effect, one: int, two: int) -> None:
    first, second = (
        Prepayment(id=f"z{n}", value_date=case.until, amount=Centavos(amount * 100), effect=effect)
        for n, amount in enumerate((one, two))
    )
    whole = Prepayment(
        id="z", value_date=case.until, amount=Centavos((one + two) * 100), effect=effect
    )
    split = replay(case.terms, [*case.events, first, second], case.rates, case.until)
    joined = replay(case.terms, [*case.events, whole], case.rates, case.until)
    assert (split.due, split.credit, split.payoff) == (joined.due, joined.credit, joined.payoff)
    assert split.rows == joined.rows
    assert split.paid == joined.paid


@given(cases(), st.integers(1, 50_000_000))
def test_what_each_choice_keeps(case: Case, amount: int) -> None:
    events = [event for event in case.events if event.value_date <= case.until]
    before = replay(case.terms, events, case.rates, case.until)
    assume(before.upcoming)
    shorter, lower = (
        replay(
            case.terms,
            [
                *events,
                Prepayment(
                    id="z", value_date=case.until, amount=Centavos(amount * 100), effect=effect
                ),
            ],
            case.rates,
            case.until,
        )
        for effect in (Effect.REDUCE_TERM, Effect.REDUCE_INSTALMENT)
    )
    assert shorter.instalment == before.instalment or shorter.settled
    assert len(shorter.upcoming) <= len(before.upcoming)
    assert lower.instalment <= before.instalment
    if case.terms.conventions.cap_saving is CapSaving.PRINCIPAL:
        return
    dates = [row.due_date for row in before.upcoming]
    assert [row.due_date for row in lower.upcoming] == dates[: len(lower.upcoming)]
    if not any(isinstance(event, Prepayment) for event in events):
        slack = 100 * (len(dates) + 1)
        assert shorter.interest_left <= lower.interest_left + slack
        assert lower.interest_left <= before.interest_left + slack


@given(st.integers(0, 300), st.integers(0, 300), st.integers(600_000, 20_000_000))
def test_on_a_current_credit_earlier_is_never_worse(one: int, two: int, amount: int) -> None:
    terms = example(insurance_rate=Decimal(0))
    rows = on_time(schedule(terms).rows, 60)
    until = date(2026, 10, 1)
    early, late = sorted((one, two))
    payoffs = []
    for days in (early, late):
        paid = prepay("z", terms.disbursed_on + timedelta(days=days), amount)
        events = [*[row for row in rows if row.value_date <= until], paid]
        payoffs.append(replay(terms, events, published(), until).payoff)
    assert payoffs[0] <= payoffs[1] + 100 * 14
