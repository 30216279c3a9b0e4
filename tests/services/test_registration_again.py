"""Registering again after the lender's file brought another address."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import (
    Account,
    Customer,
)
from finportal.models.accounts import PROVISIONAL, SUSPENDED
from finportal.services import registration
from finportal.services.registration import Application
from tests.doubles import CountingVault
from tests.factories import People, Person
from tests.services.hands import Door, Recovery, State

Posted = Callable[..., list[Letter]]
Register = Callable[..., bool]


@pytest.fixture
def register(db: Database, vault: CountingVault, people: People) -> Register:
    """Register as a person, with some data changed."""

    def as_typed(person: Person, network: str = "203.0.113.0/24", **changed: str) -> bool:
        typed: Application = replace(person.application, **changed)
        return registration.register(db, vault, typed, people.around(network=network))

    return as_typed


def test_an_address_the_lender_changed_opens_the_account_anew_and_the_old_one_is_told(
    register: Register,
    people: People,
    db: Database,
    *,
    state: State,
    posted: Posted,
    door: Door,
    office: Recovery,
) -> None:
    person = people.active()
    device, link = people.device_of(person), office.link(person)
    device = door.open(person, device_token=device).device_token or ""
    new = moved(db, person, "nueva@correo.example")
    assert register(new)
    told, sent = posted()[-2:]
    assert (told.kind, told.to) == ("address_replaced", person.email)
    assert (sent.kind, sent.to) == ("credentials", new.email)
    account = state.account(person.account_id)
    assert (account.email, account.state, state.count(Account)) == (new.email, PROVISIONAL, 1)
    assert state.visits_of(person.account_id) == []
    assert not office.good(link)
    assert door.closed(person)
    assert door.closed(new)
    opened = door.open(new, password=sent.values["password"], device_token=device)
    assert (opened.stage, opened.device_token) == (PROVISIONAL, None)


def test_a_suspended_customer_stays_out_whatever_address_the_file_brings(
    register: Register, people: People, db: Database, state: State, posted: Posted
) -> None:
    person = people.active()
    state.change(person.account_id, state=SUSPENDED)
    assert register(moved(db, person, "nueva@correo.example"))
    assert state.account(person.account_id).state == SUSPENDED
    assert posted("credentials") == []


def moved(db: Database, person: Person, email: str) -> Person:
    """The same customer after a file brought another address."""
    with db.write() as session:
        session.get_one(Customer, person.customer_id).email = email
    return replace(person, email=email)
