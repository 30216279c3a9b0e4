"""Limits: they hold, they end, they are shared by all processes, and they name nobody."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finportal.adapters.database import Database
from finportal.models import Bucket
from finportal.services import throttle
from finportal.services.throttle import Counter, Limit
from tests.doubles import Clock, CountingVault
from tests.services.hands import State

THREE = Limit("three", 3, timedelta(minutes=10))
ONE = Limit("one", 1, timedelta(minutes=60))
FRESH = count()


def take(db: Database, clock: Clock, *counters: Counter) -> timedelta | None:
    with db.write() as session:
        return throttle.take(session, clock(), counters)


def test_a_limit_lets_so_many_through_and_then_says_how_long_to_wait(
    db: Database, vault: CountingVault, clock: Clock
) -> None:
    marta = throttle.counter(vault, THREE, "marta")
    assert [take(db, clock, marta) for _ in range(3)] == [None, None, None]
    clock.forward(minutes=4)
    assert take(db, clock, marta) == timedelta(minutes=6)
    assert take(db, clock, marta) == timedelta(minutes=6)


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=3), timedelta(days=2)])
def test_a_window_ends_on_time_and_the_next_one_is_as_strict(
    db: Database, vault: CountingVault, clock: Clock, later: timedelta
) -> None:
    marta = throttle.counter(vault, THREE, "marta")
    for _ in range(3):
        for _ in range(8):
            take(db, clock, marta)
        clock.forward(minutes=10, microseconds=-1)
        assert take(db, clock, marta) == timedelta(microseconds=1)
        clock.now += timedelta(microseconds=1) + later
        assert [take(db, clock, marta) for _ in range(4)] == [None, None, None, THREE.per]
        clock.now += THREE.per


def test_one_persons_tries_are_not_anothers(
    db: Database, vault: CountingVault, clock: Clock
) -> None:
    for _ in range(5):
        take(db, clock, throttle.counter(vault, THREE, "marta"))
    assert take(db, clock, throttle.counter(vault, THREE, "luis")) is None
    other = Limit("other", 3, timedelta(minutes=10))
    assert take(db, clock, throttle.counter(vault, other, "marta")) is None


def test_a_limit_that_is_reached_spares_the_ones_after_it(
    db: Database, vault: CountingVault, clock: Clock, state: State
) -> None:
    network = throttle.counter(vault, ONE, "203.0.113.0/24")
    marta = throttle.counter(vault, THREE, "marta")
    assert take(db, clock, network, marta) is None
    for _ in range(5):
        assert take(db, clock, network, marta) == timedelta(minutes=60)
    assert take(db, clock, marta) is None
    assert {bucket.key: bucket.count for bucket in state.all(Bucket)} == {
        network.key: 6,
        marta.key: 2,
    }


def test_giving_back_undoes_one_use_and_never_more_than_there_were(
    db: Database, vault: CountingVault, clock: Clock
) -> None:
    marta = throttle.counter(vault, THREE, "marta")
    for _ in range(3):
        take(db, clock, marta)
    with db.write() as session:
        throttle.give_back(session, [marta])
    assert take(db, clock, marta) is None
    assert take(db, clock, marta) is not None
    with db.write() as session:
        throttle.give_back(session, [marta] * 50)
    assert [take(db, clock, marta) is None for _ in range(4)] == [True, True, True, False]


def test_giving_back_what_was_never_taken_changes_nothing(
    db: Database, vault: CountingVault, state: State
) -> None:
    with db.write() as session:
        throttle.give_back(session, [throttle.counter(vault, THREE, "marta")])
    assert state.count(Bucket) == 0


def test_the_table_names_nobody_and_forgets_windows_that_are_over(
    db: Database, vault: CountingVault, clock: Clock, state: State
) -> None:
    take(db, clock, throttle.counter(vault, THREE, "marta@correo.example"))
    take(db, clock, throttle.counter(vault, ONE, "52345678"))
    written = " ".join(bucket.key for bucket in state.all(Bucket))
    assert "marta" not in written
    assert "52345678" not in written
    assert {len(bucket.key) for bucket in state.all(Bucket)} == {64}
    clock.forward(minutes=10)
    with db.write() as session:
        throttle.sweep(session, clock())
    assert state.count(Bucket) == 1


def test_a_transaction_that_fails_counts_nothing(
    db: Database, vault: CountingVault, clock: Clock, state: State
) -> None:
    def fail() -> None:
        with db.write() as session:
            throttle.take(session, clock(), [throttle.counter(vault, ONE, "marta")])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert state.count(Bucket) == 0


def test_two_processes_share_a_limit(
    db: Database, vault: CountingVault, clock: Clock, settings: Any
) -> None:
    other = Database(settings.database)
    marta = throttle.counter(vault, THREE, "marta")
    waits = [take(one, clock, marta) for one in (db, other, db, other)]
    other.dispose()
    assert [wait is None for wait in waits] == [True, True, True, False]


def test_twenty_at_once_never_get_more_than_the_limit(
    db: Database,
    vault: CountingVault,
    clock: Clock,
    at_once: Callable[[Callable[[], object], int], list[Any]],
) -> None:
    marta = throttle.counter(vault, THREE, "marta")
    waits = at_once(lambda: take(db, clock, marta), 20)
    assert waits.count(None) == 3
    assert waits.count(timedelta(minutes=10)) == 17


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("take"), st.integers(0, 1)),
            st.tuples(st.just("give back"), st.integers(0, 1)),
            st.tuples(st.just("wait"), st.integers(1, 7)),
            st.tuples(st.just("sweep"), st.just(0)),
        ),
        max_size=25,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_any_sequence_behaves_like_a_counter_on_paper(
    db: Database, vault: CountingVault, clock: Clock, steps: list[tuple[str, int]]
) -> None:
    example = next(FRESH)
    counters = [throttle.counter(vault, THREE, f"{example}-{who}") for who in range(2)]
    windows: dict[int, tuple[int, Any]] = {}
    for what, which in steps:
        if what == "wait":
            clock.forward(minutes=which)
        elif what == "sweep":
            with db.write() as session:
                throttle.sweep(session, clock())
        elif what == "give back":
            used, ends = windows.get(which, (0, clock()))
            windows[which] = (max(0, used - 1), ends)
            with db.write() as session:
                throttle.give_back(session, [counters[which]])
        else:
            used, ends = windows.get(which, (0, clock()))
            used, ends = (1, clock() + THREE.per) if ends <= clock() else (used + 1, ends)
            windows[which] = (used, ends)
            expected = None if used <= THREE.most else ends - clock()
            assert take(db, clock, counters[which]) == expected
