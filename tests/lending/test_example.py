"""The worked example after three months: every figure of the credit as it was paid."""

from datetime import date
from decimal import Decimal

from finportal.lending.events import Effect
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import RowStatus, State

from .builders import example, on_time, parts, pay, pesos, prepay, published

TERMS = example()
ROWS = schedule(TERMS).rows
TWO_PAID = on_time(ROWS, 2)
SEEN_ON = date(2026, 2, 9)


def test_the_third_row_unpaid() -> None:
    state = replay(TERMS, TWO_PAID, published(), SEEN_ON)
    assert state.due == parts(
        insurance=17_644, late_interest=4_598, interest=491_349, principal=304_315
    )
    assert state.accrued_interest == pesos(392_148)
    assert state.principal_not_due == pesos(29_101_976)
    assert state.payoff == pesos(30_312_030)
    assert state.credit == 0
    assert state.days_past_due == 25
    assert state.oldest_due_date == date(2026, 1, 15)
    assert state.next_due_date == date(2026, 2, 15)
    assert not state.provisional
    assert not state.settled


def test_the_status_of_each_row() -> None:
    events = [*TWO_PAID, pay("x", SEEN_ON, 600_000)]
    rows = replay(TERMS, events, published(), SEEN_ON).rows
    assert [row.number for row in rows] == list(range(1, 61))
    assert [row.status for row in rows[:4]] == [
        RowStatus.PAID,
        RowStatus.PAID,
        RowStatus.PARTLY,
        RowStatus.PENDING,
    ]
    assert rows[2].late_interest == pesos(4_598)
    assert rows[2].owed == parts(principal=217_906)
    assert rows[2].paid.total == pesos(600_000)
    assert rows[0][:9] == ROWS[0]
    assert [row[:9] for row in rows[3:]] == list(ROWS[3:])


def test_a_part_payment_and_what_still_bears_late_interest() -> None:
    events = [*TWO_PAID, pay("x", SEEN_ON, 600_000)]
    state = replay(TERMS, events, published(), SEEN_ON)
    assert state.movements[-1].parts == parts(
        insurance=17_644, late_interest=4_598, interest=491_349, principal=86_409
    )
    assert state.due == parts(principal=217_906)
    next_day = replay(TERMS, events, published(), date(2026, 2, 10))
    daily = Decimal("1.2523") ** (Decimal(1) / 365) - 1
    assert next_day.due.late_interest == round(217_906 * daily) * 100


def test_three_part_payments() -> None:
    events = [
        *TWO_PAID,
        pay("x", date(2026, 1, 25), 18_500),
        pay("y", date(2026, 2, 9), 600_000),
        pay("z", date(2026, 2, 20), 500_000),
    ]
    state = replay(TERMS, events, published(), date(2026, 2, 28))
    late = [movement.parts.late_interest for movement in state.movements[-3:]]
    assert late == [pesos(856), pesos(3_742), pesos(2_306)]
    assert state.due == parts(late_interest=1_526, interest=205_437, principal=309_400)
    assert state.payoff == pesos(29_532_304)


def prepaid(effect: Effect) -> State:
    events = [*on_time(ROWS, 4), prepay("p", date(2026, 3, 2), 5_000_000, effect)]
    return replay(TERMS, events, published(), date(2026, 3, 2))


def test_a_prepayment_pays_interest_first() -> None:
    state = prepaid(Effect.REDUCE_TERM)
    assert state.movements[-1].parts == parts(interest=257_729, principal=4_742_271)
    assert state.principal_not_due == pesos(24_050_305)
    assert state.provisional


def test_the_shorter_term() -> None:
    state = prepaid(Effect.REDUCE_TERM)
    assert len(state.upcoming) == 42
    assert state.instalment == pesos(795_664)
    assert state.upcoming[-1].instalment == pesos(718_973)
    assert state.upcoming[-1].due_date == date(2029, 8, 15)
    assert state.interest_left == pesos(9_290_892)


def test_the_lower_instalment() -> None:
    state = prepaid(Effect.REDUCE_INSTALMENT)
    assert len(state.upcoming) == 56
    assert {row.instalment for row in state.upcoming[:-1]} == {pesos(658_763)}
    assert state.upcoming[-1].instalment == pesos(658_779)
    assert state.interest_left == pesos(12_840_439)


def test_without_the_prepayment() -> None:
    state = replay(TERMS, on_time(ROWS, 4), published(), date(2026, 3, 2))
    assert state.interest_left == pesos(15_764_614)
