"""Money paid before its day pays what was said, on the day that was said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finportal.lending.ahead import Kept, Returned, Spent, kept_by
from finportal.lending.events import Effect, Event, Fee, Payment, Prepayment, Refund, Reversal
from finportal.lending.money import Centavos
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import MovementKind

from .builders import example, on_time, pay, pesos, prepay, published
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


@given(cases(), st.data())
def test_nothing_of_what_was_kept_gets_lost(case: Case, data: st.DataObject) -> None:
    """Nor told twice: what is still said to wait is there, and the newest says all of it."""
    events = _lived(case, data)
    state = replay(case.terms, events, case.rates, case.until)
    waits = Centavos(0)
    for movement in state.movements:
        kept = kept_by(state, movement.event_id) if movement.event_id else None
        if kept:
            still = sum(one.amount for one in kept.ahead) + kept.over
            assert sum(one.amount for one in kept.gone) + still == kept.amount > 0
            assert waits <= still <= state.credit
            assert all(one.amount > 0 <= one.lacks for one in kept.done + kept.ahead)
            waits = Centavos(still)
    assert waits == state.credit


def _lived(case: Case, data: st.DataObject) -> list[Event]:
    """The case's events, a payoff (or nearly) on some day, and some of them taken back later."""
    span = (case.until - case.terms.disbursed_on).days
    day = case.terms.disbursed_on + timedelta(days=data.draw(st.integers(0, span)))
    owed = replay(case.terms, [e for e in case.events if e.value_date <= day], case.rates, day)
    amount = Centavos(max(100, owed.payoff + data.draw(st.sampled_from([-100, 0, 0, 100]))))
    head = {"id": "payoff", "value_date": day, "amount": amount}
    payoff: Event = Payment(**head)
    if data.draw(st.booleans()):
        payoff = Prepayment(**head, effect=Effect.REDUCE_TERM)
    events = [*case.events, payoff]
    for one in [one for one in events if isinstance(one, Payment | Prepayment)]:
        if data.draw(st.sampled_from([False, False, False, True])):
            on = one.value_date + timedelta(days=data.draw(st.integers(0, 90)))
            events.append(Reversal(id=f"{one.id}-back", value_date=on, reverses=one.id))
    return events


def test_the_oldest_money_is_spent_first() -> None:
    first = pay("a", date(2026, 1, 20), 500_000)
    second = pay("b", date(2026, 1, 21), 1_000_000)
    state = replay(TERMS, [*on_time(ROWS, 3), first, second], published(), date(2026, 2, 20))
    fourth = Spent(4, ROWS[3].due_date, first.amount, pesos(0))
    assert kept_by(state, "a") == Kept(first.amount, (fourth,), (), pesos(0))
    both = pesos(1_500_000)
    fifth = Spent(5, ROWS[4].due_date, both - FOURTH, FIFTH + FOURTH - both)
    assert kept_by(state, "b") == Kept(both, (fourth._replace(amount=FOURTH),), (fifth,), pesos(0))


PAID = pay("a", date(2026, 1, 20), 500_000)
FOURTH_ON = ROWS[3].due_date


@pytest.mark.parametrize(
    ("younger", "others", "lacks"),
    [
        (100_000, pesos(100_000), FOURTH - pesos(600_000)),
        (FOURTH // 100 - 500_000, FOURTH - PAID.amount, 0),
        (1_000_000, FOURTH - PAID.amount, 0),
    ],
)
def test_younger_money_pays_what_the_oldest_leaves(younger: int, others: int, lacks: int) -> None:
    second = pay("b", date(2026, 1, 21), younger)
    state = replay(TERMS, [*on_time(ROWS, 3), PAID, second], published(), date(2026, 1, 22))
    fourth = Spent(4, FOURTH_ON, PAID.amount, Centavos(lacks), Centavos(others))
    assert kept_by(state, "a") == Kept(PAID.amount, (), (fourth,), pesos(0))


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("over", [0, 700])
def test_a_payoff_spends_what_was_kept(over: int, ahead: bool) -> None:
    day = date(2026, 1, 25)
    before = [*on_time(ROWS, 3), PAID]
    asked = replay(TERMS, before, published(), day).payoff
    head = {"id": "b", "value_date": day, "amount": Centavos(asked + over)}
    payoff = Prepayment(**head, effect=Effect.REDUCE_TERM) if ahead else Payment(**head)
    state = replay(TERMS, [*before, payoff], published(), day + timedelta(days=1))
    assert (state.settled, state.credit) == (True, over)
    gone = PAID.amount - over
    paid = Spent(None, day, Centavos(gone), pesos(0))
    assert kept_by(state, "a") == Kept(PAID.amount, (paid,), (), Centavos(over))
    assert kept_by(state, "b") == (Kept(Centavos(over), (), (), Centavos(over)) if over else None)
    back = Reversal(id="c", value_date=day, reverses="b")
    state = replay(TERMS, [*before, payoff, back], published(), day)
    lacks = Centavos(FOURTH - PAID.amount)
    fourth = Spent(4, FOURTH_ON, PAID.amount, lacks)
    assert kept_by(state, "a") == Kept(PAID.amount, (), (fourth,), pesos(0))


def test_an_extra_payment_to_principal_leaves_what_was_kept() -> None:
    extra = prepay("b", date(2026, 1, 25), 1_000_000)
    state = replay(TERMS, [*on_time(ROWS, 3), PAID, extra], published(), extra.value_date)
    first, second = kept_by(state, "a"), kept_by(state, "b")
    assert first == second
    assert first
    assert [one.amount for one in first.ahead] == [PAID.amount]


def test_charges_and_refunds_take_their_part() -> None:
    paid = pay("a", date(2026, 1, 20), 500_000)
    fee = Fee(id="b", value_date=date(2026, 1, 22), amount=pesos(35_700), evidence="letter")
    back = Refund(id="c", value_date=date(2026, 1, 23), amount=pesos(400_000))
    state = replay(TERMS, [*on_time(ROWS, 3), paid, fee, back], published(), date(2026, 1, 31))
    kept = kept_by(state, "a")
    assert kept
    charged = Spent(0, fee.value_date, pesos(35_700), pesos(0))
    assert kept.gone == (charged, Returned(back.value_date, back.amount))
    assert [one.amount for one in kept.ahead] == [pesos(64_300)]


def test_what_is_given_back_beyond_the_oldest_money_is_of_the_younger() -> None:
    first, second = pay("a", date(2026, 1, 20), 300_000), pay("b", date(2026, 1, 21), 300_000)
    back = Refund(id="c", value_date=date(2026, 1, 23), amount=pesos(400_000))
    state = replay(TERMS, [*on_time(ROWS, 3), first, second, back], published(), back.value_date)
    oldest, both = kept_by(state, "a"), kept_by(state, "b")
    assert oldest
    assert both
    assert oldest.returned == (Returned(back.value_date, first.amount),)
    assert oldest.ahead == ()
    assert both.returned == (Returned(back.value_date, back.amount),)
    assert [one.amount for one in both.ahead] == [pesos(200_000)]


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
