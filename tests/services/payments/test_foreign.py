"""Answers that tell of another's payment, and payments that one does not begin beside others."""

from typing import Any

import pytest
from sqlalchemy import update

from finportal.lending import Centavos
from finportal.lending.events import Effect
from finportal.models import PaymentAttempt
from finportal.services.payments import looking
from finportal.services.payments.errors import InProcess, NotStarted
from finportal.services.payments.machine import State
from finportal.services.payments.offers import FREE, Purpose
from finportal.services.payments.second_tries import hold_back
from tests.paying import BOTH
from tests.services.payments.scene import Scene

EXTRA = {"purpose": Purpose.OTHER, "amount": Centavos(500_000)}
ONLY_WOMPI = pytest.mark.parametrize("gateway_name", ["wompi"])


def return_naming(scene: Scene, reference: str, hint: str) -> None:
    scene.clock.forward(seconds=6)
    around = scene.people.around()
    looking.returned(scene.desk, scene.person.customer_id, reference, around, hint)


@pytest.mark.parametrize("gateway_name", BOTH)
@pytest.mark.parametrize("plan", ["pending", "silent"])
def test_another_payment_named_on_the_way_back_leaves_no_trace(scene: Scene, plan: str) -> None:
    paid = scene.begin()
    scene.decide(paid, plan)
    scene.learn(paid)
    deal = scene.bank.flask.extensions["bank"].find(scene.gateway, reference=paid)
    if scene.gateway == "wompi":
        other = scene.begin(**EXTRA)
        hint = f"{deal.number}-{int(deal.created_at.timestamp())}-{deal.tries[0].number}"
    else:
        scene.bank.control(fault={"kind": "drop", "on": "start"})
        with pytest.raises(NotStarted) as refused:
            scene.start(scene.wish(**EXTRA))
        other, hint = refused.value.reference, scene.attempt(paid).external_id
    before = scene.attempt(other).state
    return_naming(scene, other, hint)
    attempt = scene.attempt(other)
    assert (attempt.state, attempt.authorisation, attempt.paid) == (before, "", 0)
    assert scene.attempt(paid).authorisation
    scene.clock.forward(minutes=91)
    scene.learn(other)
    assert scene.attempt(other).state == State.EXPIRED
    assert scene.held() == []


@ONLY_WOMPI
def test_another_payment_taken_back_takes_nothing_from_this_attempt(scene: Scene) -> None:
    paid, other = scene.begin(), scene.begin(**EXTRA)
    scene.decide(paid, "approved", "card")
    scene.learn(paid)
    deal = scene.bank.flask.extensions["bank"].find("wompi", reference=paid)
    hint = f"{deal.number}-{int(deal.created_at.timestamp())}-{deal.tries[0].number}"
    scene.say(paid, "voided")
    return_naming(scene, other, hint)
    assert (scene.attempt(other).state, scene.attempt(other).paid) == (State.SENT, 0)
    scene.learn(paid)
    assert (scene.attempt(paid).state, scene.attempt(paid).paid) == (State.REVERSED, 0)
    return_naming(scene, other, hint)
    assert scene.attempt(other).state == State.SENT
    assert scene.books() == []


def test_whoever_may_have_paid_the_same_money_is_held_back(scene: Scene) -> None:
    debt = {Purpose.INSTALMENT, Purpose.OVERDUE, Purpose.PAYOFF}
    alike = dict.fromkeys(debt, debt) | {Purpose.PAYOFF: set(Purpose)}
    alike |= {one: {one, Purpose.PAYOFF} for one in set(Purpose) - debt}
    for begun in Purpose:
        with scene.desk.db.write() as session:
            session.execute(update(PaymentAttempt).values(state=State.REJECTED.value))
        scene.begin(**wished(begun), anyway=True)
        held_back = {one for one in Purpose if not starts(scene, one)}
        assert held_back == alike[begun]


def wished(purpose: Purpose) -> dict[str, Any]:
    free = {"amount": Centavos(300_000_000)} if purpose in FREE else {}
    effect = Effect.REDUCE_TERM if purpose is Purpose.EXTRA_PRINCIPAL else None
    return {"purpose": purpose, "effect": effect, **free}


def starts(scene: Scene, purpose: Purpose) -> bool:
    """Whether it would be begun; it is not."""
    with scene.desk.db.read() as session:
        try:
            hold_back(session, scene.credit().loan_id, purpose, scene.clock())
        except InProcess:
            return False
    return True
