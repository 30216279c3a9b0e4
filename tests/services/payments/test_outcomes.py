"""What becomes of payments beside the fifteen cases: held, told, declined, given back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from finportal.adapters.letter import Letter
from finportal.models import AuditEvent
from finportal.services.payments import holding, looking
from finportal.services.payments.errors import (
    AlreadySettled,
    InProcess,
    NotStarted,
    UnknownAttempt,
)
from finportal.services.payments.holding import Decision, Outcome
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.web.wording import declined_because
from tests.paying import BOTH
from tests.services.payments.scene import Scene

WITH_BOTH = pytest.mark.parametrize("gateway_name", BOTH)
AtOnce = Callable[[Callable[[], object], int], list[Any]]
Posted = Callable[..., list[Letter]]


def test_a_person_settles_what_is_held(scene: Scene, posted: Posted) -> None:
    reference = scene.begin()
    amount = scene.attempt(reference).amount
    scene.decide(reference, "wrong-amount")
    scene.tell()
    decision = Decision(
        outcome=Outcome.POSTED, by="Ana", note="paid too much", loan_number=scene.number
    )
    assert holding.settle(scene.desk, 1, decision, scene.people.around())
    assert [one.amount for one in scene.postings()] == [amount + 100_000]
    [letter] = posted("payment_approved")
    assert (letter.values["reference"], letter.values["amount"]) == (
        reference,
        str(amount + 100_000),
    )
    assert scene.attempt(reference).state == State.APPROVED
    assert scene.held() == []
    with pytest.raises(AlreadySettled):
        holding.settle(scene.desk, 1, decision, scene.people.around())
    scene.learn(reference)
    assert (len(scene.postings()), scene.held(), scene.books()) == (1, [], [])


def test_what_a_file_has_too_is_posted_and_told(scene: Scene) -> None:
    reference = scene.begin()
    pesos = scene.attempt(reference).amount // 100
    for other in ({"pesos": pesos + 1}, {"paid_on": date(2026, 2, 8)}):
        scene.people.paid(scene.number, **{"paid_on": date(2026, 2, 9), "pesos": pesos} | other)
    gone = scene.people.paid(scene.number, date(2026, 2, 9), pesos)
    scene.people.reversed(gone, date(2026, 2, 9))
    receipt = scene.people.paid(scene.number, date(2026, 2, 9), pesos)
    scene.decide(reference, "approved")
    scene.tell()
    assert [one.amount for one in scene.postings()] == [pesos * 100]
    alert = f"{reference}: a payments file has the same money: {receipt}"
    with scene.desk.db.read() as session:
        query = select(AuditEvent.detail).where(AuditEvent.kind == "payment_alert")
        assert list(session.scalars(query)) == [alert]


def test_money_that_was_given_back_leaves_the_books(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "wrong-amount")
    scene.tell()
    decision = Decision(outcome=Outcome.RETURNED, by="Ana", note="transfer 17")
    assert holding.settle(scene.desk, 1, decision, scene.people.around()) is None
    assert scene.attempt(reference).state == State.REJECTED
    scene.learn(reference)
    assert (scene.postings(), scene.held(), scene.books()) == ([], [], [])


@WITH_BOTH
def test_the_bank_s_own_reason_reaches_the_customer(scene: Scene, posted: Posted) -> None:
    reference = scene.begin()
    stranger = scene.begin(Purpose.PAYOFF, customer_id=None, anyway=True)
    for one in (reference, stranger):
        scene.decide(one, "declined")
        scene.learn(one)
        assert declined_because(scene.attempt(one).reason).lower() == "fondos insuficientes"
    [letter] = posted()
    assert (letter.kind, letter.values["reference"]) == ("payment_declined", reference)
    assert declined_because(letter.values["reason"]).lower() == "fondos insuficientes"


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_each_letter_is_sent_once_however_often_it_is_declined(
    scene: Scene, posted: Posted
) -> None:
    reference = scene.begin()
    scene.decide(reference, "declined")
    scene.learn(reference)
    for said in ("pending", "declined", "pending", "declined"):
        scene.say(reference, said)
        scene.learn(reference)
    after = ["sent", "rejected", "pending", "rejected", "pending", "rejected"]
    assert scene.moves(reference) == ["created", *after]
    kinds = [letter.kind for letter in posted()]
    assert kinds == ["payment_declined", "payment_in_process"]


def test_a_gateway_that_cannot_be_reached_has_taken_nothing(scene: Scene) -> None:
    scene.bank.__exit__()
    try:
        with pytest.raises(NotStarted) as refused:
            scene.start(scene.wish())
    finally:
        scene.bank.__enter__ = lambda: None  # type: ignore[method-assign]
    assert scene.attempt(refused.value.reference).state == State.FAILED


def test_the_same_form_many_times_at_once_is_one_attempt(scene: Scene, at_once: AtOnce) -> None:
    wish = scene.wish()
    results = at_once(lambda: scene.start(wish), 8)
    sent = [one for one in results if not isinstance(one, Exception)]
    assert {type(one) for one in results if isinstance(one, Exception)} <= {InProcess}
    assert len({one.reference for one in sent}) == 1


@WITH_BOTH
def test_given_back_in_part_is_left_to_a_person(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.tell()
    scene.say(reference, "refunded")
    deal = scene.bank.flask.extensions["bank"].find(scene.gateway, reference=reference)
    deal.tries[0].cents = 100_000
    scene.learn(reference)
    assert [one.kind for one in scene.postings()] == ["payment"]
    assert scene.attempt(reference).state == State.APPROVED
    assert "refunded" in (scene.attempt(reference).problem or "")
    assert scene.books() == []


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_voided_before_anybody_heard_of_it(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.say(reference, "voided")
    scene.learn(reference)
    assert scene.attempt(reference).state == State.REJECTED
    assert (scene.postings(), scene.held()) == ([], [])


def test_another_customers_attempt_does_not_exist(scene: Scene) -> None:
    reference = scene.begin()
    stranger = scene.people.active()
    with scene.desk.db.read() as session:
        for who in (stranger.customer_id, 0):
            with pytest.raises(UnknownAttempt):
                looking.look(session, who, reference, date(2026, 2, 9))
        assert looking.in_process(session, stranger.customer_id) == []
        assert [one.reference for one in looking.in_process(session, scene.person.customer_id)] == [
            reference
        ]
