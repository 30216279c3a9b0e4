"""Registering: too often, fifty at once, and nothing readable left in the files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Account, AuditEvent, Bucket, Consent, Customer, OutboxMail
from finportal.services import registration, throttle
from finportal.services.errors import TooMany
from finportal.services.throttle import Limit
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import People, Person
from tests.services.hands import State

AtOnce = Callable[[Callable[[], object], int], list[Any]]
STRANGER = Person(0, "CC", "99999999", "", "nadie@correo.example", "3119999999")


class Clerk:
    """Registers people and counts who was let through."""

    def __init__(self, db: Database, vault: CountingVault, people: People) -> None:
        self._db, self._vault, self._people = db, vault, people
        self._network = 0

    def register(self, person: Person, network: str | None = None, **changed: str) -> bool | None:
        """The answer, or None when it was one too many; each time from another network."""
        self._network += 1
        somewhere = network or f"10.{self._network // 256}.{self._network % 256}.0/24"
        typed = replace(person.application, **changed)
        around = self._people.around(network=somewhere)
        try:
            return registration.register(self._db, self._vault, typed, around)
        except TooMany:
            return None


@pytest.fixture
def clerk(db: Database, vault: CountingVault, people: People) -> Clerk:
    return Clerk(db, vault, people)


@pytest.mark.parametrize("known", [True, False], ids=["customer", "stranger"])
def test_one_network_gets_five_tries_an_hour(
    clerk: Clerk, people: People, clock: Clock, *, known: bool
) -> None:
    def somebody(n: int) -> bool | None:
        person = people.customer() if known else STRANGER
        changed = {} if known else {"id_number": f"{88000000 + n}", "email": f"n{n}@x.example"}
        return clerk.register(person, "198.51.100.0/24", **changed)

    assert [somebody(n) is None for n in range(7)] == [False] * 5 + [True] * 2
    clock.forward(hours=1)
    assert somebody(8) is known


@pytest.mark.parametrize("known", [True, False], ids=["customer", "stranger"])
def test_one_number_gets_five_tries_a_day(
    clerk: Clerk, people: People, clock: Clock, *, known: bool
) -> None:
    person = people.customer() if known else STRANGER
    tries = [clerk.register(person, email=f"n{n}@x.example") for n in range(7)]
    assert tries == [False] * 5 + [None] * 2
    clock.forward(hours=24)
    assert clerk.register(person) is known


@pytest.mark.parametrize("known", [True, False], ids=["customer", "stranger"])
def test_one_address_gets_three_tries_a_day(
    clerk: Clerk, people: People, clock: Clock, *, known: bool
) -> None:
    person = people.customer() if known else STRANGER
    tries = [clerk.register(person, id_number=f"{88000000 + n}") for n in range(5)]
    assert tries == [False] * 3 + [None] * 2
    clock.forward(hours=24)
    assert clerk.register(person) is known


def test_everybody_together_gets_two_hundred_tries_an_hour(
    clerk: Clerk, db: Database, vault: CountingVault, people: People, clock: Clock
) -> None:
    everybody = throttle.counter(vault, registration.EVERYBODY, "")
    with db.write() as session:
        for _ in range(199):
            throttle.take(session, clock(), [everybody])
    assert clerk.register(people.customer()) is True
    assert clerk.register(people.customer()) is None
    clock.forward(hours=1)
    assert clerk.register(people.customer()) is True


def test_one_too_many_is_the_same_work_for_customers_and_strangers(
    clerk: Clerk, people: People, statements: Statements, vault: CountingVault, state: State
) -> None:
    seen = []
    for person in (people.customer(), STRANGER):
        for n in range(3):
            clerk.register(person, id_number=f"{88000000 + n}")
        rows = state.count(AuditEvent)
        statements.clear()
        vault.kdf_runs = 0
        assert clerk.register(person) is None
        seen.append((vault.kdf_runs, tuple(statements.texts)))
        assert state.count(AuditEvent) == rows
    assert seen[0] == seen[1]
    assert seen[0][0] == 1


def test_a_flood_of_registrations_sends_three_letters(
    clerk: Clerk, people: People, state: State
) -> None:
    person = people.customer()
    for _ in range(12):
        clerk.register(person)
    assert state.count(OutboxMail) == 3


def test_fifty_at_once_make_one_account_with_one_password(
    db: Database,
    vault: CountingVault,
    people: People,
    clock: Clock,
    *,
    state: State,
    posted: Callable[..., list[Letter]],
    at_once: AtOnce,
) -> None:
    person = people.customer()
    _lift_the_limits(db, vault, person, clock)
    around = people.around()

    answers = at_once(lambda: registration.register(db, vault, person.application, around), 50)

    assert answers == [True] * 50
    [account] = state.all(Account)
    credentials = [letter.values["password"] for letter in posted("credentials")]
    assert len(credentials) == 1
    assert vault.password_matches(credentials[0], account.password_hash)
    assert len(posted("already_registered")) == 49
    assert state.count(Consent) == 1
    assert sorted(state.kinds()) == ["registered"] + ["registered_again"] * 49


def test_a_changed_address_registered_many_times_at_once_gets_one_password(
    db: Database,
    vault: CountingVault,
    people: People,
    clock: Clock,
    *,
    posted: Callable[..., list[Letter]],
    state: State,
    at_once: AtOnce,
) -> None:
    person = people.active()
    old, person.email = person.email, "nueva@correo.example"
    with db.write() as session:
        session.get_one(Customer, person.customer_id).email = person.email
    _lift_the_limits(db, vault, person, clock)
    around = people.around()

    answers = at_once(lambda: registration.register(db, vault, person.application, around), 12)

    assert answers == [True] * 12
    assert [letter.to for letter in posted("address_replaced")] == [old]
    [letter] = posted("credentials")
    assert vault.password_matches(letter.values["password"], state.all(Account)[0].password_hash)


def test_many_at_once_never_pass_the_limit(
    clerk: Clerk, people: People, state: State, at_once: AtOnce
) -> None:
    person = people.customer()
    answers = at_once(lambda: clerk.register(person), 12)
    assert (answers.count(True), answers.count(None)) == (3, 9)
    assert (state.count(Account), state.count(OutboxMail)) == (1, 3)


def test_different_people_at_once_do_not_disturb_each_other(
    clerk: Clerk, people: People, state: State, at_once: AtOnce
) -> None:
    waiting = [people.customer() for _ in range(10)]
    assert at_once(lambda: clerk.register(waiting.pop()), 10) == [True] * 10
    assert state.count(Account) == state.count(Consent) == 10


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_provisional_password_is_in_no_file_of_the_database(
    clerk: Clerk,
    people: People,
    posted: Callable[..., list[Letter]],
    files_of_the_database: Callable[[], bytes],
    deliver: Callable[[], object],
    *,
    state: State,
) -> None:
    person = people.customer()
    clerk.register(person)
    [letter] = posted()
    plain = letter.values["password"].encode()
    secrets = [plain, plain.replace(b"-", b""), letter.values["phrase"].encode()]
    assert person.email.encode() in files_of_the_database()
    before = files_of_the_database()
    deliver()
    assert state.all(OutboxMail)[0].state == "sent"
    for secret in secrets:
        assert secret not in before
        assert secret not in files_of_the_database()


def _lift_the_limits(db: Database, vault: CountingVault, person: Person, clock: Clock) -> None:
    subjects: dict[Limit, str] = {
        registration.PER_NETWORK: "203.0.113.0/24",
        registration.PER_NUMBER: f"{person.id_type} {person.id_number}",
        registration.PER_EMAIL: person.email,
    }
    with db.write() as session:
        for limit, subject in subjects.items():
            key = throttle.counter(vault, limit, subject).key
            session.add(Bucket(key=key, count=-100, expires_at=clock() + timedelta(days=1)))
