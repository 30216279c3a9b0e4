"""Money paid before its day pays what was said, on the day that was said."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from finportal.lending.ahead import Kept, Spent, kept_by
from finportal.lending.events import Fee, Payment, Refund
from finportal.lending.money import Centavos
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import MovementKind

from .builders import example, on_time, pay, pesos, published
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
FOURTH, FIFTH = ROWS[3].total, ROWS[4].total


@given(cases(), st.integers(0, 95), st.integers(1, 99))
def test_what_waits_goes_where_it_was_said(case: Case, gone: int, share: int) -> None:
    """A payment after some percent of the term: what is due, and a share of all the rest."""
    span = schedule(case.terms).rows[-1].due_date - case.terms.disbursed_on
    day = case.terms.disbursed_on + span * gone // 100
    happened = [one for one in case.events if one.value_date <= day]
    before = replay(case.terms, happened, case.rates, day)
    rest = before.payoff - before.due.total
    assume(rest > 100)
    amount = Centavos(before.due.total + rest * share // 100)
    happened.append(Payment(id="zz", value_date=day, amount=amount))
    state = replay(case.terms, happened, case.rates, day)
    kept = kept_by(state, "zz")
    assert kept
    assert kept.ahead
    assert not kept.done
    assert kept.amount == state.credit == sum(one.amount for one in kept.ahead) + kept.over
    last = kept.ahead[-1]
    later = replay(case.terms, happened, case.rates, last.on)
    assert list(kept.ahead) == [
        Spent(row, one.value_date, parts.total, kept.ahead[place].lacks)
        for place, one in enumerate(later.movements[len(state.movements) :])
        for row, parts in one.allocations
    ]
    (paid,) = [row for row in later.rows if row.number == last.row]
    assert paid.owed.total == last.lacks
    assert later.credit == kept.over


@given(cases())
def test_nothing_of_what_was_kept_gets_lost(case: Case) -> None:
    state = replay(case.terms, case.events, case.rates, case.until)
    for event in case.events:
        kept = kept_by(state, event.id)
        if kept:
            told = sum(one.amount for one in kept.done + kept.ahead) + kept.over
            assert told == kept.amount > 0


def test_the_oldest_money_is_spent_first() -> None:
    first = pay("a", date(2026, 1, 20), 500_000)
    second = pay("b", date(2026, 1, 21), 1_000_000)
    state = replay(TERMS, [*on_time(ROWS, 3), first, second], published(), date(2026, 2, 20))
    fourth = Spent(4, ROWS[3].due_date, first.amount, pesos(0))
    assert kept_by(state, "a") == Kept(first.amount, (fourth,), (), pesos(0))
    both = pesos(1_500_000)
    fifth = Spent(5, ROWS[4].due_date, both - FOURTH, FIFTH + FOURTH - both)
    assert kept_by(state, "b") == Kept(both, (fourth._replace(amount=FOURTH),), (fifth,), pesos(0))


def test_charges_and_refunds_take_their_part() -> None:
    paid = pay("a", date(2026, 1, 20), 500_000)
    fee = Fee(id="b", value_date=date(2026, 1, 22), amount=pesos(35_700), evidence="letter")
    back = Refund(id="c", value_date=date(2026, 1, 23), amount=pesos(400_000))
    state = replay(TERMS, [*on_time(ROWS, 3), paid, fee, back], published(), date(2026, 1, 31))
    kept = kept_by(state, "a")
    assert kept
    assert sum(one.amount for one in kept.done) == pesos(35_700)
    assert [one.amount for one in kept.ahead] == [pesos(64_300)]


def test_what_no_row_will_take_is_over() -> None:
    day = date(2026, 1, 20)
    owed = replay(TERMS, on_time(ROWS, 3), published(), day).payoff
    paid = Payment(id="a", value_date=day, amount=owed + 700)
    state = replay(TERMS, [*on_time(ROWS, 3), paid], published(), day)
    assert kept_by(state, "a") == Kept(700, (), (), 700)


def test_a_payment_that_only_pays_keeps_nothing() -> None:
    state = replay(TERMS, on_time(ROWS, 3), published(), ROWS[2].due_date + timedelta(days=1))
    assert kept_by(state, "row003") is None
    assert kept_by(state, "nobody") is None
    assert [one.kind for one in state.movements] == [MovementKind.PAYMENT] * 3
    ahead = replace(on_time(ROWS, 4)[3], value_date=ROWS[2].due_date)
    state = replay(TERMS, [*on_time(ROWS, 3), ahead], published(), ahead.value_date)
    assert kept_by(state, "row004") == Kept(
        FOURTH, (), (Spent(4, ROWS[3].due_date, FOURTH, pesos(0)),), pesos(0)
    )
