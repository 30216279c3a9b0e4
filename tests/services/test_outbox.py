"""The outbox: every letter leaves once, however the server behaves."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter, MailDelayed, MailRefused, MailServerDown
from finportal.models import OutboxMail
from finportal.models.mail import EXPIRED, FAILED, SENT, WAITING
from finportal.services import outbox
from finportal.services.outbox import BACKOFF, Delivered
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault
from tests.services.hands import PostOffice, State


def test_letters_leave_oldest_first_and_their_bodies_are_erased(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    post_office.post("a@x.co", "b@x.co")
    clock.forward(minutes=1)
    post_office.post("c@x.co")
    assert post_office.round() == Delivered(3, 0, 0)
    assert post_office.bag.recipients == ["a@x.co", "b@x.co", "c@x.co"]
    rows = state.all(OutboxMail)
    assert {(row.state, row.values_sealed, row.sent_at) for row in rows} == {(SENT, None, clock())}
    assert post_office.round() == Delivered(0, 0, 0)


def test_a_letter_is_part_of_the_fact_it_tells_of(post_office: PostOffice, state: State) -> None:
    def fail() -> None:
        with post_office.db.write() as session:
            letter = Letter("recovery", "a@x.co", "es_CO", {})
            outbox.post(session, post_office.vault, letter, post_office.clock())
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert state.count(OutboxMail) == 0


def test_a_delayed_letter_waits_longer_each_time_and_keeps_its_message_id(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    post_office.bag.trouble["a@x.co"] = [MailDelayed("451 later") for _ in BACKOFF]
    post_office.post("a@x.co")
    message_id = state.all(OutboxMail)[0].message_id
    for attempt, wait in enumerate(BACKOFF, start=1):
        assert post_office.round() == Delivered(0, 1, 0)
        [row] = state.all(OutboxMail)
        assert (row.state, row.attempts, row.last_error) == (WAITING, attempt, "451 later")
        assert timedelta() <= row.due_at - clock() - wait < timedelta(seconds=20)
        clock.now = row.due_at - timedelta(microseconds=1)
        assert post_office.round() == Delivered(0, 0, 0)
        clock.now = row.due_at
    assert post_office.round() == Delivered(1, 0, 0)
    assert post_office.bag.taken == [("a@x.co", message_id)]


def test_a_letter_nobody_takes_for_two_days_fails_for_good(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    post_office.bag.trouble["a@x.co"] = [MailDelayed("451") for _ in range(50)]
    post_office.post("a@x.co")
    started = clock()
    while state.all(OutboxMail)[0].state == WAITING:
        clock.now = state.all(OutboxMail)[0].due_at
        post_office.round()
    assert state.of_mail() == [FAILED]
    assert timedelta(days=1) < clock() - started < timedelta(days=4)


def test_a_refused_letter_is_seen_and_can_be_sent_again(
    post_office: PostOffice, db: Database, state: State, clock: Clock
) -> None:
    post_office.bag.trouble["a@x.co"] = [MailRefused("550 no such user")]
    post_office.post("a@x.co", "b@x.co")
    assert post_office.round() == Delivered(1, 0, 1)
    with db.read() as session:
        assert outbox.counts(session) == {FAILED: 1, SENT: 1}
    failed, sent = state.all(OutboxMail)
    assert failed.last_error == "550 no such user"
    with db.write() as session:
        assert outbox.retry(session, failed.id, clock())
        assert not outbox.retry(session, sent.id, clock())
        assert not outbox.retry(session, 999, clock())
    assert post_office.round() == Delivered(1, 0, 0)
    assert sorted(post_office.bag.recipients) == ["a@x.co", "b@x.co"]


def test_a_server_that_does_not_answer_is_not_asked_for_every_letter(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    post_office.bag.trouble["a@x.co"] = [MailServerDown("TimeoutError")]
    post_office.post("a@x.co", "b@x.co", "c@x.co")
    assert post_office.round() == Delivered(0, 1, 0)
    assert [row.attempts for row in state.all(OutboxMail)] == [1, 0, 0]
    clock.forward(minutes=2)
    assert post_office.round() == Delivered(3, 0, 0)


def test_what_is_kept_of_an_answer_names_nobody(post_office: PostOffice, state: State) -> None:
    post_office.bag.trouble["a@x.co"] = [MailRefused("550 <marta.rojas@correo.example> unknown")]
    post_office.post("a@x.co")
    post_office.round()
    assert state.all(OutboxMail)[0].last_error == "550 <m•••@c•••.example> unknown"


@pytest.mark.parametrize("trouble", [MailDelayed("451 greylisted"), KeyError("no template")])
def test_one_letter_in_trouble_does_not_keep_the_others(
    post_office: PostOffice, state: State, trouble: Exception
) -> None:
    post_office.bag.trouble = {"a@x.co": [trouble], "b@x.co": [trouble]}
    post_office.post("a@x.co", "b@x.co", "c@x.co")
    post_office.round()
    assert post_office.bag.recipients == ["c@x.co"]
    assert state.of_mail() == [WAITING, WAITING, SENT]


def test_a_letter_sealed_with_other_keys_fails_and_the_others_leave(
    post_office: PostOffice, state: State, settings: Settings
) -> None:
    post_office.post("a@x.co")
    others = CountingVault(settings.model_copy(update={"mail_key": settings.secret_key}))
    letter = Letter("already_registered", "b@x.co", "es_CO", {"name": "Luis"})
    with post_office.db.write() as session:
        outbox.post(session, others, letter, post_office.clock())
    assert post_office.round(others) == Delivered(1, 0, 1)
    assert state.of_mail() == [FAILED, SENT]


@pytest.mark.parametrize("before", [WAITING, FAILED])
def test_an_expired_letter_is_never_sent_and_its_body_is_erased(
    post_office: PostOffice, db: Database, state: State, *, clock: Clock, before: str
) -> None:
    post_office.post("a@x.co", lifetime=timedelta(minutes=30))
    with db.write() as session:
        session.execute(update(OutboxMail).values(state=before))
    clock.forward(minutes=30)
    assert post_office.round() == Delivered(0, 0, 0)
    [row] = state.all(OutboxMail)
    assert (row.state, row.values_sealed) == (EXPIRED, None)
    with db.write() as session:
        assert not outbox.retry(session, row.id, clock())


def test_a_letter_that_expires_while_others_are_sent_is_not_sent(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    post_office.post("a@x.co")
    post_office.post("b@x.co", lifetime=timedelta(minutes=30))
    post_office.bag.on_the_way = lambda _to: clock.forward(minutes=31)
    post_office.round()
    assert post_office.bag.recipients == ["a@x.co"]
    assert state.all(OutboxMail)[1].sent_at is None


def test_a_letter_is_sent_until_its_last_second(post_office: PostOffice, clock: Clock) -> None:
    post_office.post("a@x.co", lifetime=timedelta(minutes=30))
    clock.forward(minutes=30, microseconds=-1)
    assert post_office.round() == Delivered(1, 0, 0)
