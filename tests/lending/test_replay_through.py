"""Several days in one replay: each state is the one that a replay of its own gives."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.codec import dump
from finportal.lending.errors import LendingError
from finportal.lending.events import Opening, Reversal
from finportal.lending.explanation import Rule
from finportal.lending.replay import replay, replay_through
from finportal.lending.schedule import schedule
from finportal.lending.trace import Trace

from .builders import example, on_time, published
from .loans import histories
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
MANY = 200


@given(cases(), st.lists(st.integers(0, 1200), min_size=1, max_size=4))
def test_each_day_is_as_if_replayed_alone(case: Case, after: list[int]) -> None:
    opened = [event.value_date for event in case.events if isinstance(event, Opening)]
    begins = max([case.terms.disbursed_on, *opened])
    days = sorted({min(begins + timedelta(days=n), max(case.until, begins)) for n in after})
    states = replay_through(case.terms, case.events, case.rates, days)
    for day, state in zip(days, states, strict=True):
        assert dump(state) == dump(replay(case.terms, case.events, case.rates, day))


def test_events_of_every_kind_are_gone_through() -> None:
    checked = undone = 0
    for number, (terms, events, rates, until) in enumerate(histories(23, MANY)):
        begins = max([terms.disbursed_on, *(e.value_date for e in events if e.id == "opening")])
        days = sorted({begins + timedelta(days=(37 * number + n) % 900) for n in (0, 29, 43)})
        days = [*days, max(until, days[-1] + timedelta(days=1))]
        try:
            alone = [dump(replay(terms, events, rates, day)) for day in days]
        except LendingError:
            continue
        assert [dump(one) for one in replay_through(terms, events, rates, days)] == alone
        checked += 1
        undone += any(isinstance(event, Reversal) for event in events)
    assert checked > MANY // 2
    assert undone


def test_rows_ahead_are_explained_as_in_a_whole_trace() -> None:
    events = on_time(ROWS, 5)
    days = [ROWS[3].due_date - timedelta(days=12), ROWS[4].due_date - timedelta(days=12)]
    known = [event for event in events if event.value_date <= days[-1]]
    part, whole = Trace(), Trace()
    states = replay_through(TERMS, events, published(), days, (ROWS[6].due_date, part))
    assert [next(states).as_of, next(states).as_of] == days
    assert part.steps == []
    assert list(states) == []
    replay(TERMS, known, published(), ROWS[6].due_date, whole)

    def rows(trace: Trace) -> dict[int | None, object]:
        return {step.row: step for step in trace.steps if step.rule is Rule.ROW_INTEREST}

    assert sorted(n or 0 for n in rows(part)) == [5, 6, 7]
    assert rows(part).items() <= rows(whole).items()


def test_a_day_is_replayed_when_it_is_asked_for() -> None:
    states = replay_through(TERMS, [], published(), [ROWS[0].due_date, date.max])
    assert next(states).as_of == ROWS[0].due_date
