"""Signing in: who gets in, how far, and what happens on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import AuditEvent, Visit
from finportal.models.accounts import PROVISIONAL, SUSPENDED
from finportal.services import signin, visits
from finportal.services.errors import Refused, TooMany
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import People, Person
from tests.services.hands import Busy, Door, State

AtOnce = Callable[[Callable[[], object], int], list[Any]]
NewCustomer = Callable[..., Person]


def test_the_right_number_and_password_open_the_account(
    door: Door, people: People, db: Database, clock: Clock, state: State
) -> None:
    person = people.active()
    opened = door.open(person)
    assert opened.stage == visits.SIGNED_IN
    assert opened.device_token
    with db.read() as session:
        visit = visits.find(session, opened.token, clock())
    assert visit
    assert (visit.account_id, visit.signed_in) == (person.account_id, True)
    assert state.kinds() == ["device_remembered", "signed_in"]
    assert state.account(person.account_id).last_sign_in_at == clock()


def test_the_session_before_the_password_ends_with_it(
    door: Door, people: People, db: Database, clock: Clock, state: State
) -> None:
    person = people.active()
    token = signin.give_email(db, door.vault, person.email, people.around())
    with db.read() as session:
        visit = visits.find(session, token, clock())
    opened = door.open(person, visit=visit)
    assert opened.token != token
    with db.read() as session:
        assert visits.find(session, token, clock()) is None
    assert [row.stage for row in state.all(Visit)] == [visits.SIGNED_IN]


def test_a_refused_try_keeps_the_session_for_another(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    visit = people.visit_of(person.email)
    assert door.closed(person, visit=visit, password="wrong")
    assert [row.id for row in state.all(Visit)] == [visit.id]
    door.open(person, visit=visit)


def test_the_page_can_say_when_the_account_was_last_opened(
    door: Door, people: People, db: Database, clock: Clock
) -> None:
    person = people.active()
    seen = []
    for _ in range(2):
        opened = door.open(person)
        with db.read() as session:
            visit = visits.find(session, opened.token, clock())
        seen.append(visit.previous_sign_in_at if visit else "none")
        clock.forward(hours=3)
    assert seen == [None, clock() - timedelta(hours=6)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", ["52.111.222", " 52 111 222 ", "52-111-222", "５２１１１２２２"])
def test_a_number_may_be_typed_as_people_type_it(door: Door, people: People, typed: str) -> None:
    assert door.open(people.active(id_number="52111222"), number=typed)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", ["8001972684", "800.197.268-4", "800197268"])
def test_a_company_signs_in_with_and_without_check_digit(
    door: Door, people: People, typed: str
) -> None:
    firm = people.active(id_type="NIT", id_number="8001972684", kind="juridical")
    assert door.open(firm, number=typed)


def test_a_passport_may_be_typed_in_small_letters(door: Door, people: People) -> None:
    assert door.open(people.active(id_type="PAS", id_number="AB123456"), number="ab 123456")


def test_of_two_customers_with_one_address_the_number_decides(
    door: Door, people: People, db: Database, clock: Clock
) -> None:
    both = [people.active(email="casa@correo.example") for _ in range(2)]
    for person in both:
        opened = door.open(person)
        with db.read() as session:
            visit = visits.find(session, opened.token, clock())
        assert visit
        assert visit.customer_id == person.customer_id


def test_one_of_two_customers_cannot_use_the_others_password(door: Door, people: People) -> None:
    marta, luis = (people.active(email="casa@correo.example") for _ in range(2))
    luis.password = "otra clave muy distinta"
    assert door.closed(marta, password=luis.password)


def test_a_provisional_password_leads_to_the_choice_of_an_own_one(
    door: Door, new_customer: NewCustomer, posted: Callable[..., list[Letter]]
) -> None:
    assert door.open(new_customer()).stage == visits.PROVISIONAL
    assert posted("new_device") == []


def test_a_provisional_password_works_until_its_last_second(
    door: Door, new_customer: NewCustomer, clock: Clock
) -> None:
    person = new_customer()
    clock.forward(hours=24, microseconds=-1)
    assert door.open(person)


def test_a_provisional_password_opens_one_session_even_for_two_at_once(
    door: Door, new_customer: NewCustomer, people: People, state: State, at_once: AtOnce
) -> None:
    person = new_customer()
    browsers = [people.visit_of(person.email) for _ in range(4)]
    outcomes = at_once(lambda: door.open(person, visit=browsers.pop()), 4)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert (len(outcomes) - len(refused), len(refused)) == (1, 3)
    assert [row.stage for row in state.visits_of(person.account_id)] == [PROVISIONAL]


def test_a_password_changed_while_it_is_checked_opens_nothing(
    door: Door, people: People, state: State, meanwhile: Callable[..., Busy]
) -> None:
    person = people.active()
    other = door.vault.hash_password("another one entirely")
    busy = meanwhile(lambda: state.change(person.account_id, password_hash=other))
    assert door.closed(person, vault=busy)
    assert state.visits_of(person.account_id) == []


def test_a_provisional_password_that_is_voided_while_it_is_checked_opens_nothing(
    door: Door, new_customer: NewCustomer, state: State, meanwhile: Callable[..., Busy]
) -> None:
    person = new_customer()
    busy = meanwhile(lambda: state.change(person.account_id, provisional_until=None))
    assert door.closed(person, vault=busy)


def test_an_account_suspended_while_the_password_is_checked_shows_nothing(
    door: Door, people: People, state: State, db: Database, meanwhile: Callable[..., Busy]
) -> None:
    person = people.active()
    busy = meanwhile(lambda: state.change(person.account_id, state=SUSPENDED))
    try:
        token = door.open(person, vault=busy).token
    except Refused:
        return
    with db.read() as session:
        assert visits.find(session, token, people.around().now) is None


def test_success_forgets_earlier_failures_in_a_row(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    state.change(person.account_id, consecutive_failures=49)
    door.open(person)
    assert state.account(person.account_id).consecutive_failures == 0


def test_success_does_not_use_up_the_tries(door: Door, people: People) -> None:
    person = people.active()
    cookie = people.device_of(person)
    for _ in range(11):
        assert door.open(person, device_token=cookie).stage == visits.SIGNED_IN
    for _ in range(6):
        assert door.waits(person)


def test_success_does_not_give_the_network_its_tries_back(door: Door, people: People) -> None:
    door.tire(signin.TRIES_PER_NETWORK, "203.0.113.0/24", 28)
    assert [door.open(people.active()).stage for _ in range(2)] == [visits.SIGNED_IN] * 2
    with pytest.raises(TooMany):
        door.open(people.active())


def test_an_address_is_taken_from_anyone_with_the_same_work(
    people: People, db: Database, vault: CountingVault, statements: Statements
) -> None:
    person = people.active()
    seen = []
    for email in (person.email, "nadie@correo.example"):
        statements.clear()
        token = signin.give_email(db, vault, email, people.around())
        seen.append((len(token), tuple(statements.texts)))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("same", "most"), [("email", 10), ("network", 20)])
def test_addresses_may_be_tried_so_often_only(
    people: People, db: Database, vault: CountingVault, same: str, most: int
) -> None:
    def give(n: int) -> str:
        email = "marta@correo.example" if same == "email" else f"persona{n}@correo.example"
        around = people.around() if same == "network" else people.around(network=f"10.0.{n}.0/24")
        return signin.give_email(db, vault, email, around)

    assert len({give(n) for n in range(most)}) == most
    with pytest.raises(TooMany):
        give(most)


def test_a_reported_image_ends_the_attempt_and_is_kept_for_staff(
    people: People, db: Database, state: State, clock: Clock
) -> None:
    visit = people.visit_of("marta@correo.example")
    signin.report_image(db, visit, replace(people.around(), network="198.51.100.0/24"))
    assert state.count(Visit) == 0
    [event] = state.all(AuditEvent)
    assert (event.kind, event.network) == ("image_not_recognised", "198.51.100.0/24")
    assert event.detail == "m•••@c•••.example"
    assert event.at == clock()


def test_a_hash_with_yesterdays_parameters_is_renewed(
    door: Door, people: People, state: State
) -> None:
    person = people.active()
    weaker = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
    old = weaker.hash(door.vault._peppered(person.password))
    state.change(person.account_id, password_hash=old)
    assert door.open(person)
    new = state.account(person.account_id).password_hash
    assert (door.vault.outdated(old), door.vault.outdated(new)) == (True, False)
    assert door.open(person)
