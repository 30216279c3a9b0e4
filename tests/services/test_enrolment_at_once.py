"""Registering by code where several come at once, on both databases."""

from itertools import count
from typing import Any

from finportal.models import Account, AuditEvent
from finportal.services import cases, visits
from finportal.services.enrolment_finish import Opened
from finportal.services.errors import AlreadyDone
from finportal.services.questions import NoMoreRounds, Round
from tests.factories import People, Person
from tests.services.enrolling import OTHER, Counter, Hall
from tests.services.hands import State


def test_two_at_once_get_no_more_than_three(hall: Hall, at_once: Any) -> None:
    sessions = [hall.visit() for _ in range(6)]
    numbers = count()
    results = at_once(lambda: hall.ask(sessions[next(numbers)]), 6)
    assert sum(isinstance(one, Round) for one in results) == 3
    assert sum(isinstance(one, NoMoreRounds) for one in results) == 3


def test_two_at_once_open_one_account(counter: Counter, people: People, at_once: Any) -> None:
    person = people.customer()
    first, second = counter.prove(person), counter.prove(person)
    sessions = iter([first, second, first, second])
    results = at_once(lambda: counter.finish(next(sessions)), 4)
    assert sum(isinstance(one, Opened) for one in results) == 1
    assert sum(isinstance(one, AlreadyDone) for one in results) == 3


def test_an_approved_link_opens_once_even_for_two_at_once(
    counter: Counter, opened: Person, people: People, state: State, at_once: Any
) -> None:
    cases.approve(counter.db, counter.vault, 1, "Ana Gil", people.around())
    token = counter.posted("email_change_approved")[-1].values["token"]
    results = at_once(lambda: cases.follow(counter.db, token, people.around()), 4)
    [opens] = [one for one in results if isinstance(one, str)]
    visit = counter.seat(opens)
    assert (visit.stage, visit.email) == (visits.MAIL_PROVEN, OTHER)
    counter.finish(visit)
    [account] = state.all(Account)
    assert (account.email, account.held_until) == (OTHER, None)
    assert [event.detail for event in state.all(AuditEvent) if event.kind == "case_approved"] == [
        "1 Ana Gil"
    ]
    assert opened.email == counter.posted("contact_changed")[0].to
