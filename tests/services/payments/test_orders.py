"""Whatever comes first, twice, late or never: the same ledger."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from finportal.models import PaymentAttempt
from finportal.services.payments import journal
from finportal.services.payments.offers import Purpose
from tests.paying import BOTH
from tests.services.payments.scene import Scene

BEGINS = datetime(2026, 2, 9, 13, tzinfo=UTC)
ENDS = datetime(2026, 2, 9, 23, tzinfo=UTC)
PLANS = [
    "approved", "declined", "declined-then-approved", "pending", "pending-then-declined", "late",
    "silent", "twice", "told-late", "wrong-amount", "wrong-currency",
]  # fmt: skip
ACTIONS = ["tell", "again", "return", "poll", "ask", "wait"]
AMOUNT = 30_000_000

Outcome = tuple[object, ...]


def another_credit(scene: Scene) -> None:
    """A credit of its own for each example, at the same hour; older attempts rest."""
    scene.number = scene.people.loan(
        scene.person,
        principal=3_000_000_000,
        rate_ea="0.22",
        term=60,
        disbursed_on=date(2025, 10, 15),
        first_due_on=date(2025, 11, 15),
    )
    scene.clock.now = BEGINS
    with scene.desk.db.write() as session:
        session.execute(update(PaymentAttempt).values(next_poll_at=None))


def do(scene: Scene, reference: str, action: str) -> None:
    """One thing that happens, in its turn."""
    if action == "tell":
        scene.tell()
    elif action == "again":
        scene.bank.control(reference=reference, tell=True, tick=True)
    elif action == "return":
        scene.back(reference)
    elif action == "poll":
        scene.poll()
    elif action == "ask":
        scene.learn(reference)
    else:
        scene.clock.forward(minutes=50)


def lived(scene: Scene, plan: str, actions: list[str]) -> Outcome:
    """What is left in the books at the end of the day, whatever the way."""
    another_credit(scene)
    reference = scene.begin(Purpose.OTHER, amount=AMOUNT)
    scene.decide(reference, plan)
    for action in actions:
        do(scene, reference, action)
        scene.clock.forward(minutes=1)
    scene.clock.now = ENDS
    scene.tell()
    scene.poll()
    scene.clock.now = ENDS.replace(minute=30)
    scene.learn(reference)
    attempt, state = scene.attempt(reference), scene.state()
    with scene.desk.db.read() as session:
        booked = +journal.booked(session, attempt.loan_id)
    posted = [
        (one.kind, one.amount, one.value_date)
        for one in scene.postings()
        if one.attempt_id == attempt.id
    ]
    return attempt.state, attempt.paid, posted, sorted(booked.items()), state.paid, state.credit


@pytest.mark.parametrize("gateway_name", BOTH)
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=st.sampled_from(PLANS), actions=st.lists(st.sampled_from(ACTIONS), max_size=7))
def test_any_order_of_what_is_learnt_ends_in_the_same_ledger(
    scene: Scene, plan: str, actions: list[str]
) -> None:
    plain = lived(scene, plan, [])
    assert lived(scene, plan, actions) == plain
    assert scene.books() == []


@pytest.mark.parametrize("gateway_name", BOTH)
def test_notification_poll_and_return_at_the_same_moment(scene: Scene) -> None:
    references = [scene.begin(anyway=True) for _ in range(3)]
    for reference in references:
        scene.decide(reference, "approved")
    scene.clock.forward(minutes=1)
    barrier = Barrier(7)

    def together(act: Callable[[], object]) -> object:
        barrier.wait(timeout=30)
        return act()

    acts: list[Callable[[], object]] = [scene.tell, scene.poll, scene.poll]
    acts += [lambda reference=reference: scene.learn(reference) for reference in references]  # type: ignore[misc]
    acts.append(lambda: scene.learn(references[0]))
    with ThreadPoolExecutor(7) as pool:
        for one in [pool.submit(together, act) for act in acts]:
            one.result()
    assert len(scene.postings()) == 3
    assert {scene.attempt(reference).paid for reference in references} == {
        scene.attempt(references[0]).amount
    }
    assert scene.books() == []
