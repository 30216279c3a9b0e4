"""The outbox with several workers: each letter once, whoever is killed or overtaken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from finportal.adapters.letter import MailDelayed
from finportal.models import OutboxMail
from finportal.models.mail import SENT
from finportal.services.outbox import BACKOFF, LEASE, Delivered
from tests.doubles import Clock
from tests.services.hands import Bag, PostOffice, State


def test_two_workers_at_once_send_each_letter_once(
    post_office: PostOffice, state: State, at_once: Callable[[Callable[[], object], int], list[Any]]
) -> None:
    everyone = [f"persona{n}@x.co" for n in range(12)]
    post_office.post(*everyone)
    rounds = at_once(post_office.round, 3)
    assert sorted(post_office.bag.recipients) == sorted(everyone)
    assert sum(one.sent for one in rounds) == 12
    assert set(state.of_mail()) == {SENT}


def test_a_killed_worker_leaves_the_letter_to_the_next_with_the_same_message_id(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    def die(_to: str) -> None:
        raise SystemExit

    post_office.post("a@x.co")
    post_office.bag.on_the_way = die
    with pytest.raises(SystemExit):
        post_office.round()
    post_office.bag.on_the_way = lambda _to: None
    clock.now += LEASE - timedelta(microseconds=1)
    assert post_office.round() == Delivered(0, 0, 0)
    clock.forward(microseconds=1)
    assert post_office.round() == Delivered(1, 0, 0)
    assert post_office.bag.taken == [("a@x.co", state.all(OutboxMail)[0].message_id)]


def test_a_worker_that_was_overtaken_changes_nothing_any_more(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    other = PostOffice(post_office.db, post_office.vault, clock, Bag())

    def overtake(_to: str) -> None:
        clock.now += LEASE
        assert other.round() == Delivered(1, 0, 0)

    post_office.post("a@x.co")
    post_office.bag.trouble["a@x.co"] = [MailDelayed("the line went dead")]
    post_office.bag.on_the_way = overtake
    post_office.round()
    assert state.of_mail() == [SENT]
    clock.forward(days=1)
    assert other.round() == Delivered(0, 0, 0)
    assert other.bag.recipients == ["a@x.co"]


def test_a_worker_that_was_overtaken_does_not_hurry_the_next_attempt(
    post_office: PostOffice, state: State, clock: Clock
) -> None:
    slow = MailDelayed("the line went dead")
    other = PostOffice(post_office.db, post_office.vault, clock, Bag({"a@x.co": [slow]}))

    def overtake(_to: str) -> None:
        clock.now += LEASE
        assert other.round() == Delivered(0, 1, 0)

    post_office.post("a@x.co")
    post_office.bag = Bag({"a@x.co": [slow]}, on_the_way=overtake)
    post_office.round()
    [row] = state.all(OutboxMail)
    assert row.attempts == 2
    assert row.due_at >= clock() + BACKOFF[1]
