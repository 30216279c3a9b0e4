"""Recovering a password: asking tells nothing, the link works once and for half an hour."""

from collections.abc import Callable

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import OutboxMail, RecoveryRequest
from finportal.models.accounts import ACTIVE, SUSPENDED
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.personalisation import PasswordFlawed
from tests.doubles import Clock, Statements
from tests.factories import People, Person
from tests.services.hands import NEW_PASSWORD, Busy, Door, Recovery, State

Posted = Callable[..., list[Letter]]


def test_asking_is_the_same_work_for_everyone_and_reads_no_account(
    office: Recovery, marta: Person, people: People, *, state: State, statements: Statements
) -> None:
    suspended, barred = people.active(), people.active()
    state.change(suspended.account_id, state=SUSPENDED)
    for _ in range(3):
        office.ask(barred.email)
    assert office.answer() == 3
    asked = [marta.email, marta.id_number, suspended.email, people.customer().email]
    asked += [barred.email, "nadie@correo.example", "99999999", "ni lo uno ni lo otro", ""]
    seen = []
    for n, typed in enumerate(asked):
        statements.clear()
        office.ask(typed, network=f"198.51.{n}.0/24")
        seen.append(tuple(statements.texts))
    assert len(set(seen)) == 1
    assert not [one for one in seen[0] if "accounts" in one or "customers" in one]
    assert state.count(OutboxMail) == 3
    assert state.count(RecoveryRequest) == len(asked)


@pytest.mark.parametrize("typed", ["email", "id_number"])
def test_the_worker_writes_to_who_has_an_account(
    office: Recovery, marta: Person, posted: Posted, state: State, typed: str
) -> None:
    office.ask(getattr(marta, typed))
    assert office.answer() == 1
    [letter] = posted()
    assert (letter.kind, letter.to) == ("recovery", marta.email)
    assert state.count(RecoveryRequest) == 0
    assert state.kinds() == ["recovery_link_sent"]
    assert office.answer() == 0


@pytest.mark.parametrize(
    "typed", ["nadie@correo.example", "99999999", "", "marta1", "%", "' OR 1=1 --"]
)
def test_the_worker_writes_to_nobody_else(
    office: Recovery, marta: Person, state: State, typed: str
) -> None:
    office.ask(typed)
    assert office.answer() == 0
    assert (state.count(OutboxMail), state.count(RecoveryRequest)) == (0, 0)


def test_a_suspended_customer_gets_no_link(office: Recovery, marta: Person, state: State) -> None:
    state.change(marta.account_id, state=SUSPENDED)
    office.ask(marta.email)
    assert office.answer() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", ["8001972684", "800.197.268-4", "800197268"])
def test_a_company_may_ask_with_and_without_check_digit(
    office: Recovery, people: People, typed: str
) -> None:
    people.active(id_type="NIT", id_number="8001972684", kind="juridical")
    office.ask(typed)
    assert office.answer() == 1


def test_an_address_may_be_typed_in_capitals(office: Recovery, marta: Person) -> None:
    office.ask(f" {marta.email.upper()} ")
    assert office.answer() == 1


def test_two_who_share_an_address_get_a_link_each(
    office: Recovery, people: People, posted: Posted, door: Door
) -> None:
    both = [people.active(email="casa@correo.example") for _ in range(2)]
    office.ask("casa@correo.example")
    assert office.answer() == 2
    office.set(posted("recovery")[1].values["token"])
    assert door.open(both[0])
    assert door.open(both[1], password=NEW_PASSWORD)


def test_one_person_gets_three_letters_a_day_and_no_sign_of_it(
    office: Recovery, marta: Person, clock: Clock
) -> None:
    for n, typed in enumerate([marta.email, marta.id_number, marta.email.upper(), marta.email]):
        office.ask(typed, network=f"198.51.{n}.0/24")
    assert office.answer() == 3
    clock.forward(hours=24)
    office.ask(marta.email)
    assert office.answer() == 1


def test_one_network_asks_ten_times_an_hour(office: Recovery, state: State, clock: Clock) -> None:
    for n in range(10):
        office.ask(f"persona{n}@correo.example")
    with pytest.raises(TooMany):
        office.ask("otra@correo.example")
    assert state.count(RecoveryRequest) == 10
    clock.forward(hours=1)
    office.ask("otra@correo.example")


def test_what_was_asked_is_sealed_until_it_is_answered(
    office: Recovery, marta: Person, state: State
) -> None:
    office.ask(marta.email)
    office.ask(marta.id_number)
    written = str([vars(row) for row in state.all(RecoveryRequest)])
    assert marta.email not in written
    assert marta.id_number not in written


def test_a_request_nobody_can_read_does_not_stop_the_others(
    office: Recovery, marta: Person, db: Database, clock: Clock, state: State
) -> None:
    with db.write() as session:
        session.add(RecoveryRequest(typed_sealed=b"garbage", asked_at=clock()))
    office.ask(marta.email)
    assert office.answer() == 1
    assert state.count(RecoveryRequest) == 0


def test_the_new_password_opens_the_account_and_the_old_one_does_not(
    office: Recovery, marta: Person, door: Door, state: State, posted: Posted
) -> None:
    state.change(marta.account_id, consecutive_failures=50)
    office.set(office.link(marta))
    assert door.closed(marta)
    assert door.open(marta, password=NEW_PASSWORD)
    [letter] = posted("password_recovered")
    assert letter.to == marta.email
    assert "password_recovered" in state.kinds()


def test_image_and_phrase_stay(office: Recovery, marta: Person, state: State) -> None:
    office.set(office.link(marta))
    account = state.account(marta.account_id)
    assert (account.image, account.phrase) == ("octopus", "Mi gata duerme al sol")


def test_all_sessions_end_and_nobody_is_signed_in(
    office: Recovery, marta: Person, door: Door, people: People, state: State
) -> None:
    luis = people.active()
    for person in (marta, marta, luis):
        door.open(person)
    office.set(office.link(marta))
    assert state.visits_of(marta.account_id) == []
    assert len(state.visits_of(luis.account_id)) == 1


def test_an_abandoned_registration_goes_on_to_the_choice_of_an_image(
    office: Recovery, door: Door, new_customer: Callable[..., Person], state: State, clock: Clock
) -> None:
    person = new_customer()
    clock.forward(days=3)
    device = office.set(office.link(person))
    assert door.closed(person)
    came = door.open(person, password=NEW_PASSWORD, device_token=device)
    assert came.stage == "provisional"
    account = state.account(person.account_id)
    assert (account.state, account.provisional_until) == (ACTIVE, None)


def test_recovery_frees_no_one_who_is_suspended_meanwhile(
    office: Recovery, marta: Person, state: State, meanwhile: Callable[..., Busy]
) -> None:
    token = office.link(marta)
    busy = meanwhile(lambda: state.change(marta.account_id, state=SUSPENDED))
    with pytest.raises(AlreadyDone):
        office.set(token, vault=busy)
    assert state.account(marta.account_id).state == SUSPENDED


def test_the_phrase_on_the_screen_is_no_password(office: Recovery, marta: Person) -> None:
    with pytest.raises(PasswordFlawed):
        office.set(office.link(marta), "Mi gata duerme al sol")
