"""History: order and repetition change nothing, reversals and corrections what they say."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.conventions import Part
from finportal.lending.events import (
    Acceleration,
    Effect,
    Event,
    InsuranceChange,
    Opening,
    Payment,
    Reclassification,
    Reversal,
    Waiver,
    WriteOff,
)
from finportal.lending.money import AmountNotPositive, Centavos
from finportal.lending.postings import AccelerationNotAgreed
from finportal.lending.rates import NotARate
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import State
from finportal.lending.timeline import (
    AlreadyChanged,
    BeforeDisbursement,
    EventConflict,
    OpeningNotAlone,
    ReclassifiedTooLate,
    ReversalTooEarly,
    UnknownEvent,
)

from .builders import example, on_time, parts, pay, pesos, prepay, published, refused
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
DAY = date(2026, 2, 9)


def seen(*events: Event, on: date = DAY, **choices: object) -> State:
    return replay(example(**choices), events, published(), on)


def reverse(target: str, on: date = DAY, name: str = "undo") -> Reversal:
    return Reversal(id=name, value_date=on, reverses=target)


def recast(target: str, on: date, asked: date | None = None, name: str = "re") -> Reclassification:
    return Reclassification(
        id=name,
        value_date=on,
        payment=target,
        effect=Effect.REDUCE_TERM,
        requested_on=asked or on,
    )


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing(case: Case, shuffler: random.Random) -> None:
    shuffled = case.events.copy()
    shuffler.shuffle(shuffled)
    assert replay(case.terms, shuffled, case.rates, case.until) == replay(
        case.terms, case.events, case.rates, case.until
    )


@given(cases())
def test_recording_twice_changes_nothing(case: Case) -> None:
    twice = [*case.events, *case.events]
    assert replay(case.terms, twice, case.rates, case.until) == replay(
        case.terms, case.events, case.rates, case.until
    )


@given(cases())
def test_later_events_change_nothing(case: Case) -> None:
    known = [event for event in case.events if event.value_date <= case.until]
    assert replay(case.terms, case.events, case.rates, case.until) == replay(
        case.terms, known, case.rates, case.until
    )


@given(cases(), st.integers(0, 11))
def test_a_reversal_restores_what_was(case: Case, which: int) -> None:
    if not case.events:
        return
    target = case.events[which % len(case.events)]
    undo = Reversal(id="undo", value_date=target.value_date, reverses=target.id)
    without = [event for event in case.events if event is not target]
    assert replay(case.terms, [*case.events, undo], case.rates, case.until) == replay(
        case.terms, without, case.rates, case.until
    )


@given(cases(), st.integers(0, 11))
def test_a_reclassified_payment_is_a_prepayment_of_its_date(case: Case, which: int) -> None:
    payments = [event for event in case.events if isinstance(event, Payment)]
    if not payments:
        return
    target = payments[which % len(payments)]
    change = recast(target.id, target.value_date)
    meant = prepay(target.id, target.value_date, target.amount // 100)
    others = [event for event in case.events if event is not target]
    assert replay(case.terms, [*case.events, change], case.rates, case.until) == replay(
        case.terms, [*others, meant], case.rates, case.until
    )


@given(cases(), st.integers(1, 400))
def test_the_payoff_never_falls_by_itself(case: Case, days: int) -> None:
    events = [event for event in case.events if event.value_date <= case.until]
    today, later = (
        replay(case.terms, events, case.rates, on)
        for on in (case.until, case.until + timedelta(days=days))
    )
    assert today.payoff <= later.payoff


@given(cases(), st.integers(0, 45))
def test_accrual_begins_at_nothing_and_only_grows(case: Case, days: int) -> None:
    start = case.terms.disbursed_on
    row = schedule(case.terms).rows[0]
    first = replay(case.terms, [], case.rates, start)
    assert first.accrued_interest == 0
    on = min(start + timedelta(days=days), row.due_date - timedelta(days=1))
    before, after = (
        (
            replay(case.terms, [], case.rates, day).accrued_interest
            for day in (on, on + timedelta(1))
            if day < row.due_date
        )
        if on + timedelta(1) < row.due_date
        else (0, 0)
    )
    assert before <= after


def test_accrual_meets_the_row_on_its_due_date() -> None:
    eve = seen(on=date(2025, 11, 14))
    assert eve.accrued_interest == round(501_268.916 * 30 / 31) * 100
    due = seen(on=date(2025, 11, 15))
    assert (due.accrued_interest, due.due.interest) == (0, pesos(501_269))


def test_an_on_time_payer_ends_with_nothing() -> None:
    state = seen(*on_time(ROWS, 60), on=date(2035, 1, 1))
    assert (state.payoff, state.credit, state.paid.late_interest) == (0, 0, 0)
    assert state.settled
    assert state.next_due_date is None


def test_a_reversal_counts_from_its_own_date() -> None:
    events = [*on_time(ROWS, 2), reverse("row002", date(2026, 1, 5))]
    assert seen(*events, on=date(2026, 1, 4)).due.total == 0
    assert seen(*events, on=date(2026, 1, 5)).due.principal == ROWS[1].principal
    assert seen(*events, on=date(2026, 1, 5)).days_past_due == 21


def test_a_backdated_payment_leaves_no_late_interest() -> None:
    late = seen(*on_time(ROWS, 2))
    assert late.due.late_interest
    assert seen(*on_time(ROWS, 3)).due.total == 0


def test_a_reclassification_takes_the_payment_s_own_date() -> None:
    paid = [*on_time(ROWS, 2), pay("extra", date(2025, 12, 20), 2_000_000)]
    before = seen(*paid, recast("extra", DAY), on=date(2026, 1, 1))
    assert before.credit == pesos(2_000_000)
    after = seen(*paid, recast("extra", DAY), on=DAY)
    assert after.credit == 0
    assert after.principal_not_due < before.principal_not_due - pesos(1_900_000)


def test_a_reclassification_may_be_reversed() -> None:
    paid = [*on_time(ROWS, 2), pay("extra", date(2025, 12, 20), 2_000_000)]
    changed = [*paid, recast("extra", date(2025, 12, 20)), reverse("re")]
    assert seen(*changed) == seen(*paid)


def test_the_contract_may_limit_reclassification() -> None:
    paid = [*on_time(ROWS, 2), pay("extra", date(2025, 12, 20), 2_000_000)]
    asked = date(2026, 1, 20)
    assert seen(*paid, recast("extra", asked), reclassify_days=31).credit == 0
    with refused(ReclassifiedTooLate, match="2026-01-19"):
        seen(*paid, recast("extra", asked), reclassify_days=30)


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([reverse("ghost")], UnknownEvent),
        ([recast("ghost", DAY)], UnknownEvent),
        ([pay("a", DAY, 1), reverse("a"), reverse("a", name="again")], AlreadyChanged),
        ([pay("a", DAY, 1), reverse("a"), reverse("undo", name="again")], UnknownEvent),
        ([pay("a", DAY, 1), reverse("a", DAY - timedelta(days=1))], ReversalTooEarly),
        ([prepay("a", DAY, 1), recast("a", DAY)], UnknownEvent),
        ([pay("a", DAY, 1), recast("a", DAY), recast("a", DAY, name="again")], AlreadyChanged),
        ([pay("a", DAY, 1), pay("a", DAY, 2)], EventConflict),
        ([pay("a", date(2025, 10, 14), 1)], BeforeDisbursement),
        ([Acceleration(id="a", value_date=DAY)], AccelerationNotAgreed),
        ([reverse("o"), Opening(id="o", value_date=DAY, principal_not_due=pesos(1))], UnknownEvent),
        (
            [Opening(id=name, value_date=DAY, principal_not_due=pesos(1)) for name in "ab"],
            OpeningNotAlone,
        ),
    ],
)
def test_impossible_histories_are_refused(events: list[Event], error: type[ValueError]) -> None:
    with refused(error):
        seen(*events)


def test_errors_carry_their_facts() -> None:
    with refused(AlreadyChanged, match="again refers to a, which undo has already") as caught:
        seen(pay("a", DAY, 1), reverse("a"), reverse("a", name="again"))
    assert caught.value.facts == {"id": "again", "target": "a", "other": "undo"}


def test_a_date_before_the_disbursement_has_no_state() -> None:
    with refused(BeforeDisbursement, match="2025-10-14"):
        seen(on=date(2025, 10, 14))
    assert seen(on=date(2025, 10, 15)).payoff == TERMS.principal


@pytest.mark.parametrize("amount", [0, -100])
def test_an_event_without_money_is_refused(amount: int) -> None:
    with refused(AmountNotPositive, match="bad"):
        Payment(id="bad", value_date=DAY, amount=Centavos(amount))
    with refused(AmountNotPositive):
        Waiver(id="bad", value_date=DAY, amount=Centavos(amount), part=Part.FEES)


def test_an_own_policy_ends_the_premium_of_the_rows_after() -> None:
    own = InsuranceChange(id="own", value_date=date(2025, 12, 15), insurance_rate=TERMS.rate_ea * 0)
    rows = seen(own).rows
    assert [row.insurance for row in rows[:3]] == [pesos(18_000), pesos(17_823), 0]
    with refused(NotARate):
        InsuranceChange(id="own", value_date=DAY, insurance_rate=TERMS.rate_ea * 100)


def test_a_write_off_changes_no_debt() -> None:
    gone = seen(*on_time(ROWS, 2), WriteOff(id="w", value_date=DAY))
    kept = seen(*on_time(ROWS, 2))
    assert (gone.written_off, gone.payoff, gone.due) == (True, kept.payoff, kept.due)


def test_acceleration_makes_all_principal_due_and_nothing_else() -> None:
    called = Acceleration(id="a", value_date=DAY)
    state = seen(*on_time(ROWS, 2), called, on=DAY, acceleration_agreed=True)
    assert state.accelerated
    assert state.due == parts(
        insurance=17_644,
        late_interest=4_598,
        interest=491_349 + 392_148,
        principal=304_315 + 29_101_976,
    )
    assert (state.principal_not_due, state.upcoming) == (0, ())
    later = seen(*on_time(ROWS, 2), called, on=date(2026, 2, 19), acceleration_agreed=True)
    assert later.due.interest == state.due.interest
    assert later.due.late_interest > state.due.late_interest


def test_a_restored_term_is_as_if_never_accelerated() -> None:
    called = Acceleration(id="a", value_date=date(2026, 1, 20))
    events = [*on_time(ROWS, 2), called, reverse("a")]
    assert seen(*events, acceleration_agreed=True).due == seen(*on_time(ROWS, 2)).due
