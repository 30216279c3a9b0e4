"""Notifications: kept first, judged once, and never lost to a failure in between."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select

from finportal.adapters.gateways import Answer, Asked, Gateway
from finportal.models import GatewayNotification, NotificationVerdict
from finportal.services import throttle
from finportal.services.payments import inbox, notices
from finportal.services.payments.errors import NotStarted, UnknownGateway
from finportal.services.payments.inbox import (
    REFUSED_BYTES,
    REFUSED_KEPT,
    REFUSED_OF_ALL,
    Received,
)
from finportal.services.payments.machine import State
from tests.paying import BOTH
from tests.services.payments.scene import Scene

WITH_BOTH = pytest.mark.parametrize("gateway_name", BOTH)
SAID = {"status": {"status": "APPROVED", "date": "x"}}


def counted(scene: Scene, table: Any) -> int:
    with scene.desk.db.read() as session:
        return session.scalar(select(func.count(table.id))) or 0


@WITH_BOTH
def test_it_is_kept_word_for_word_with_what_was_found(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    scene.tell()
    _, headers, body = scene.listening.notices[0]
    with scene.desk.db.read() as session:
        kept = session.scalars(select(GatewayNotification)).one()
        verdict = session.scalars(select(NotificationVerdict)).one()
    assert (kept.body, kept.gateway, kept.network) == (body, scene.gateway, "198.51.100.0/24")
    checksum = headers.get("X-Event-Checksum")
    assert json.loads(kept.headers) == ({"x-event-checksum": checksum} if checksum else {})
    assert (verdict.verdict, verdict.attempt_id) == ("accepted", scene.attempt(reference).id)


@WITH_BOTH
def test_a_gateway_that_is_down_after_telling_is_asked_by_the_poll(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    scene.bank.control(fault={"kind": "html", "on": "ask"})
    scene.tell()
    known = scene.attempt(reference).external_id
    assert scene.listening.answers == [Received.ACCEPTED if known else Received.WAITING]
    assert scene.postings() == []
    scene.clock.forward(minutes=5)
    scene.poll()
    assert len(scene.postings()) == 1


@WITH_BOTH
def test_what_was_kept_and_never_judged_is_judged_by_the_worker(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    receive, scene.listening.receive = scene.listening.receive, None
    scene.tell()
    assert receive
    path, headers, body = scene.listening.notices[0]
    named = {name.lower(): value for name, value in headers.items()}
    kept = {name: named[name] for name in notices.SIGNING_HEADERS if name in named}
    inbox.keep(scene.desk.db, path.rpartition("/")[2], kept, body, scene.people.around())
    assert notices.judge_waiting(scene.desk, scene.people.around()) == 1
    assert notices.judge_waiting(scene.desk, scene.people.around()) == 0
    assert len(scene.postings()) == 1


class Dying:
    """The real gateway, at whose question the process dies."""

    def __init__(self, real: Gateway) -> None:
        self.name, self.read_notification = real.name, real.read_notification

    def ask(self, _: Asked) -> Answer:
        raise KeyboardInterrupt


@WITH_BOTH
def test_what_was_judged_and_not_asked_about_is_next_in_turn(scene: Scene) -> None:
    reference = scene.begin()
    scene.clock.forward(minutes=50)
    scene.poll()
    scene.decide(reference, "approved")
    receive, scene.listening.receive = scene.listening.receive, None
    scene.tell()
    assert receive
    path, headers, body = scene.listening.notices[0]
    dying = Dying(scene.bank.gateway(scene.gateway))
    desk = replace(scene.desk, named=lambda _: dying)  # type: ignore[arg-type,return-value]
    with pytest.raises(KeyboardInterrupt):
        notices.receive(desk, path.rpartition("/")[2], headers, body, scene.people.around())
    known = scene.attempt(reference).external_id
    assert scene.poll() == (1 if known else 0)  # else it is still to be judged, which asks
    assert len(scene.postings()) == 1


@pytest.mark.parametrize("kind", ["error", "html", "drop"])
def test_the_only_word_of_a_session_waits_until_the_gateway_answers(
    scene: Scene, kind: str
) -> None:
    scene.bank.control(fault={"kind": "drop", "on": "start"})
    with pytest.raises(NotStarted) as refused:
        scene.start(scene.wish())
    reference = refused.value.reference
    scene.decide(reference, "approved")
    scene.bank.control(fault={"kind": kind, "on": "ask"})
    scene.tell()
    assert scene.listening.answers == [Received.WAITING]
    assert counted(scene, NotificationVerdict) == 0
    scene.clock.forward(minutes=5)
    scene.poll()
    assert scene.attempt(reference).state == State.APPROVED
    assert (len(scene.postings()), counted(scene, NotificationVerdict)) == (1, 1)


def test_a_notification_gives_an_attempt_the_session_it_never_heard_of(scene: Scene) -> None:
    scene.bank.control(fault={"kind": "drop", "on": "start"})
    with pytest.raises(NotStarted) as refused:
        scene.start(scene.wish())
    reference = refused.value.reference
    assert scene.attempt(reference).external_id is None
    scene.decide(reference, "approved")
    scene.tell()
    attempt = scene.attempt(reference)
    assert (attempt.state, attempt.external_id) == (State.APPROVED, "1")
    assert len(scene.postings()) == 1


@WITH_BOTH
def test_money_of_no_attempt_of_ours_is_held(scene: Scene) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    receive, scene.listening.receive = scene.listening.receive, None
    scene.tell()
    assert receive
    path, headers, body = scene.listening.notices[0]
    other = scene.people.around()
    with scene.desk.db.write() as session:
        attempt = scene.attempt(reference)
        attempt = session.merge(attempt)
        attempt.reference, attempt.external_id = "999-GONE", "999"
    received = notices.receive(scene.desk, path.rpartition("/")[2], headers, body, other)
    assert received is Received.UNMATCHED
    assert [reason for reason, _ in scene.held()] == ["unknown"]
    assert (scene.postings(), scene.books()) == ([], [])


def test_strangers_cannot_fill_the_inbox(scene: Scene) -> None:
    around = scene.people.around()
    for number in range(REFUSED_KEPT.most + 5):
        body = json.dumps({"requestId": number, "status": {"status": "APPROVED", "date": "x"}})
        received = notices.receive(scene.desk, "placetopay", {}, body.encode(), around)
        assert received is Received.REFUSED
    assert counted(scene, GatewayNotification) == REFUSED_KEPT.most
    reference = scene.begin()
    scene.decide(reference, "approved")
    receive, scene.listening.receive = scene.listening.receive, None
    scene.tell()
    assert receive
    path, headers, body_told = scene.listening.notices[0]
    told = notices.receive(scene.desk, path.rpartition("/")[2], headers, body_told, around)
    assert (told, len(scene.postings())) == (Received.ACCEPTED, 1)


def test_of_what_proves_nothing_the_beginning_is_kept(scene: Scene) -> None:
    around = scene.people.around()
    body = json.dumps({"requestId": 1, "pad": "x" * 9_000} | SAID).encode()
    for same in (body, body):
        assert notices.receive(scene.desk, "placetopay", {}, same, around) is Received.REFUSED
    assert notices.receive(scene.desk, "placetopay", {}, body + b" ", around) is Received.REFUSED
    with scene.desk.db.read() as session:
        kept = session.scalars(select(GatewayNotification)).all()
        why = session.scalars(select(NotificationVerdict.reason)).all()
    assert [one.body for one in kept] == [body[:REFUSED_BYTES]] * 2
    assert kept[0].digest != kept[1].digest
    whole = f"placetopay\n{{}}\n{body.decode()}"
    assert kept[0].digest == sha256(whole.encode()).hexdigest()
    assert set(why) == {"BadSignature"}


def test_many_networks_together_cannot_fill_the_inbox(scene: Scene) -> None:
    counter = throttle.counter(scene.desk.vault, REFUSED_OF_ALL, "all")
    around = scene.people.around()
    with scene.desk.db.write() as session:
        for _ in range(REFUSED_OF_ALL.most - 1):
            throttle.take(session, around.now, [counter])
    for number in range(3):
        elsewhere = scene.people.around(network=f"198.51.{number}.0/24")
        body = b'{"requestId": %d}' % number
        assert notices.receive(scene.desk, "placetopay", {}, body, elsewhere) is Received.REFUSED
    assert counted(scene, GatewayNotification) == 1


def test_a_hurried_question_that_fails_is_asked_again_by_the_next_round(scene: Scene) -> None:
    reference = scene.begin()
    scene.clock.forward(minutes=50)
    scene.poll()
    scene.decide(reference, "approved")
    scene.bank.control(fault={"kind": "html", "on": "ask"})
    scene.tell()
    scene.poll()
    assert len(scene.postings()) == 1


def test_what_no_gateway_would_send(scene: Scene) -> None:
    around = scene.people.around()
    assert notices.receive(scene.desk, "placetopay", {}, b"x" * 17_000, around) is Received.REFUSED
    assert counted(scene, GatewayNotification) == 0
    with pytest.raises(UnknownGateway):
        notices.receive(scene.desk, "paypal", {}, b"{}", around)
    with pytest.raises(UnknownGateway):
        replace(scene.desk).gateway("../etc")


def test_another_event_is_answered_and_left(scene: Scene) -> None:
    scene.gateway = "wompi"
    account = scene.bank.flask.extensions["wompi"]
    secret = account.events_secret.get_secret_value()
    event = {
        "event": "nequi_token.updated",
        "data": {"transaction": {"id": "1", "status": "APPROVED"}},
        "environment": "test",
        "signature": {"properties": ["transaction.id", "transaction.status"]},
        "timestamp": 1_770_000_000,
    }
    checksum = sha256(f"1APPROVED1770000000{secret}".encode()).hexdigest()
    event["signature"]["checksum"] = checksum  # type: ignore[index]
    body, around = json.dumps(event).encode(), scene.people.around()
    assert notices.receive(scene.desk, "wompi", {}, body, around) is Received.IGNORED
