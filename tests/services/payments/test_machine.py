"""The table of edges, and when a gateway is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from finportal.lending import Centavos
from finportal.models.payments import OUTCOMES, PURPOSES, STATES, VERDICTS, PaymentAttempt
from finportal.services.payments.errors import NotStarted
from finportal.services.payments.holding import Outcome
from finportal.services.payments.inbox import Received
from finportal.services.payments.machine import (
    EDGES,
    LOST,
    OPEN,
    NotAllowed,
    State,
    move,
    next_poll,
)
from finportal.services.payments.offers import Purpose
from tests.services.payments.scene import Scene

BEGAN = datetime(2026, 2, 9, 15, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def attempt(state: State = State.PENDING) -> PaymentAttempt:
    return PaymentAttempt(state=state, created_at=BEGAN, expires_at=BEGAN + 30 * MINUTE)


def test_the_words_are_those_of_the_tables() -> None:
    assert tuple(State) == STATES
    assert tuple(Purpose) == PURPOSES
    assert tuple(Outcome) == OUTCOMES
    assert tuple(Received)[:4] == VERDICTS


def test_approved_never_degrades_and_a_bank_wins_late() -> None:
    assert set(EDGES) == set(State)
    assert not EDGES[State.APPROVED] & {State.REJECTED, State.EXPIRED, State.PENDING}
    assert all(State.APPROVED in EDGES[state] for state in State if state is not State.APPROVED)
    assert all(state not in EDGES[state] for state in State)
    assert not any(State.CREATED in after for after in EDGES.values())


@pytest.mark.parametrize(
    ("after", "wait"),
    [
        (0 * MINUTE, 1 * MINUTE),
        (1 * MINUTE, 2 * MINUTE),
        (3 * MINUTE, 4 * MINUTE),
        (7 * MINUTE, 5 * MINUTE),
        (89 * MINUTE, 5 * MINUTE),
        (90 * MINUTE, HOUR),
        (23 * HOUR, HOUR),
        (DAY, DAY),
        (6 * DAY, DAY),
        (7 * DAY, None),
    ],
)
def test_when_an_open_attempt_is_asked_about_again(
    after: timedelta, wait: timedelta | None
) -> None:
    now = BEGAN + after
    assert next_poll(attempt(), now, final=False) == (wait and now + wait)


@pytest.mark.parametrize("state", LOST)
def test_what_is_lost_is_asked_about_for_a_week(state: State) -> None:
    assert next_poll(attempt(state), BEGAN + HOUR, final=True) == BEGAN + 2 * HOUR
    assert next_poll(attempt(state), BEGAN + 2 * DAY, final=True) == BEGAN + 3 * DAY
    assert next_poll(attempt(state), BEGAN + 8 * DAY, final=True) is None


def test_what_is_approved_is_asked_about_daily() -> None:
    assert next_poll(attempt(State.APPROVED), BEGAN + HOUR, final=True) == BEGAN + HOUR + DAY


def test_a_move_that_the_table_lacks_is_refused(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    scene.tell()
    with scene.desk.db.write() as session:
        row = session.get_one(PaymentAttempt, 1)
        with pytest.raises(NotAllowed):
            move(session, row, State.REJECTED, scene.clock(), cause="staff")
    assert scene.moves(reference) == ["created", "sent", "approved"]


def test_after_a_week_a_person_is_told(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    scene.bank.control(reference=reference)
    scene.back(reference)
    scene.bank.control(fault={"kind": "html", "on": "ask", "times": 1})
    scene.clock.forward(days=7)
    scene.learn(reference)
    assert scene.attempt(reference).next_poll_at is None
    assert scene.alerts("payment_needs_person") == 1
    assert scene.poll() == 0


def test_an_order_that_may_have_been_taken_is_open_and_asked_about_but_holds_nobody_back(
    scene: Scene,
) -> None:
    scene.bank.control(fault={"kind": "drop", "on": "start"})
    with pytest.raises(NotStarted) as refused:
        scene.begin()
    reference = refused.value.reference
    assert scene.attempt(reference).state == State.UNKNOWN
    assert (State.UNKNOWN in OPEN, State.FAILED in OPEN) == (True, False)
    assert scene.begin() != reference
    scene.clock.forward(minutes=1)
    assert scene.poll() == 2
    assert scene.attempt(reference).state == State.UNKNOWN
    scene.clock.forward(minutes=91)
    scene.poll()
    assert scene.attempt(reference).state == State.EXPIRED


def test_one_attempt_that_cannot_be_judged_does_not_stop_the_others(scene: Scene) -> None:
    broken, good = scene.begin(), scene.begin(Purpose.OTHER, amount=Centavos(100_000))
    for reference in (broken, good):
        scene.decide(reference, "silent")
    with scene.desk.db.write() as session:
        row = session.get_one(PaymentAttempt, 1)
        row.gateway = "gone"
    scene.clock.forward(minutes=1)
    assert scene.poll() == 2
    assert scene.attempt(good).state == State.APPROVED
    assert scene.attempt(broken).state == State.SENT


def test_a_gateway_that_is_down_is_asked_once_a_round(scene: Scene) -> None:
    for purpose in (Purpose.OVERDUE, Purpose.INSTALMENT, Purpose.PAYOFF):
        scene.begin(purpose, anyway=True)
    scene.clock.forward(minutes=1)
    scene.bank.control(fault={"kind": "error", "on": "ask", "times": 3})
    assert scene.poll() == 1
    assert scene.bank.control()["faults"] == 1
    scene.clock.forward(minutes=2)
    assert scene.poll() == 1
