"""Codes by mail: one at a time, five tries, ten minutes, one session, three an hour."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import MailedCode
from finportal.models.codes import DEVICE, NEW_EMAIL
from finportal.services import codes, letters, visits
from finportal.services.codes import Asked, CodeOver, Sent, WrongCode
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.letters import Addressee
from tests.doubles import Clock, CountingVault
from tests.factories import People
from tests.services.hands import State


class Desk:
    """Where somebody asks for codes and types them."""

    def __init__(self, db: Database, vault: CountingVault, people: People) -> None:
        self.db, self.vault, self.people = db, vault, people
        self.asked = self.somebody(DEVICE)

    def somebody(self, purpose: str) -> Asked:
        """A session of its own that may be asked for a code."""
        return Asked(self.people.visit_of("ana@correo.example"), purpose)

    def send(self, asked: Asked | None = None, **more: str) -> Sent:
        """Ask for a code."""
        asked = asked or self.asked
        who = Addressee("Ana Rojas", "natural", "ana@correo.example", "es_CO")
        return codes.send(
            self.db, self.vault, asked, lambda code: letters.code(who, code, asked.purpose),
            self.people.around(), limited_by=more.get("limited_by", "ana"),
        )  # fmt: skip

    def type(self, code: str, asked: Asked | None = None) -> bool:
        """Type a code, and use it up when it is right."""
        around = self.people.around()
        right = codes.check(self.db, self.vault, asked or self.asked, code, around)
        with self.db.writing() as link:
            return codes.use_up(link, right)


@pytest.fixture
def counter(db: Database, vault: CountingVault, people: People) -> Desk:
    return Desk(db, vault, people)


@pytest.fixture
def last_code(posted: Callable[..., list[Letter]]) -> Callable[[], str]:
    """The code in the newest letter."""
    return lambda: posted("code")[-1].values["code"]


def other_than(code: str) -> Iterator[str]:
    """Codes that are not this one."""
    return (wrong for wrong in (f"{n:06d}" for n in range(100)) if wrong != code)


def test_the_right_code_opens_once(counter: Desk, last_code: Callable[[], str]) -> None:
    sent = counter.send()
    code = last_code()
    assert (sent.address, len(code), code.isdecimal()) == ("ana@correo.example", 6, True)
    assert counter.type(f" {code[:3]} {code[3:]}")
    with pytest.raises(CodeOver):
        counter.type(code)


def test_the_sixth_try_fails_even_when_right(counter: Desk, last_code: Callable[[], str]) -> None:
    counter.send()
    wrong = other_than(last_code())
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as refusal:
            counter.type(next(wrong))
        assert refusal.value.tries_left == left
    with pytest.raises(CodeOver):
        counter.type(next(wrong))
    with pytest.raises(CodeOver):
        counter.type(last_code())


def test_another_session_or_purpose_cannot_use_it(
    counter: Desk, last_code: Callable[[], str]
) -> None:
    counter.send()
    for stranger in (counter.somebody(DEVICE), Asked(counter.asked.visit, NEW_EMAIL)):
        with pytest.raises(CodeOver):
            counter.type(last_code(), stranger)
    assert counter.type(last_code())


def test_it_is_over_after_ten_minutes(
    counter: Desk, last_code: Callable[[], str], clock: Clock
) -> None:
    counter.send()
    clock.forward(minutes=10)
    with pytest.raises(CodeOver):
        counter.type(last_code())


def test_a_new_code_replaces_the_last_and_its_tries(
    counter: Desk, last_code: Callable[[], str], clock: Clock
) -> None:
    counter.send()
    first = last_code()
    with pytest.raises(WrongCode):
        counter.type(next(other_than(first)))
    clock.forward(minutes=1)
    counter.send()
    if first != last_code():
        with pytest.raises(WrongCode) as refusal:
            counter.type(first)
        assert refusal.value.tries_left == 4
    assert counter.type(last_code())


def test_it_was_compared_before_another_was_sent(
    counter: Desk, last_code: Callable[[], str], clock: Clock, db: Database
) -> None:
    counter.send()
    right = codes.check(db, counter.vault, counter.asked, last_code(), counter.people.around())
    clock.forward(minutes=1)
    counter.send()
    with db.writing() as link:
        assert not codes.use_up(link, right)


def test_asking_again_has_to_wait(counter: Desk, clock: Clock, state: State) -> None:
    counter.send()
    with pytest.raises(TooMany) as refusal:
        counter.send()
    assert refusal.value.wait == timedelta(minutes=1)
    for _ in range(2):
        clock.forward(minutes=1)
        counter.send()
    clock.forward(minutes=1)
    with pytest.raises(TooMany):
        counter.send()
    with pytest.raises(TooMany):
        counter.send(counter.somebody(DEVICE))
    counter.send(counter.somebody(DEVICE), limited_by="somebody else")
    assert state.kinds().count("code_sent") == 4


def test_every_try_costs_one_derivation(counter: Desk, last_code: Callable[[], str]) -> None:
    counter.send()
    for code in (last_code(), last_code(), "", "x" * 500):
        before = counter.vault.kdf_runs
        with suppress(CodeOver, WrongCode):
            counter.type(code)
        assert counter.vault.kdf_runs == before + 1


def test_it_says_so_when_the_session_ended_meanwhile(counter: Desk, db: Database) -> None:
    with db.writing() as link:
        visits.end(link, counter.asked.visit.id)
    with pytest.raises(AlreadyDone):
        counter.send()


def test_only_the_hash_is_kept_and_ends_with_the_session(
    counter: Desk,
    last_code: Callable[[], str],
    state: State,
    db: Database,
    files_of_the_database: Callable[[], bytes],
) -> None:
    counter.send()
    assert last_code().encode() not in state.all(MailedCode)[0].code_hash.encode()
    with db.writing() as link:
        visits.end(link, counter.asked.visit.id)
    assert state.count(MailedCode) == 0
