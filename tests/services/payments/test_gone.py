"""Money that is gone again: voided while held, after a person posted it, or taken back by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from finportal.adapters.letter import Letter
from finportal.adapters.mail import draw
from finportal.lending.events import Reversal
from finportal.services import ledger, recording
from finportal.services.payment_references import grouped
from finportal.services.payments import bank_waiting, holding, reversing, voided
from finportal.services.payments.bank_waiting import Cheque
from finportal.services.payments.errors import AlreadyReversed, NotSettleable
from finportal.services.payments.holding import Decision, Outcome
from finportal.services.payments.machine import State
from finportal.services.payments.reversing import Why
from finportal.services.recording import Fact
from finportal.web.context import Portal
from tests.adapters.bank_files.made import Paid
from tests.services.payments.scene import Scene
from tests.services.payments.test_bank_loading import AMOUNT, key_of, load, made, reference

Letters = Callable[..., list[Letter]]
ONLY_WOMPI = pytest.mark.parametrize("gateway_name", ["wompi"])


def settled(scene: Scene, outcome: Outcome, number: str) -> None:
    with scene.desk.db.read() as session:
        held_id = holding.waiting(session)[0].id
    decision = Decision(outcome=outcome, by="Ana", note="asked", loan_number=number)
    holding.settle(scene.desk, held_id, decision, scene.people.around())


def kinds(scene: Scene) -> list[str]:
    return [one.kind for one in scene.postings()]


@ONLY_WOMPI
def test_money_voided_while_it_is_held_is_told_and_never_posted(scene: Scene) -> None:
    begun = scene.begin()
    scene.decide(begun, "wrong-amount", "card")
    scene.learn(begun)
    scene.say(begun, "voided")
    for _ in range(2):
        scene.learn(begun)
    assert "held and given back" in (scene.attempt(begun).problem or "")
    assert scene.alerts(voided.VOIDED) == 1
    with pytest.raises(NotSettleable, match="voided"):
        settled(scene, Outcome.POSTED, scene.number)
    settled(scene, Outcome.DISMISSED, scene.number)
    assert (scene.postings(), scene.held(), scene.books()) == ([], [], [])
    scene.learn(begun)
    assert (scene.attempt(begun).state, scene.attempt(begun).problem) == (State.REJECTED, None)


def test_a_hint_that_held_money_was_given_back_is_told(scene: Scene) -> None:
    begun = scene.begin()
    scene.decide(begun, "wrong-amount", "card")
    scene.learn(begun)
    scene.say(begun, "voided")
    scene.learn(begun)
    assert "held and given back" in (scene.attempt(begun).problem or "")
    assert scene.alerts(voided.VOIDED) == 0


def forgotten(scene: Scene) -> str:
    """An attempt that was paid and whose row names another by now; its money is held."""
    begun = scene.begin()
    scene.decide(begun, "approved", "card")
    with scene.desk.db.write() as session:
        attempt = session.merge(scene.attempt(begun))
        attempt.reference, attempt.external_id, attempt.next_poll_at = "999-GONE", "999", None
    scene.tell()
    assert [reason for reason, _ in scene.held()] == ["unknown"]
    return begun


@ONLY_WOMPI
@pytest.mark.parametrize("in_part", [False, True])
def test_a_void_of_money_that_a_person_posted_takes_it_back(
    scene: Scene, posted: Letters, *, in_part: bool
) -> None:
    begun = forgotten(scene)
    settled(scene, Outcome.POSTED, scene.number)
    alerts = scene.alerts("payment_alert")
    scene.clock.forward(minutes=10)
    if in_part:
        deal = scene.bank.flask.extensions["bank"].find("wompi", reference=begun)
        deal.tries[0].cents = 100_000
    scene.say(begun, "voided")
    scene.tell()
    assert kinds(scene) == ["payment"] if in_part else ["payment", "reversal"]
    assert len(posted("payment_reversed")) == (not in_part)
    assert scene.alerts("payment_alert") > alerts
    assert scene.books() == []


@ONLY_WOMPI
def test_a_void_of_money_of_no_attempt_that_waits_is_told_too(scene: Scene) -> None:
    begun = forgotten(scene)
    scene.clock.forward(minutes=10)
    scene.say(begun, "voided")
    scene.tell()
    with pytest.raises(NotSettleable, match="voided"):
        settled(scene, Outcome.POSTED, scene.number)


@ONLY_WOMPI
def test_a_reversal_is_told_to_whom_it_was_posted(scene: Scene, posted: Letters) -> None:
    begun = scene.begin()
    scene.decide(begun, "wrong-amount", "card")
    scene.learn(begun)
    other = scene.people.active()
    number = scene.people.loan(
        other,
        principal=3_000_000_000,
        rate_ea="0.22",
        term=60,
        disbursed_on=date(2025, 10, 15),
        first_due_on=date(2025, 11, 15),
        insurance_rate="0.0006",
    )
    settled(scene, Outcome.POSTED, number)
    scene.say(begun, "voided")
    scene.learn(begun)
    [letter] = posted("payment_reversed")
    assert (letter.to, letter.values["loan_end"]) == (other.email, number[-4:])
    assert begun not in letter.values.values()
    assert scene.attempt(begun).state == State.REVERSED


def test_a_bank_payment_taken_back_by_hand_is_told(
    scene: Scene, app: Flask, portal: Portal, posted: Letters
) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT)))
    reversing.reverse(scene.desk, 1, Why.MISTAKE, "Ana", scene.people.around())
    [letter] = posted("payment_reversed")
    told = grouped(reference(scene))
    assert (letter.values["reference"], letter.values["amount"]) == (told, str(AMOUNT))
    with app.test_request_context():
        message = draw(letter, "<1@x>", portal.settings)
    for part in (message.body, message.html):
        assert told in str(part)
        assert "/pagos/" not in str(part)


def test_a_cheque_that_was_taken_back_does_not_clear(scene: Scene) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT, means="02")))
    key, around = key_of(scene), scene.people.around()
    reversing.reverse(scene.desk, 1, Why.MISTAKE, "Ana", around)
    for cheque in Cheque:
        with pytest.raises(AlreadyReversed):
            bank_waiting.decide(scene.desk, key, cheque, "Ana", around)


@ONLY_WOMPI
def test_a_void_that_the_arithmetic_refuses_is_told(scene: Scene) -> None:
    begun = scene.begin()
    scene.decide(begun, "approved", "card")
    scene.learn(begun)
    [paid] = scene.postings()
    event = Reversal(
        id=ledger.event_id("staff", "r1"),
        value_date=date(2026, 2, 9),
        reverses=ledger.event_id(paid.source, paid.source_key),
    )
    fact = Fact(loan_number=scene.number, event=event, source="staff", external_id="r1")
    recording.record(scene.desk.db, fact, scene.people.around())
    scene.say(begun, "voided")
    alerts = scene.alerts("payment_alert")
    assert not scene.learn(begun).down
    assert scene.alerts("payment_alert") > alerts
    assert "refunded" in (scene.attempt(begun).problem or "")
    assert kinds(scene) == ["payment"]
