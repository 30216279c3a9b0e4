"""A provisional password typed as people type it; one's own is compared sign by sign."""

from collections.abc import Callable

import pytest

from finportal.models.accounts import PROVISIONAL
from finportal.services import visits
from finportal.services.passwords import Flaw
from finportal.services.personalisation import PasswordFlawed, WrongCurrentPassword
from tests.factories import People, Person
from tests.services.hands import Desk, Door, Recovery, State

NewCustomer = Callable[..., Person]
Retype = Callable[[str], str]
LIKE_MADE = "ABCD-EFGH-JKLM-NPQR"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "retype",
    [str.lower, lambda made: made.replace("-", ""), lambda made: f" {made.replace('-', ' ')}\n"],
)
def test_it_opens_the_account_and_leads_through_the_choice(
    door: Door, desk: Desk, new_customer: NewCustomer, state: State, *, retype: Retype
) -> None:
    person = new_customer()
    typed = retype(person.password)
    door.vault.kdf_runs = 0
    opened = door.open(person, password=typed)
    assert (opened.stage, door.vault.kdf_runs) == (visits.PROVISIONAL, 1)
    desk.choose(desk.seat(opened), current=typed)
    assert door.vault.kdf_runs == 3
    assert state.account(person.account_id).state != PROVISIONAL


def test_a_wrong_one_stays_wrong_at_the_same_price(
    door: Door, desk: Desk, new_customer: NewCustomer
) -> None:
    person = new_customer()
    wrong = person.password[:-1] + ("A" if person.password[-1] != "A" else "B")
    door.vault.kdf_runs = 0
    assert door.closed(person, password=wrong.lower())
    assert door.vault.kdf_runs == 1
    visit = desk.seat(door.open(person))
    with pytest.raises(WrongCurrentPassword):
        desk.choose(visit, current=wrong.lower())


def test_it_is_no_new_password_however_it_is_typed(
    office: Recovery, new_customer: NewCustomer
) -> None:
    person = new_customer()
    token = office.link(person)
    with pytest.raises(PasswordFlawed) as refusal:
        office.set(token, person.password.lower().replace("-", ""))
    assert refusal.value.flaw is Flaw.REPEATED


@pytest.mark.parametrize("own", [LIKE_MADE, LIKE_MADE.lower()])
def test_an_own_password_that_looks_provisional_is_compared_sign_by_sign(
    door: Door, desk: Desk, people: People, state: State, *, own: str
) -> None:
    person = people.active()
    state.change(person.account_id, password_hash=door.vault.hash_password(own))
    for typed in (own.swapcase(), own.replace("-", ""), f"{own} "):
        assert door.closed(person, password=typed)
    visit = desk.seat(door.open(person, password=own))
    with pytest.raises(WrongCurrentPassword):
        desk.choose(visit, current=own.swapcase())
    desk.choose(visit, current=own)


def test_a_locked_own_password_is_no_new_one_though_it_looks_provisional(
    office: Recovery, people: People, state: State
) -> None:
    person, own = people.active(), LIKE_MADE.lower()
    locked = "!" + office.vault.hash_password(own)
    state.change(person.account_id, state=PROVISIONAL, password_hash=locked)
    with pytest.raises(PasswordFlawed) as refusal:
        office.set(office.link(person), own)
    assert refusal.value.flaw is Flaw.REPEATED
