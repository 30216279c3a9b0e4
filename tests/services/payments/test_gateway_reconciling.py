"""What gateways say compared with what was posted: every way in which the two lists can differ."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from finportal.models import PaymentAttempt
from finportal.services.payments import gateway_reconciling, posting, reversing
from finportal.services.payments.gateway_reconciling import Compared
from finportal.services.payments.posting import Money
from finportal.services.payments.reversing import Why
from finportal.services.reconciliation import Reconciliation
from tests.paying import WITH_BOTH
from tests.services.payments.scene import Scene

DAY = date(2026, 2, 9)


def compared(scene: Scene, first: date = DAY, last: date = DAY) -> Compared:
    return gateway_reconciling.compare(scene.desk, first, last)


def only(scene: Scene) -> Reconciliation:
    """The one channel."""
    found = compared(scene)
    assert (list(found.channels), found.unanswered) == ([(f"gateway:{scene.gateway}", "pse")], [])
    return found.channels[f"gateway:{scene.gateway}", "pse"]


def paid(scene: Scene, plan: str = "approved") -> str:
    reference = scene.begin(anyway=True)
    scene.decide(reference, plan)
    return reference


@WITH_BOTH
def test_what_was_paid_and_posted_is_matched_on_its_day_alone(scene: Scene) -> None:
    for _ in range(2):
        paid(scene)
    paid(scene, "declined")
    scene.begin(anyway=True)
    scene.tell()
    assert (len(only(scene).matched), compared(scene).clean) == (2, True)
    for other in (date(2026, 2, 8), date(2026, 2, 10)):
        assert compared(scene, other, other).channels == {}


@WITH_BOTH
def test_what_is_not_posted_yet_is_missing_here_and_nothing_is_changed(scene: Scene) -> None:
    reference = paid(scene, "silent")
    found = only(scene)
    assert [one.reference for one in found.missing_here] == [reference]
    assert not compared(scene).clean
    assert (scene.postings(), scene.held()) == ([], [])
    scene.learn(reference)
    assert only(scene).clean


def test_money_that_is_held_is_missing_here_too(scene: Scene) -> None:
    paid(scene, "wrong-amount")
    scene.tell()
    assert len(only(scene).missing_here) == 1


def test_what_the_gateway_does_not_know_is_missing_there(scene: Scene) -> None:
    paid(scene)
    scene.tell()
    [posted] = scene.postings()
    odd = Money(
        source=posted.source,
        key="X-1",
        amount=posted.amount,
        value_date=DAY,
        channel="pse",  # type: ignore[arg-type]
    )
    with scene.desk.db.write() as session:
        assert posting.post(session, posted.loan_id, odd, scene.people.around())
    found = only(scene)
    assert (len(found.matched), [one.id for one in found.missing_there]) == (1, ["X-1"])


def test_an_old_attempt_with_a_later_payment_too_is_asked_about(scene: Scene) -> None:
    paid(scene)
    scene.tell()
    later = {"created_at": scene.clock() - timedelta(days=9), "value_date": date(2026, 2, 10)}
    with scene.desk.db.write() as session:
        session.execute(update(PaymentAttempt).values(later))
    assert (len(only(scene).matched), compared(scene).clean) == (1, True)


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_what_was_given_back_there_and_stands_here_is_missing_there(scene: Scene) -> None:
    reference = paid(scene)
    scene.tell()
    scene.say(reference, "voided")
    assert [one.reference for one in only(scene).missing_there] == [reference]
    reversing.reverse(scene.desk, 1, Why.VOID, "Ana", scene.people.around())
    assert compared(scene).channels == {}


def answers_html(scene: Scene) -> None:
    scene.bank.control(fault={"kind": "html", "on": "ask", "times": 9})


def hangs_up(scene: Scene) -> None:
    scene.bank.control(fault={"kind": "drop", "on": "ask", "times": 1})


@pytest.mark.parametrize("fault", [answers_html, hangs_up])
def test_what_is_not_answered_is_named(scene: Scene, fault: Callable[[Scene], None]) -> None:
    references = [paid(scene) for _ in range(2)]
    scene.tell()
    fault(scene)
    found = compared(scene)
    assert (found.unanswered, found.clean) == (references, False)
    with scene.desk.db.read() as session:
        assert set(session.scalars(select(PaymentAttempt.problem))) == {None}
