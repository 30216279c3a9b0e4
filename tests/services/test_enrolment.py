"""Registering by code: the match, the code, the account; no half, no twice, nothing learnt."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finportal.models import (
    Account,
    Case,
    Consent,
    ContactChange,
    Device,
    Enrolment,
    Visit,
)
from finportal.services import cases, enrolment_codes, visits
from finportal.services.contacts import held, undoing
from finportal.services.errors import AlreadyDone
from finportal.services.personalisation import ChoiceUnfit
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault, Statements
from tests.factories import People, Person
from tests.services.enrolling import OTHER, Counter
from tests.services.hands import NEW_PASSWORD, Busy, State


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """On both databases only what meets others: see test_enrolment_at_once."""
    shutil.copy(sqlite_template, tmp_path / "finportal.db")
    return f"sqlite:///{tmp_path / 'finportal.db'}"


def test_the_account_is_opened_whole(counter: Counter, people: People, state: State) -> None:
    person = people.customer()
    counter.finish(counter.prove(person))
    [account], [consent] = state.all(Account), state.all(Consent)
    assert (account.state, account.email, account.held_until) == ("active", person.email, None)
    assert counter.vault.password_matches(NEW_PASSWORD, account.password_hash)
    assert consent.customer_id == person.customer_id
    assert state.count(Device) == 1
    assert state.count(Visit) == state.count(Enrolment) == state.count(ContactChange) == 0
    assert [letter.kind for letter in counter.posted()] == ["code", "registered"]


def test_what_fails_leaves_everything_as_it_was(
    counter: Counter, people: People, state: State, settings: Settings
) -> None:
    class FullDisk(CountingVault):
        """A vault that cannot seal letters."""

        def seal(self, values: dict[str, Any]) -> bytes:
            raise InterruptedError(sorted(values))

    visit = counter.prove(people.customer())
    with pytest.raises(ChoiceUnfit):
        counter.finish(visit, new="corta")
    with pytest.raises(InterruptedError):
        counter.finish(visit, FullDisk(settings))
    assert state.count(Account) == state.count(Consent) == state.count(Device) == 0
    assert counter.finish(visit)


def test_a_session_that_ended_meanwhile_opens_nothing(
    counter: Counter, people: People, state: State, meanwhile: Callable[..., Busy]
) -> None:
    visit = counter.prove(people.customer())

    def end() -> None:
        with counter.db.write() as session:
            visits.end(session, visit.id)

    with pytest.raises(AlreadyDone):
        counter.finish(visit, meanwhile(end))
    assert state.count(Account) == 0


def test_every_mismatch_does_the_same_work(
    counter: Counter, people: People, statements: Statements
) -> None:
    person = people.customer()
    firm = people.customer(
        id_type="NIT", id_number="9001234568", kind="juridical",
        representative_id_type="CC", representative_id_number="52333444",
        representative_name="Diana Niño",
    )  # fmt: skip
    wrong = [
        (person, {"id_number": "99999999"}),
        (person, {"id_type": "CE"}),
        (person, {"mobile": "3119999999"}),
        (person, {"kind": "juridical"}),
        (firm, {"representative_id_type": "CC", "representative_id_number": "52333445"}),
        (firm, {}),
        (firm, {"kind": "natural", "representative_id_number": "52333444"}),
    ]
    seen = set()
    for n, (who, changed) in enumerate(wrong):
        statements.clear()
        counter.vault.kdf_runs = 0
        answer = counter.begin(who, network=f"198.51.{n}.0/24", **changed)
        seen.add((answer, counter.vault.kdf_runs, tuple(statements.texts)))
    assert len(seen) == 1
    right = {"representative_id_type": "CC", "representative_id_number": "52333444"}
    assert counter.begin(firm, network="198.51.99.0/24", **right)


def test_who_has_an_account_does_the_same_work_and_only_the_mail_differs(
    counter: Counter, people: People, statements: Statements
) -> None:
    seen = []
    for person in (people.customer(), people.active()):
        statements.clear()
        counter.vault.kdf_runs = 0
        visit = counter.seat(counter.begin(person, network=f"198.51.{len(seen)}.0/24"))
        enrolment_codes.send_to_file(counter.db, counter.vault, visit, people.around())
        seen.append((counter.vault.kdf_runs, [text.split()[:3] for text in statements.texts]))
    # the text that is accepted is written once, with the first
    assert seen[0][0] == seen[1][0] == 1
    assert len(seen[0][1]) - len(seen[1][1]) <= 1
    assert [letter.kind for letter in counter.posted()] == ["code", "already_registered"]


def test_a_new_address_is_held_told_and_taken_back(
    counter: Counter, people: People, state: State, clock: Clock
) -> None:
    person = people.customer()
    counter.finish(counter.prove(person, OTHER))
    [account], [change] = state.all(Account), state.all(ContactChange)
    assert account.email == OTHER
    assert (account.held_until - clock()).total_seconds() == 48 * 3600
    [told] = counter.posted("contact_changed")
    assert told.to == person.email
    with counter.db.read() as session:
        [waiting] = held.waiting(session, clock())
    assert (waiting.id, waiting.new_email, waiting.state) == (change.id, OTHER, "held")
    assert undoing.undo(counter.db, counter.vault, told.values["token"], people.around())
    [account] = state.all(Account)
    assert (account.email, account.state, account.image) == (person.email, "provisional", None)
    with counter.db.read() as session:
        assert held.waiting(session, clock()) == []


def test_staff_confirm_or_undo_what_is_held(
    counter: Counter, people: People, state: State, clock: Clock
) -> None:
    for address in (OTHER, "otra@otra.example"):
        counter.finish(counter.prove(people.customer(), address))
    one, two = (change.id for change in state.all(ContactChange))
    held.confirm(counter.db, counter.vault, one, "Ana Gil", people.around())
    held.undo(counter.db, counter.vault, two, "Ana Gil", people.around())
    kept, undone = state.all(Account)
    assert (kept.held_until, kept.email) == (None, OTHER)
    assert undone.state == "provisional"
    for act, change_id in ((held.confirm, one), (held.undo, two)):
        with pytest.raises(AlreadyDone):
            act(counter.db, counter.vault, change_id, "Ana Gil", people.around())
    with pytest.raises(held.UnknownChange):
        held.confirm(counter.db, counter.vault, 99, "Ana Gil", people.around())


def test_right_answers_alone_change_nothing_where_staff_decide(
    counter: Counter, opened: Person, state: State
) -> None:
    [case] = state.all(Case)
    assert (case.state, case.new_email, case.customer_id) == ("open", OTHER, opened.customer_id)
    assert state.count(Account) == state.count(ContactChange) == state.count(Visit) == 0
    assert counter.posted() == []


def test_a_rejected_case_tells_the_address_on_file_alone(
    counter: Counter, opened: Person, people: People, state: State
) -> None:
    cases.reject(counter.db, counter.vault, 1, "Ana Gil", people.around())
    assert [(letter.kind, letter.to) for letter in counter.posted()] == [
        ("email_change_rejected", opened.email)
    ]
    for act in (cases.approve, cases.reject):
        with pytest.raises(AlreadyDone):
            act(counter.db, counter.vault, 1, "Ana Gil", people.around())
    with pytest.raises(cases.UnknownCase):
        cases.approve(counter.db, counter.vault, 2, "Ana Gil", people.around())
    assert state.count(Account) == 0


def test_a_code_that_is_guessed_for_who_has_an_account_opens_none(
    counter: Counter, people: People, state: State
) -> None:
    """Nobody is told that code, but one guess in 200,000 finds it."""
    person = people.active()
    visit = counter.seat(counter.begin(person))
    with counter.db.write() as session:
        session.query(Visit).update({"stage": visits.MAIL_PROVEN})
    with pytest.raises(AlreadyDone):
        counter.finish(replace(visit, stage=visits.MAIL_PROVEN))
    assert state.count(Account) == 1
