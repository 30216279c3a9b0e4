"""Cases that every payment integration must survive, over real HTTP, on both databases."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from finportal.adapters.letter import Letter
from finportal.lending import Centavos
from finportal.services.payments import holding, looking, notices, reversing
from finportal.services.payments.errors import (
    AlreadyReversed,
    AlreadySettled,
    InProcess,
    NotStarted,
    OtherForm,
    UnknownAttempt,
)
from finportal.services.payments.holding import Decision, Outcome
from finportal.services.payments.inbox import Received
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.services.payments.reversing import Why
from finportal.web.wording import declined_because
from tests.paying import BOTH
from tests.services.payments.scene import Scene

WITH_BOTH = pytest.mark.parametrize("gateway_name", BOTH)
AtOnce = Callable[[Callable[[], object], int], list[Any]]
Posted = Callable[..., list[Letter]]


@WITH_BOTH
def test_01_the_same_notification_twice_and_two_at_once(
    scene: Scene, at_once: AtOnce, posted: Posted
) -> None:
    reference = scene.begin()
    scene.decide(reference, "twice")
    receive = scene.listening.receive
    scene.listening.receive = None
    scene.tell()
    assert receive
    (path, headers, body), *again = scene.listening.notices
    assert [told[2] for told in again] == [body]
    name = path.rpartition("/")[2]
    assert set(at_once(lambda: receive(name, headers, body), 4)) == {Received.ACCEPTED}
    assert receive(name, headers, body) is Received.ACCEPTED
    assert len(scene.postings()) == 1
    assert len(posted("payment_approved")) == 1
    assert scene.books() == []


@WITH_BOTH
@pytest.mark.parametrize("first", ["notification", "return"])
def test_02_notification_and_return_in_either_order(scene: Scene, first: str) -> None:
    reference = scene.begin()
    amount = scene.attempt(reference).amount
    scene.decide(reference, "approved")
    if first == "notification":
        scene.tell()
    result = scene.back(reference)
    scene.tell()
    assert result.seen.state is State.APPROVED
    assert [line.amount for line in result.lines] == [amount]
    assert sum(one.parts.total for one in result.lines[0].allocations) == amount
    assert [one.amount for one in scene.postings()] == [amount]
    assert scene.state().due.total == 0
    assert scene.books() == []


@WITH_BOTH
def test_03_no_notification_at_all(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "silent")
    assert scene.poll() == 0
    scene.clock.forward(minutes=1)
    assert scene.poll() == 1
    assert scene.attempt(reference).state == State.APPROVED
    assert len(scene.postings()) == 1
    assert scene.listening.notices == []


@WITH_BOTH
def test_04_pse_pending_for_hours(scene: Scene, posted: Posted) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    assert scene.back(reference).seen.state is State.PENDING
    assert (scene.postings(), scene.state().due.total > 0) == ([], True)
    with pytest.raises(InProcess) as held_back:
        scene.start(scene.wish())
    assert held_back.value.reference == reference
    assert held_back.value.authorisation == scene.attempt(reference).authorisation != ""
    assert held_back.value.since == scene.attempt(reference).created_at
    assert len(posted("payment_in_process")) == 1
    scene.clock.forward(hours=2)
    scene.tell()
    scene.poll()
    [posting] = scene.postings()
    assert posting.value_date == date(2026, 2, 9)
    assert scene.attempt(reference).state == State.APPROVED


@WITH_BOTH
def test_05_approved_after_it_expired_here(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "late")
    scene.clock.forward(minutes=31)
    scene.poll()
    if scene.gateway == "placetopay":
        assert scene.attempt(reference).state == State.EXPIRED
    scene.people.paid(scene.number, date(2026, 2, 9), 3_000_000)
    scene.clock.forward(hours=2)
    scene.tell()
    scene.poll()
    assert scene.attempt(reference).state == State.APPROVED
    [posting] = scene.postings()
    if scene.gateway == "placetopay":
        assert scene.alerts("payment_late") == 1
    assert scene.state().credit >= posting.amount
    assert scene.books() == []


def forged(scene: Scene, change: Callable[[dict[str, Any]], None]) -> Received:
    """The newest notification, changed on its way."""
    path, headers, body = scene.listening.notices[-1]
    said = json.loads(body)
    change(said)
    around = scene.people.around()
    name = path.rpartition("/")[2]
    return notices.receive(scene.desk, name, headers, json.dumps(said).encode(), around)


@WITH_BOTH
def test_06_forged_and_tampered_notifications(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "forged")
    scene.tell()
    assert scene.listening.answers == [Received.REFUSED]
    assert scene.attempt(reference).state == State.SENT
    assert (scene.postings(), scene.alerts("notification_refused")) == ([], 1)
    other = scene.begin(Purpose.INSTALMENT, anyway=True)
    scene.decide(other, "declined")
    scene.tell()
    tampering: list[Callable[[dict[str, Any]], None]] = {
        "placetopay": [
            lambda said: said["status"].update(status="APPROVED"),
            lambda said: said.update(signature="md5:" + "0" * 32),
            lambda said: said.pop("signature"),
        ],
        "wompi": [
            lambda said: said["data"]["transaction"].update(status="APPROVED"),
            lambda said: said.update(environment="prod"),
            lambda said: said["data"]["transaction"].pop("status"),
        ],
    }[scene.gateway]
    for change in tampering:
        assert forged(scene, change) is Received.REFUSED
    assert scene.postings() == []
    assert notices.receive(scene.desk, scene.gateway, {}, b"<html>", scene.people.around()) is (
        Received.REFUSED
    )


@WITH_BOTH
@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ("wrong-amount", "amount"),
        ("wrong-currency", "currency"),
        ("other-reference", "reference"),
    ],
)
def test_07_wrong_amount_currency_or_reference(scene: Scene, plan: str, reason: str) -> None:
    reference = scene.begin()
    amount = scene.attempt(reference).amount
    scene.decide(reference, plan)
    scene.tell()
    scene.back(reference)
    if (scene.gateway, plan) == ("wompi", "other-reference"):
        assert [kind for kind, _ in scene.held()] in (["unknown"], ["reference"])
    else:
        assert [kind for kind, _ in scene.held()] == [reason]
        assert scene.attempt(reference).state == State.REVIEW
    assert scene.postings() == []
    assert scene.state().due.total == amount
    assert scene.books() == []


def test_07_a_person_settles_what_is_held(scene: Scene, posted: Posted) -> None:
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


def test_07_money_that_was_given_back_leaves_the_books(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "wrong-amount")
    scene.tell()
    decision = Decision(outcome=Outcome.RETURNED, by="Ana", note="transfer 17")
    assert holding.settle(scene.desk, 1, decision, scene.people.around()) is None
    assert scene.attempt(reference).state == State.REJECTED
    scene.learn(reference)
    assert (scene.postings(), scene.held(), scene.books()) == ([], [], [])


@WITH_BOTH
def test_08_the_bank_s_own_reason_reaches_the_customer(scene: Scene, posted: Posted) -> None:
    reference = scene.begin()
    stranger = scene.begin(Purpose.PAYOFF, customer_id=None, anyway=True)
    for one in (reference, stranger):
        scene.decide(one, "declined")
        scene.learn(one)
        assert declined_because(scene.attempt(one).reason).lower() == "fondos insuficientes"
    [letter] = posted()
    assert (letter.kind, letter.values["reference"]) == ("payment_declined", reference)
    assert declined_because(letter.values["reason"]).lower() == "fondos insuficientes"


@WITH_BOTH
def test_08_declined_then_approved_under_one_reference(scene: Scene, posted: Posted) -> None:
    reference = scene.begin()
    scene.decide(reference, "declined-then-approved")
    scene.tell()
    scene.back(reference)
    assert scene.postings() == []
    scene.clock.forward(minutes=2)
    scene.tell()
    scene.poll()
    assert scene.attempt(reference).state == State.APPROVED
    assert len(scene.postings()) == 1
    assert len(posted("payment_approved")) == 1


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_08_each_letter_is_sent_once_however_often_it_is_declined(
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


@pytest.mark.parametrize("kind", ["html", "error", "drop"])
def test_09_no_usable_answer_when_it_is_begun(scene: Scene, kind: str) -> None:
    scene.bank.control(fault={"kind": kind, "on": "start"})
    wish = scene.wish()
    with pytest.raises(NotStarted) as refused:
        scene.start(wish)
    reference = refused.value.reference
    assert scene.attempt(reference).state == State.UNKNOWN
    with pytest.raises(NotStarted):
        scene.start(wish)
    again = scene.begin()
    assert again != reference
    scene.decide(again, "approved")
    scene.tell()
    assert len(scene.postings()) == 1
    scene.clock.forward(minutes=91)
    scene.poll()
    assert scene.attempt(reference).state == State.EXPIRED
    assert len(scene.postings()) == 1


def test_09_a_gateway_that_cannot_be_reached_has_taken_nothing(scene: Scene) -> None:
    scene.bank.__exit__()
    try:
        with pytest.raises(NotStarted) as refused:
            scene.start(scene.wish())
    finally:
        scene.bank.__enter__ = lambda: None  # type: ignore[method-assign]
    assert scene.attempt(refused.value.reference).state == State.FAILED


@WITH_BOTH
@pytest.mark.parametrize("kind", ["html", "error", "drop"])
def test_10_a_question_that_fails_changes_nothing(scene: Scene, kind: str) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    scene.back(reference)
    scene.bank.control(fault={"kind": kind, "on": "ask", "times": 1})
    assert scene.learn(reference).down
    assert scene.attempt(reference).state == State.PENDING
    assert scene.alerts("payment_alert") == 1
    assert scene.attempt(reference).next_poll_at
    scene.learn(reference)
    assert scene.attempt(reference).problem is None


def test_10_a_clock_that_drifts_rejects_nothing(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    scene.back(reference)
    scene.bank.clock = lambda: datetime(2026, 2, 9, 16, tzinfo=UTC)
    scene.learn(reference)
    attempt = scene.attempt(reference)
    assert attempt.state == State.PENDING
    assert (attempt.problem or "").startswith("CredentialsRefused")
    assert scene.alerts("payment_alert") == 1


@WITH_BOTH
def test_11_double_click_two_tabs_and_the_back_button(scene: Scene, at_once: AtOnce) -> None:
    wish = scene.wish()
    sent = scene.start(wish)
    assert scene.start(wish) == sent
    with pytest.raises(OtherForm):
        scene.start(replace(wish, amount=Centavos(wish.amount + 100)))
    with pytest.raises(InProcess):
        scene.start(scene.wish())
    tabs = [scene.begin(anyway=True), sent.reference]
    scene.bank.visit(sent.go_to)
    for reference in tabs:
        scene.decide(reference, "approved")
    scene.tell()
    amounts = [one.amount for one in scene.postings()]
    assert amounts == [wish.amount, wish.amount]
    state = scene.state()
    assert (state.due.total, state.credit) == (0, wish.amount)
    assert scene.books() == []


def test_11_the_same_form_many_times_at_once_is_one_attempt(scene: Scene, at_once: AtOnce) -> None:
    wish = scene.wish()
    results = at_once(lambda: scene.start(wish), 8)
    sent = [one for one in results if not isinstance(one, Exception)]
    assert {type(one) for one in results if isinstance(one, Exception)} <= {InProcess}
    assert len({one.reference for one in sent}) == 1


@WITH_BOTH
def test_12_the_balance_moved_meanwhile(scene: Scene, posted: Posted) -> None:
    reference = scene.begin(Purpose.PAYOFF)
    amount = scene.attempt(reference).amount
    scene.clock.forward(days=0, hours=13, minutes=50)
    scene.decide(reference, "pending")
    scene.clock.forward(hours=2)
    scene.tell()
    scene.learn(reference)
    [posting] = scene.postings()
    assert (posting.amount, posting.value_date) == (amount, date(2026, 2, 10))
    state = scene.state()
    assert 0 < state.payoff < 5_000_000
    assert state.credit == 0
    [letter] = posted("payment_approved")
    assert letter.values["late"] == "1"
    assert scene.back(reference).seen.late
    assert scene.books() == []


@WITH_BOTH
def test_15_voided_after_it_was_posted(scene: Scene, posted: Posted) -> None:
    before = scene.state()
    reference = scene.begin()
    scene.decide(reference, "voided", "card")
    scene.tell()
    assert scene.attempt(reference).state == State.APPROVED
    scene.clock.forward(hours=1)
    scene.tell()
    scene.clock.forward(days=1)
    scene.poll()
    if scene.gateway == "placetopay":  # its answer only hints: a person decides
        assert "refunded" in (scene.attempt(reference).problem or "")
        reversing.reverse(scene.desk, 1, Why.VOID, "Ana", scene.people.around())
        scene.learn(reference)
        assert scene.attempt(reference).problem is None
    kinds = [one.kind for one in scene.postings()]
    assert kinds == ["payment", "reversal"]
    assert scene.attempt(reference).state == State.REVERSED
    after = scene.state()
    assert after.oldest_due_date == before.oldest_due_date
    assert after.due.total > before.due.total
    scene.learn(reference)
    assert len(scene.postings()) == 2
    assert len(posted("payment_reversed")) == 1
    assert scene.books() == []


@WITH_BOTH
def test_15_refunded_as_a_state_of_its_own_is_taken_back_by_itself(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.tell()
    scene.say(reference, "refunded")
    for _ in range(2):
        scene.learn(reference)
    assert [one.kind for one in scene.postings()] == ["payment", "reversal"]
    assert scene.attempt(reference).state == State.REVERSED
    assert (scene.attempt(reference).problem, scene.books()) == (None, [])


@WITH_BOTH
def test_15_given_back_in_part_is_left_to_a_person(scene: Scene) -> None:
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
def test_15_voided_before_anybody_heard_of_it(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.say(reference, "voided")
    scene.learn(reference)
    assert scene.attempt(reference).state == State.REJECTED
    assert (scene.postings(), scene.held()) == ([], [])


def test_15_chargebacks_and_bounced_cheques_by_hand(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.tell()
    scene.clock.forward(days=20)
    around = scene.people.around()
    reversing.reverse(scene.desk, 1, Why.CHARGEBACK, "Ana", around)
    with pytest.raises(AlreadyReversed):
        reversing.reverse(scene.desk, 1, Why.CHARGEBACK, "Ana", around)
    assert scene.attempt(reference).state == State.REVERSED
    assert scene.state().oldest_due_date == date(2025, 12, 15)
    lines = scene.back(reference).lines
    assert sorted((line.kind, line.reversed_on is not None) for line in lines) == [
        ("payment", True),
        ("reversal", False),
    ]
    scene.learn(reference)
    assert ([one.kind for one in scene.postings()], scene.books()) == (["payment", "reversal"], [])


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
