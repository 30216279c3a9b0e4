"""Signing in: whatever is wrong, a stranger sees, counts and times the same."""

from collections.abc import Callable
from datetime import timedelta
from unicodedata import normalize

import pytest

from finportal.models import Visit
from finportal.models.accounts import SUSPENDED
from finportal.services import signin
from finportal.services.errors import TooMany
from tests.doubles import Clock, Statements
from tests.factories import PASSWORD, People, Person
from tests.services.hands import Door, State

NOBODY = Person(0, "CC", "99999999", "", "nadie@correo.example", "")
KINDS = [
    "unknown address",
    "wrong number",
    "number of another customer",
    "wrong password",
    "password in capitals",
    "password with a space",
    "no password",
    "a megabyte of password",
    "expired provisional",
    "used provisional",
    "worn out provisional",
    "suspended",
    "fifty failures in a row",
    "too many tries",
    "too many tries on an unknown address",
]


class Case:
    """Prepares one way of not getting in; `typed` is what is entered then."""

    def __init__(
        self, door: Door, people: People, clock: Clock, state: State, new: Callable[..., Person]
    ) -> None:
        self._door, self._people, self._clock = door, people, clock
        self._state, self._new = state, new

    def prepare(self, kind: str) -> tuple[Person, dict[str, str]]:
        person = self._new() if "provisional" in kind else self._people.active()
        if kind == "expired provisional":
            self._clock.forward(hours=24)
        elif kind == "used provisional":
            self._door.open(person)
        elif kind == "worn out provisional":
            self._state.change(person.account_id, provisional_tries=5)
        elif kind == "suspended":
            self._state.change(person.account_id, state=SUSPENDED)
        elif kind == "fifty failures in a row":
            self._state.change(person.account_id, consecutive_failures=50)
        elif kind.startswith("too many tries"):
            person = NOBODY if "unknown" in kind else person
            self._door.tire(signin.TRIES_PER_EMAIL, person.email, 5)
        typed = {
            "unknown address": {"email": "otra@correo.example"},
            "wrong number": {"number": "99999998"},
            "number of another customer": {"number": self._people.active().id_number},
            "wrong password": {"password": "not the right one"},
            "password in capitals": {"password": PASSWORD.upper()},
            "password with a space": {"password": f"{PASSWORD} "},
            "no password": {"password": ""},
            "a megabyte of password": {"password": PASSWORD + "x" * 1_000_000},
        }
        return person, typed.get(kind, {})


@pytest.fixture
def case(
    door: Door, people: People, clock: Clock, state: State, new_customer: Callable[..., Person]
) -> Case:
    return Case(door, people, clock, state, new_customer)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_wrong_looks_like_an_unknown_address(
    case: Case, door: Door, people: People, state: State, *, statements: Statements, kind: str
) -> None:
    person, typed = case.prepare(kind)
    visit = people.visit_of(typed.get("email", person.email))
    opened = len(state.opened())
    seen = []
    for somebody, entered in ((NOBODY, {}), (person, {"visit": visit, **typed})):
        attempt = {"visit": people.visit_of(NOBODY.email)} | entered
        door.vault.kdf_runs = 0
        statements.clear()
        assert door.closed(somebody, **attempt)
        seen.append((door.vault.kdf_runs, tuple(statements.texts)))
    assert seen[1] == seen[0]
    assert seen[0][0] == 1
    assert len(state.opened()) == opened
    assert state.kinds()[-2:] == ["sign_in_refused"] * 2


def test_a_tired_network_is_told_so_whoever_is_asked_for(
    door: Door, people: People, clock: Clock, statements: Statements
) -> None:
    door.tire(signin.TRIES_PER_NETWORK, "203.0.113.0/24", 30)
    seen = []
    for person in (people.active(), NOBODY):
        visit = people.visit_of(person.email)
        door.vault.kdf_runs = 0
        statements.clear()
        with pytest.raises(TooMany) as refusal:
            door.open(person, visit=visit, device_token=None)
        seen.append((refusal.value.wait, door.vault.kdf_runs, tuple(statements.texts)))
    assert seen[0] == seen[1]
    assert seen[0][:2] == (timedelta(minutes=10), 1)
    clock.forward(minutes=10)
    assert door.open(people.active())


def test_a_tired_network_does_not_use_up_a_customers_own_tries(door: Door, people: People) -> None:
    person = people.active()
    door.tire(signin.TRIES_PER_NETWORK, "203.0.113.0/24", 30)
    for _ in range(6):
        with pytest.raises(TooMany):
            door.open(person, password="guess")
    assert door.open(person, network="198.51.100.0/24")


def test_everybody_together_is_slowed_down(door: Door, people: People, clock: Clock) -> None:
    person = people.active()
    door.tire(signin.TRIES_EVERYBODY, "", 1_000)
    with pytest.raises(TooMany):
        door.waits(person)
    clock.forward(minutes=5)
    assert door.waits(person)


def test_five_tries_then_a_quarter_of_an_hour(door: Door, people: People, clock: Clock) -> None:
    person = people.active()
    for _ in range(5):
        assert door.closed(person, password="wrong")
    assert door.closed(person)
    clock.forward(minutes=15)
    assert door.open(person)


def test_another_network_does_not_help_to_guess(door: Door, people: People) -> None:
    person = people.active()
    for n in range(5):
        assert door.closed(person, password="wrong", network=f"198.51.{n}.0/24")
    assert door.closed(person, network="192.0.2.0/24")


def test_fifty_failures_pause_the_account_except_on_a_known_browser(
    door: Door, people: People, clock: Clock, state: State
) -> None:
    person = people.active()
    state.change(person.account_id, consecutive_failures=49)
    assert door.closed(person, password="wrong")
    clock.forward(days=30)
    assert door.closed(person)
    assert state.account(person.account_id).consecutive_failures == 50
    assert door.open(person, device_token=people.device_of(person))


def test_a_try_that_a_limit_turned_away_is_no_failure_of_the_account(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    for n in range(8):
        assert door.closed(person, password="wrong", network=f"198.51.{n}.0/24")
    assert state.account(person.account_id).consecutive_failures == 5


def test_five_wrong_tries_void_a_provisional_password_for_good(
    door: Door, new_customer: Callable[..., Person], clock: Clock
) -> None:
    person = new_customer()
    for _ in range(4):
        assert door.closed(person, password="wrong")
        clock.forward(minutes=16)
    assert door.closed(person, password="wrong")
    clock.forward(minutes=16)
    assert door.closed(person)


def test_four_wrong_tries_do_not(
    door: Door, new_customer: Callable[..., Person], clock: Clock
) -> None:
    person = new_customer()
    for _ in range(4):
        assert door.closed(person, password="wrong")
    assert door.open(person)


def test_failures_of_strangers_leave_no_trace_on_accounts(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    assert door.closed(person, number="99999999")
    assert door.closed(NOBODY)
    assert state.account(person.account_id).consecutive_failures == 0
    assert {row.account_id for row in state.all(Visit)} == {None}


def test_a_long_password_fits_however_the_keyboard_spells_it(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    own = "ñandú á la brasa " * 15
    state.change(person.account_id, password_hash=door.vault.hash_password(own))
    assert door.open(person, password=own)
    assert door.open(person, password=normalize("NFD", own))


def test_a_password_is_compared_whole_and_never_cut(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    longest = "contraseña larga" * 16
    state.change(person.account_id, password_hash=door.vault.hash_password(longest))
    assert door.open(person, password=longest)
    assert door.closed(person, password=f"{longest}x")
