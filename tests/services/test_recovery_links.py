"""The link to a new password: once, for half an hour, for one account, and nowhere in clear."""

from collections.abc import Callable
from typing import Any

import pytest

from finportal.adapters.secrets import token_hash
from finportal.models import RecoveryLink
from finportal.models.accounts import SUSPENDED
from finportal.services import signin
from finportal.services.errors import AlreadyDone
from finportal.services.passwords import Flaw
from finportal.services.personalisation import PasswordFlawed
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import PASSWORD, People, Person
from tests.services.hands import NEW_PASSWORD, Busy, Desk, Door, Recovery, State


def test_a_link_is_good_for_half_an_hour(office: Recovery, marta: Person, clock: Clock) -> None:
    token = office.link(marta)
    clock.forward(minutes=30, microseconds=-1)
    assert office.good(token)
    clock.forward(microseconds=1)
    assert not office.good(token)
    with pytest.raises(AlreadyDone):
        office.set(token)


def test_the_browser_that_used_the_link_is_known_and_no_other(
    office: Recovery, marta: Person, people: People, desk: Desk
) -> None:
    before = people.device_of(marta)
    after = office.set(office.link(marta))
    shown = [
        signin.image_for(
            desk.db, desk.vault, marta.email, people.around(device_token=token)
        ).personal
        for token in (before, after)
    ]
    assert shown == [False, True]


def test_the_password_that_was_forgotten_is_no_new_one(office: Recovery, marta: Person) -> None:
    token = office.link(marta)
    with pytest.raises(PasswordFlawed) as refusal:
        office.set(token, PASSWORD)
    assert refusal.value.flaw is Flaw.REPEATED
    assert office.good(token)


def test_looking_never_uses_a_link_up(
    office: Recovery, marta: Person, statements: Statements
) -> None:
    token = office.link(marta)
    statements.clear()
    assert all(office.good(token) for _ in range(10))
    assert {text.split()[0] for text in statements.texts} == {"SELECT"}
    office.set(token)


def test_a_link_works_once(office: Recovery, marta: Person, door: Door) -> None:
    token = office.link(marta)
    office.set(token)
    assert not office.good(token)
    with pytest.raises(AlreadyDone):
        office.set(token, "una segunda vez no")
    assert door.open(marta, password=NEW_PASSWORD)


def test_a_link_works_once_even_for_two_at_once(
    office: Recovery,
    marta: Person,
    door: Door,
    at_once: Callable[[Callable[[], object], int], list[Any]],
) -> None:
    token = office.link(marta)
    choices = [f"{NEW_PASSWORD} número {n}" for n in range(4)]
    waiting = choices.copy()
    outcomes = at_once(lambda: office.set(token, waiting.pop()), 4)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, AlreadyDone) for one in outcomes) == 3
    assert sum(not door.closed(marta, password=choice) for choice in choices) == 1


def test_using_one_link_ends_the_others(office: Recovery, marta: Person) -> None:
    first, second = office.link(marta), office.link(marta)
    assert office.good(first)
    office.set(second)
    assert not office.good(first)
    with pytest.raises(AlreadyDone):
        office.set(first)


def test_one_customers_link_leaves_anothers_alone(
    office: Recovery, marta: Person, people: People, door: Door
) -> None:
    luis = people.active()
    his = office.link(luis)
    office.set(office.link(marta))
    assert office.good(his)
    assert door.open(luis)


@pytest.mark.parametrize("token", ["", "made up", "x" * 43, "ñ" * 20, "x" * 10_000])
def test_a_made_up_link_opens_nothing(
    office: Recovery, marta: Person, vault: CountingVault, token: str
) -> None:
    office.link(marta)
    vault.kdf_runs = 0
    assert not office.good(token)
    with pytest.raises(AlreadyDone):
        office.set(token)
    assert vault.kdf_runs == 0


def test_no_other_token_opens_the_form(
    office: Recovery, marta: Person, people: People, door: Door, state: State
) -> None:
    office.link(marta)
    [link] = state.all(RecoveryLink)
    for token in (door.open(marta).token, people.device_of(marta), link.token_hash):
        assert not office.good(token)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("once signos", Flaw.SHORT),
        ("palabras " * 30, Flaw.LONG),
        ("password12345!", Flaw.COMMON),
        ("qwertyuiop123", Flaw.BREACHED),
        ("abababababababab", Flaw.REPEATED),
        ("marta1@correo.example", Flaw.PERSONAL),
        ("52000001-52000001", Flaw.PERSONAL),
    ],
)
def test_a_refused_password_keeps_the_link(
    office: Recovery, marta: Person, door: Door, password: str, flaw: Flaw
) -> None:
    token = office.link(marta)
    with pytest.raises(PasswordFlawed) as refusal:
        office.set(token, password)
    assert refusal.value.flaw is flaw
    assert door.open(marta)
    office.set(token)


def test_a_customer_suspended_after_asking_cannot_use_the_link(
    office: Recovery, marta: Person, state: State
) -> None:
    token = office.link(marta)
    state.change(marta.account_id, state=SUSPENDED)
    assert not office.good(token)
    with pytest.raises(AlreadyDone):
        office.set(token)


def test_a_link_used_elsewhere_meanwhile_changes_nothing(
    office: Recovery, marta: Person, door: Door, meanwhile: Callable[..., Busy]
) -> None:
    token = office.link(marta)
    busy = meanwhile(lambda: office.set(token))
    with pytest.raises(AlreadyDone):
        office.set(token, "la segunda pestaña", vault=busy)
    assert door.open(marta, password=NEW_PASSWORD)
    assert door.closed(marta, password="la segunda pestaña")


def test_an_unused_link_changes_nothing(office: Recovery, marta: Person, door: Door) -> None:
    before = door.open(marta)
    office.link(marta)
    assert door.open(marta, password=PASSWORD).token != before.token


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_token_is_in_no_file_of_the_database(
    office: Recovery,
    marta: Person,
    files_of_the_database: Callable[[], bytes],
    deliver: Callable[[], object],
) -> None:
    token = office.link(marta)
    found = files_of_the_database()
    assert token_hash(token).encode() in found
    assert token.encode() not in found
    deliver()
    assert token.encode() not in files_of_the_database()
