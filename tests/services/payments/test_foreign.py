"""Answers that tell of another's payment, and payments that one does not begin beside others."""

import pytest

from finportal.lending import Centavos
from finportal.services.payments import looking
from finportal.services.payments.errors import NotStarted
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
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
