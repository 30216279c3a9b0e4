"""Texts accepted and taken back: each act adds a row, and none is ever lost."""

from collections.abc import Callable
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.models import AuditEvent, Consent, ConsentText, ConsentWithdrawal
from finportal.models.records import COMMERCIAL, SERVICING
from finportal.services import consents
from finportal.services.consents import NotWithdrawable, Text
from tests.doubles import Clock
from tests.factories import People
from tests.services.hands import State

DATA = Text("1", "es", "Autorizo.")
OFFERS = Text("1", "es", "Autorizo ofertas.", COMMERCIAL)


def test_an_authorisation_is_given_taken_back_and_given_again(
    db: Database, people: People, clock: Clock, state: State
) -> None:
    person = people.active().customer_id
    for step in (consents.give, consents.withdraw, consents.give):
        clock.forward(minutes=1)
        with db.write() as session:
            what: Any = OFFERS if step is consents.give else COMMERCIAL
            step(session, person, what, people.around(network="198.51.100.0/24"))
    with db.reading() as link:
        newest, first = consents.of_customer(link, person)
    assert newest.holds
    assert not first.holds
    assert first.withdrawn_from == "198.51.100.0/24"
    assert (newest.accepted_at, newest.body) == (clock(), OFFERS.body)
    assert state.count(ConsentText) == 1
    assert [row.kind for row in state.all(AuditEvent)] == [
        "consent_given",
        "consent_withdrawn",
        "consent_given",
    ]


def test_the_same_again_adds_nothing(db: Database, people: People, state: State) -> None:
    person = people.active().customer_id
    for _ in range(2):
        with db.write() as session:
            consents.give(session, person, OFFERS, people.around())
    with db.write() as session:
        assert consents.withdraw(session, person, COMMERCIAL, people.around())
        assert not consents.withdraw(session, person, COMMERCIAL, people.around())
    assert (state.count(Consent), state.count(ConsentWithdrawal)) == (1, 1)


def test_two_at_once_give_once_and_take_back_once(
    db: Database, people: People, state: State, at_once: Callable[..., list[Any]]
) -> None:
    person, around = people.active().customer_id, people.around()

    def change(step: Callable[..., object], what: object) -> Callable[[], object]:
        def once() -> bool:
            with db.write() as session:
                step(session, person, what, around)
            return True

        return once

    assert at_once(change(consents.give, OFFERS), 2) == [True, True]
    assert at_once(change(consents.withdraw, COMMERCIAL), 2) == [True, True]
    assert (state.count(Consent), state.count(ConsentWithdrawal)) == (1, 1)


def test_what_the_contract_needs_cannot_be_taken_back(
    db: Database, people: People, state: State
) -> None:
    person = people.active().customer_id
    with db.write() as session:
        consents.accept(session, person, DATA, people.around())
    with pytest.raises(NotWithdrawable), db.write() as session:
        consents.withdraw(session, person, SERVICING, people.around())
    assert state.count(ConsentWithdrawal) == 0


def test_one_customers_withdrawal_leaves_the_others_alone(db: Database, people: People) -> None:
    first, second = people.active().customer_id, people.active().customer_id
    with db.write() as session:
        for person in (first, second):
            consents.give(session, person, OFFERS, people.around())
        consents.withdraw(session, first, COMMERCIAL, people.around())
    with db.reading() as link:
        assert consents.in_force(consents.of_customer(link, first), COMMERCIAL) is None
        assert consents.in_force(consents.of_customer(link, second), COMMERCIAL)


def test_equal_words_for_another_purpose_are_another_text() -> None:
    assert Text("1", "es", "x").digest != Text("1", "es", "x", COMMERCIAL).digest
