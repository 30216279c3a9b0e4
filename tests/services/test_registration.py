"""Registering: the right three data open an account; every other triple learns the same nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import (
    Account,
    AuditEvent,
    Consent,
    ConsentText,
    Mismatch,
    OutboxMail,
)
from finportal.models.accounts import PROVISIONAL
from finportal.services import consents, recognition, registration
from finportal.services.registration import Application
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import CONSENT, People, Person
from tests.services.hands import State

Posted = Callable[..., list[Letter]]
Register = Callable[..., bool]

WRONG = {
    "unknown number": {"id_number": "99999999"},
    "wrong type": {"id_type": "CE"},
    "wrong e-mail": {"email": "otra@correo.example"},
    "wrong mobile": {"mobile": "3119999999"},
    "all wrong": {
        "id_type": "TI",
        "id_number": "1099999999",
        "email": "nadie@correo.example",
        "mobile": "3119999999",
    },
}


@pytest.fixture
def register(db: Database, vault: CountingVault, people: People) -> Register:
    """Register as a person, with some data changed."""

    def as_typed(person: Person, network: str = "203.0.113.0/24", **changed: str) -> bool:
        typed: Application = replace(person.application, **changed)
        return registration.register(db, vault, typed, people.around(network=network))

    return as_typed


def test_the_right_data_open_a_provisional_account_for_a_day(
    register: Register, people: People, state: State, clock: Clock
) -> None:
    person = people.customer()
    assert register(person)
    [account] = state.all(Account)
    assert account.customer_id == person.customer_id
    assert (account.email, account.state) == (person.email, PROVISIONAL)
    assert (account.provisional_until - clock()).total_seconds() == 24 * 3600
    assert (account.image, account.phrase) == (None, None)


def test_the_letter_carries_a_password_that_fits_and_the_image_already_shown(
    register: Register, people: People, state: State, posted: Posted, vault: CountingVault
) -> None:
    person = people.customer()
    shown = recognition.initial(vault, person.email)
    register(person)
    [letter] = posted()
    assert (letter.kind, letter.to) == ("credentials", person.email)
    assert vault.password_matches(letter.values["password"], state.all(Account)[0].password_hash)
    assert (letter.values["picture"], letter.values["phrase"]) == (shown.picture.id, shown.phrase)
    assert person.id_number not in str(letter.values)


def test_consent_and_trail_are_written_with_the_account(
    register: Register, people: People, state: State, clock: Clock
) -> None:
    person = people.customer()
    register(person)
    [consent], [text] = state.all(Consent), state.all(ConsentText)
    assert (consent.customer_id, consent.text_id) == (person.customer_id, text.id)
    assert (consent.accepted_at, consent.network) == (clock(), "203.0.113.0/24")
    assert (text.version, text.locale, text.body) == (CONSENT.version, "es", "Autorizo.")
    [event] = state.all(AuditEvent)
    assert (event.kind, event.account_id) == ("registered", state.all(Account)[0].id)
    assert (event.at, event.network) == (clock(), "203.0.113.0/24")


class FullDisk(CountingVault):
    """A vault that cannot seal letters."""

    def seal(self, values: dict[str, Any]) -> bytes:
        raise InterruptedError(sorted(values))


def test_a_registration_whose_letter_cannot_be_written_leaves_nothing(
    db: Database, people: People, state: State, settings: Settings
) -> None:
    person = people.customer()
    with pytest.raises(InterruptedError):
        registration.register(db, FullDisk(settings), person.application, people.around())
    for model in (Account, Consent, ConsentText, OutboxMail, AuditEvent, Mismatch):
        assert state.count(model) == 0, model


def test_every_mismatch_does_the_same_work_and_says_the_same(
    register: Register,
    people: People,
    state: State,
    statements: Statements,
    vault: CountingVault,
) -> None:
    person = people.customer()
    seen = {}
    for n, (kind, changed) in enumerate(WRONG.items()):
        statements.clear()
        vault.kdf_runs = 0
        answer = register(person, network=f"198.51.{n}.0/24", **changed)
        seen[kind] = (answer, vault.kdf_runs, tuple(statements.texts))
    assert len(set(seen.values())) == 1
    assert seen["unknown number"][:2] == (False, 1)
    assert state.count(Account) == state.count(OutboxMail) == state.count(Consent) == 0
    assert state.kinds() == ["registration_mismatch"] * len(WRONG)
    assert {event.account_id for event in state.all(AuditEvent)} == {None}


def test_data_of_two_customers_do_not_make_one(register: Register, people: People) -> None:
    marta, luis = people.customer(), people.customer()
    assert not register(marta, id_number=luis.id_number)
    assert not register(luis, mobile=marta.mobile)


def test_a_customer_with_an_account_gets_another_letter_and_keeps_everything(
    register: Register,
    people: People,
    state: State,
    posted: Posted,
    vault: CountingVault,
) -> None:
    person = people.active()
    before = vars(state.account(person.account_id)).copy()
    vault.kdf_runs = 0
    assert register(person)
    assert vault.kdf_runs == 1
    after = vars(state.account(person.account_id)).copy()
    for values in (before, after):
        values.pop("_sa_instance_state")
    assert after == before
    [letter] = posted()
    assert letter.kind == "already_registered"
    assert set(letter.values) == {"name"}
    assert state.kinds() == ["registered_again"]


def test_registering_again_leaves_the_provisional_password_as_it_was(
    register: Register, people: People, state: State, posted: Posted, vault: CountingVault
) -> None:
    person = people.customer()
    assert register(person)
    assert register(person)
    assert [letter.kind for letter in posted()] == ["credentials", "already_registered"]
    [account] = state.all(Account)
    assert vault.password_matches(posted()[0].values["password"], account.password_hash)


def test_a_first_and_a_second_registration_run_the_kdf_alike(
    register: Register, people: People, vault: CountingVault
) -> None:
    person = people.customer()
    runs = []
    for _ in range(2):
        vault.kdf_runs = 0
        register(person)
        runs.append(vault.kdf_runs)
    assert runs == [1, 1]


def test_the_queue_for_staff_holds_masked_values_only(
    register: Register, people: People, state: State
) -> None:
    person = people.customer()
    register(person, mobile="3119998877", email="alguien@dominio.example")
    [row] = state.all(Mismatch)
    assert row.id_number_masked == "••••" + person.id_number[-4:]
    assert (row.mobile_masked, row.email_masked) == ("••••••8877", "a•••@d•••.example")
    written = str(vars(row))
    for whole in (person.id_number, "3119998877", "alguien", "dominio"):
        assert whole not in written
    assert "3119998877" not in str([vars(event) for event in state.all(AuditEvent)])


def test_a_company_registers_with_its_nit_and_is_greeted_by_its_whole_name(
    register: Register, people: People, posted: Posted
) -> None:
    firm = people.customer(
        id_type="NIT", id_number="8001972684", kind="juridical", name="Transportes Sur S.A.S."
    )
    assert register(firm)
    assert posted()[0].values["name"] == "Transportes Sur S.A.S."


def test_a_text_is_kept_once_and_every_version_and_language_apart(
    register: Register, people: People, state: State
) -> None:
    for n, (version, locale, body) in enumerate(
        [("1", "es", "Autorizo."), ("1", "es", "Autorizo."), ("2", "es", "Autorizo."),
         ("1", "en", "I agree."), ("1", "es", "Autorizo todo.")]
    ):  # fmt: skip
        typed = {"consent": consents.Text(version, locale, body)}
        register(people.customer(), network=f"198.51.{n}.0/24", **typed)
    assert state.count(ConsentText) == 4
    assert state.count(Consent) == 5
