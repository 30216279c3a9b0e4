"""Snapshots: the state after some events, and the tail, make the same bytes as a full replay."""

import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.caps import certified_rates
from finportal.lending.codec import dump, load_snapshot
from finportal.lending.errors import LendingError
from finportal.lending.events import Effect, Opening, Payment, Reclassification, Reversal
from finportal.lending.replay import replay, snapshot
from finportal.lending.schedule import schedule
from finportal.lending.snapshots import Snapshot, StaleSnapshot, inputs_digest
from finportal.lending.trace import Trace
from finportal.lending.version import ENGINE_VERSION

from .builders import example, month, on_time, pay, prepay, published, refused
from .loans import histories
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
KEPT_ON, DAY = date(2026, 1, 10), date(2026, 2, 9)
HISTORY = [*on_time(ROWS, 2), prepay("p", DAY, 700_000)]
MANY = {"nightly": 20_000, "mutation": 30}.get(os.environ.get("LENDING_PROFILE", ""), 200)


def kept(on: date = KEPT_ON) -> Snapshot:
    return load_snapshot(dump(snapshot(TERMS, HISTORY, published(), on)))


@given(cases(), st.integers(0, 11))
def test_a_snapshot_and_the_tail_are_the_full_replay(case: Case, which: int) -> None:
    ordered = sorted(case.events, key=lambda event: event.value_date)
    on = ordered[which % len(ordered)].value_date if ordered else case.terms.disbursed_on
    until = max(on, case.until)
    middle = load_snapshot(dump(snapshot(case.terms, case.events, case.rates, on)))
    later = [event for event in case.events if event.value_date > on]
    full = dump(replay(case.terms, case.events, case.rates, until))
    for events in (later, case.events):
        assert dump(replay(case.terms, events, case.rates, until, since=middle)) == full


def test_events_of_every_kind_go_on_from_a_snapshot() -> None:
    checked = 0
    for number, (terms, events, rates, until) in enumerate(histories(19, MANY)):
        begins = max([terms.disbursed_on, *(e.value_date for e in events if e.id == "opening")])
        on = begins + timedelta(days=37 * number % 900)
        try:
            full = replay(terms, events, rates, max(on, until))
            middle = snapshot(terms, events, rates, on)
        except LendingError:
            continue
        read = load_snapshot(dump(middle))
        assert read == middle
        assert dump(replay(terms, events, rates, max(on, until), since=read)) == dump(full)
        checked += 1
    assert checked > MANY // 2


@given(cases())
def test_the_same_inputs_give_the_same_bytes(case: Case) -> None:
    one, other = (dump(replay(case.terms, case.events, case.rates, case.until)) for _ in "12")
    assert one == other
    assert dump(snapshot(case.terms, case.events, case.rates, case.until)) == dump(
        snapshot(case.terms, case.events[::-1], case.rates, case.until)
    )


def test_a_snapshot_of_the_day_asked_for_is_enough() -> None:
    state = replay(TERMS, HISTORY, published(), KEPT_ON)
    assert replay(TERMS, [], published(), KEPT_ON, since=kept()) == state


def test_a_trace_begins_at_the_snapshot() -> None:
    whole, rest = Trace(), Trace()
    replay(TERMS, HISTORY, published(), DAY, whole)
    replay(TERMS, HISTORY, published(), DAY, rest, since=kept())
    assert rest.steps == whole.steps[-len(rest.steps) :]
    assert len(rest.steps) < len(whole.steps)


def test_an_event_of_its_days_makes_it_stale() -> None:
    late = pay("late", KEPT_ON, 1_000)
    with refused(StaleSnapshot, match="late is dated 2026-01-10"):
        replay(TERMS, [*HISTORY, late], published(), DAY, since=kept())
    on_time_at_last = replace(late, value_date=KEPT_ON + timedelta(days=1))
    events = [*HISTORY, on_time_at_last]
    assert replay(TERMS, events, published(), DAY, since=kept()) == (
        replay(TERMS, events, published(), DAY)
    )


@pytest.mark.parametrize(
    "change",
    [
        Reversal(id="undo", value_date=DAY, reverses="row002"),
        Reclassification(
            id="undo",
            value_date=DAY,
            payment="row002",
            effect=Effect.REDUCE_TERM,
            requested_on=DAY,
        ),
    ],
)
def test_what_changes_a_counted_event_makes_it_stale(change: Reversal) -> None:
    events = [*HISTORY, change]
    with refused(StaleSnapshot, match="undo changes what came before"):
        replay(TERMS, events, published(), DAY, since=kept())
    day_before = DAY - timedelta(days=1)
    assert replay(TERMS, events, published(), day_before, since=kept()) == (
        replay(TERMS, events, published(), day_before)
    )


def test_an_opening_balance_makes_it_stale() -> None:
    opening = Opening(id="o", value_date=DAY, principal_not_due=ROWS[3].balance)
    before = snapshot(TERMS, [], published(), KEPT_ON)
    with refused(StaleSnapshot, match="o changes what came before"):
        replay(TERMS, [opening], published(), DAY, since=before)


def test_a_later_event_may_still_be_reversed() -> None:
    events = [*HISTORY, Reversal(id="undo", value_date=DAY, reverses="p")]
    assert replay(TERMS, events, published(), DAY, since=kept()) == (
        replay(TERMS, HISTORY[:2], published(), DAY)
    )


def test_a_limit_of_its_days_makes_it_stale_and_a_later_one_does_not() -> None:
    known = published().certificates
    january = certified_rates([*known, month("2026-01", "0.20", date(2026, 3, 1))])
    with refused(StaleSnapshot, match="limits"):
        replay(TERMS, HISTORY, january, DAY, since=kept())
    march = certified_rates([*known, month("2026-03", "0.20")])
    assert replay(TERMS, HISTORY, march, DAY, since=kept()) == replay(TERMS, HISTORY, march, DAY)
    provisional = kept(date(2026, 3, 10))
    with refused(StaleSnapshot, match="limits"):
        replay(TERMS, HISTORY, march, date(2026, 3, 11), since=provisional)


def test_other_terms_or_an_earlier_day_do_not_fit() -> None:
    with refused(StaleSnapshot, match="terms"):
        replay(example(rate_ea=Decimal("0.23")), HISTORY, published(), DAY, since=kept())
    with refused(StaleSnapshot, match="2026-01-09 lies before it"):
        replay(TERMS, HISTORY, published(), date(2026, 1, 9), since=kept())


def test_a_snapshot_belongs_to_one_version_of_the_engine() -> None:
    made = inputs_digest(ENGINE_VERSION, dump(TERMS), published(), KEPT_ON)
    assert kept().inputs == made
    assert made != inputs_digest("another", dump(TERMS), published(), KEPT_ON)


def test_an_event_counts_once() -> None:
    first = snapshot(TERMS, HISTORY, published(), DAY)
    assert first.counted == ("p", "row001", "row002")
    again = Payment(id="p", value_date=DAY, amount=ROWS[0].total)
    state = replay(TERMS, [again], published(), DAY, since=first)
    assert state == replay(TERMS, HISTORY, published(), DAY)
