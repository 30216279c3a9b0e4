"""Choosing a password, an image and a phrase: whatever is refused changes nothing at all."""

from collections.abc import Callable
from typing import Any
from unicodedata import normalize

import pytest

from finportal.models import Account, OutboxMail
from finportal.services.errors import AlreadyDone, Refused, TooMany
from finportal.services.passwords import Flaw
from finportal.services.personalisation import (
    ChoiceUnfit,
    Faults,
    NotOffered,
    WrongCurrentPassword,
)
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock
from tests.factories import PASSWORD, Person
from tests.services.hands import Busy, Desk, Door, State

NewCustomer = Callable[..., Person]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("refusal", "faults", "other"),
    [
        (WrongCurrentPassword, None, {"current": "not mine at all"}),
        (WrongCurrentPassword, None, {"current": ""}),
        (ChoiceUnfit, Faults(Flaw.SHORT, told=False), {"new": "once signos"}),
        (ChoiceUnfit, Faults(Flaw.LONG, told=False), {"new": "palabras " * 30}),
        (ChoiceUnfit, Faults(Flaw.COMMON, told=False), {"new": "password12345!"}),
        (ChoiceUnfit, Faults(Flaw.BREACHED, told=False), {"new": "qwertyuiop123"}),
        (ChoiceUnfit, Faults(Flaw.REPEATED, told=False), {"new": "abababababababab"}),
        (ChoiceUnfit, Faults(Flaw.REPEATED, told=False), {"new": PASSWORD}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "marta1@correo.example"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "Marta-Lucia-2026"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "52000001-52000001"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "3104445566 ok!"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "KLM456 klm456"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "renault-duster"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "crédito demo 26"}),
        (ChoiceUnfit, Faults(Flaw.PERSONAL, told=False), {"new": "faro, niebla, entre"}),
        (ChoiceUnfit, Faults(None, told=True), {"new": "Un faro entre la niebla"}),
        (
            ChoiceUnfit,
            Faults(None, told=True),
            {"new": "no sé si ir al mar", "phrase": "Yo no sé si ir al mar o no"},
        ),
        (ChoiceUnfit, Faults(Flaw.SHORT, told=True), {"new": "faro"}),
        (NotOffered, None, {"phrase": "corta"}),
        (NotOffered, None, {"phrase": "larga " * 11}),
        (NotOffered, None, {"picture": "no-such-picture"}),
        (NotOffered, None, {"picture": "../anchor"}),
    ],
)
def test_a_refused_choice_changes_nothing(
    desk: Desk, visit: CurrentVisit, marta: Person, state: State, *, refusal: Any, faults: Any,
    other: dict[str, str],
) -> None:  # fmt: skip
    before = _shown(state.account(marta.account_id))
    letters = state.count(OutboxMail)
    with pytest.raises(Refused) as raised:
        desk.choose(visit, **other)
    assert type(raised.value) is refusal
    assert getattr(raised.value, "faults", None) == faults
    assert _shown(state.account(marta.account_id)) == before
    assert [row.id for row in state.visits_of(marta.account_id)] == [visit.id]
    assert state.count(OutboxMail) == letters


@pytest.mark.parametrize("spell", [lambda t: normalize("NFD", t), str])
def test_the_password_in_use_is_no_new_one_however_it_is_spelt(
    desk: Desk, visit: CurrentVisit, marta: Person, state: State, spell: Callable[[str], str]
) -> None:
    own = "cáñamo y algún ñandú"
    state.change(marta.account_id, password_hash=desk.vault.hash_password(own))
    with pytest.raises(ChoiceUnfit):
        desk.choose(visit, current=own, new=spell(own))


def test_a_provisional_password_cannot_be_kept_in_disguise(
    desk: Desk, door: Door, new_customer: NewCustomer
) -> None:
    person = new_customer()
    visit = desk.seat(door.open(person))
    disguised = "".join(chr(ord(sign) + 0xFEE0) for sign in person.password)
    with pytest.raises(ChoiceUnfit):
        desk.choose(visit, current=person.password, new=disguised)


def test_the_current_password_may_be_tried_five_times_in_a_quarter_of_an_hour(
    desk: Desk, visit: CurrentVisit, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(WrongCurrentPassword):
            desk.choose(visit, current="wrong")
    with pytest.raises(TooMany):
        desk.choose(visit)
    clock.forward(minutes=15)
    desk.choose(visit)


def test_a_flawed_choice_compares_no_password_and_uses_up_no_try(
    desk: Desk, visit: CurrentVisit
) -> None:
    desk.vault.kdf_runs = 0
    for _ in range(6):
        with pytest.raises(ChoiceUnfit):
            desk.choose(visit, current="wrong", new="corta")
    assert desk.vault.kdf_runs == 0
    desk.choose(visit)


def test_a_password_changed_meanwhile_wins(
    desk: Desk, visit: CurrentVisit, marta: Person, state: State, meanwhile: Callable[..., Busy]
) -> None:
    other = desk.vault.hash_password("the other browser's choice")
    busy = meanwhile(lambda: state.change(marta.account_id, password_hash=other))
    letters = state.count(OutboxMail)
    with pytest.raises(AlreadyDone):
        desk.choose(visit, vault=busy)
    account = state.account(marta.account_id)
    assert (account.password_hash, account.image) == (other, "octopus")
    assert state.count(OutboxMail) == letters
    assert [row.id for row in state.visits_of(marta.account_id)] == [visit.id]


def _shown(account: Account) -> dict[str, object]:
    return {name: value for name, value in vars(account).items() if name[0] != "_"}
