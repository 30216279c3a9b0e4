"""Finding customers: by what an operator was told, masked, and never without a row."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.models import AuditEvent
from finportal.services import customer_search, signin
from finportal.services.customer_search import Found, TooVague
from finportal.services.operators import Operator
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Door, State

Find = Callable[..., list[Found]]


@pytest.fixture
def find(db: Database, vault: CountingVault, people: People) -> Find:
    def ask(text: str, *, full: bool = False) -> list[Found]:
        operator = Operator("ana", "she called" if full else "")
        return customer_search.find(db, vault, text, operator, people.around(), full=full)

    return ask


@pytest.fixture
def company(people: People) -> Person:
    """A company and the person who speaks for it."""
    company = people.customer(
        id_type="NIT", id_number="9001234560", kind="juridical", name="Transportes Ñandú S.A.S.",
        representative_id_type="CC", representative_id_number="79888777",
        representative_name="Jairo Peña",
    )  # fmt: skip
    people.loan(company, loan_number="TN-7b", plate="QRS98F")
    return company


def test_whatever_the_caller_says_finds_the_customer(
    find: Find, marta: Person, company: Person
) -> None:
    for text in (
        marta.id_number, "52.000.001", " marta1@CORREO.example", "310 444 5566", "+57 3104445566",
        "klm-456", "Lucía rojas", "MARTA LUCIA",
    ):  # fmt: skip
        [found] = find(text, full=True)
        assert (found.id_number, found.name) == (marta.id_number, "Marta Lucía Rojas"), text
    for text in ("900123456", "900.123.456-0", "79888777", "tn-7B", "qrs98f", "nandu transportes"):
        [found] = find(text, full=True)
        assert found.id_number == company.id_number, text
        assert (found.kind, found.account) == ("juridical", None)
        assert found.credits == (("TN-7b", "QRS98F"),)
    for text in ("51999999", "nadie@correo.example", "no@", "3009999999", "ABC123", "Nadie Nunca"):
        assert find(text) == []


def test_two_accounts_of_one_address_are_both_found(
    find: Find, marta: Person, people: People, state: State
) -> None:
    other = people.active(email=marta.email)
    assert [one.email for one in find(marta.email, full=True)] == [marta.email, other.email]
    moved = people.active()
    state.change(moved.account_id, email="nueva@correo.example")
    [found] = find("nueva@correo.example")
    assert found.account
    assert (found.email, found.account.email) == ("m•••@c•••.example", "n•••@c•••.example")


def test_data_are_masked_unless_asked_for_and_every_look_is_told(
    find: Find, marta: Person, company: Person, state: State
) -> None:
    [found] = find(marta.id_number)
    masked = ("••••0001", "M•••• L•••• R••••", "m•••@c•••.example", "••••••5566")
    assert (found.id_number, found.name, found.email, found.mobile) == masked
    assert [plate for _, plate in found.credits] == ["••M456"]
    find("nobody at all")
    find(company.id_number, full=True)
    rows = [(row.kind, row.customer_id, row.detail) for row in state.all(AuditEvent)]
    assert rows == [
        ("operator_looked", marta.customer_id, "ana: customers"),
        ("operator_looked", None, "ana: customers"),
        ("operator_looked", company.customer_id, "ana: customers in full: she called"),
    ]


def test_words_that_name_nobody_in_particular_are_refused(find: Find) -> None:
    for text in ("", "  ", "de la", "al"):
        with pytest.raises(TooVague, match="3 letters"):
            find(text)


def test_too_many_are_not_shown(find: Find, people: People, state: State) -> None:
    for _ in range(customer_search.MOST + 1):
        people.customer()
    with pytest.raises(TooVague, match="more than 20"):
        find("rojas")
    assert state.count(AuditEvent) == 0


def test_how_the_account_stands(
    find: Find, people: People, door: Door, clock: Clock, state: State
) -> None:
    marta = people.active()
    people.device_of(marta)
    door.open(marta)
    door.tire(signin.TRIES_PER_DEVICE, "1", signin.TRIES_PER_DEVICE.most)
    state.change(marta.account_id, consecutive_failures=signin.FAILURES_IN_A_ROW)
    clock.forward(minutes=5)
    [found] = find(marta.id_number)
    account = found.account
    assert account
    assert (account.state, account.failures, account.paused) == ("active", 50, True)
    assert account.wait == timedelta(minutes=10)
    assert account.last_sign_in_at == clock() - timedelta(minutes=5)
    assert (account.devices, account.sessions, account.credentials_until) == (2, 1, None)
    clock.forward(minutes=10)
    [found] = find(marta.id_number)
    assert found.account
    assert (found.account.wait, found.account.sessions) == (None, 0)
