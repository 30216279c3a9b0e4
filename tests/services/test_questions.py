"""Rounds of questions: counted, fresh, told as a whole, and what is left to an attacker."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from math import prod
from random import Random
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.models import QuestionRound, Visit
from finportal.services import questions, visits
from finportal.services.errors import AlreadyDone
from finportal.services.questions import NoMoreRounds, Round
from finportal.services.visits import CurrentVisit
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import State

CITIES = ("Bogotá", "Cali", "Pasto", "Neiva", "Tunja", "Ibagué", "Cúcuta", "Pereira")


@dataclass
class Hall:
    """Where a customer, or who says so, is asked."""

    db: Database
    vault: CountingVault
    people: People
    person: Person

    def visit(self) -> CurrentVisit:
        """A new session of somebody who matched."""
        with self.db.write() as session:
            token = visits.begin(session, self.person.email, self.people.around())
            values = {"stage": visits.MATCHED, "customer_id": self.person.customer_id}
            session.query(Visit).filter(Visit.customer_id.is_(None)).update(values)
            found = visits.find(session, token, self.people.around().now)
        assert found
        return found

    def ask(self, visit: CurrentVisit) -> Round:
        return questions.ask(self.db, self.vault, visit, self.people.around())

    def answer(self, visit: CurrentVisit, asked: Round, picked: list[int]) -> bool:
        around = self.people.around()
        return questions.answer(
            self.db, self.vault, visit, around, round_id=asked.id, picked=picked
        )

    def right(self, asked: Round) -> list[int]:
        """What only the lender knows."""
        with self.db.read() as session:
            sealed = session.get_one(QuestionRound, asked.id).sealed
        return [one["right"] for one in self.vault.unseal(sealed or b"")["asked"]]


@pytest.fixture
def hall(db: Database, vault: CountingVault, people: People) -> Hall:
    """A book of nine, and one of its customers."""
    person = people.customer(city="Bogotá")
    people.loan(person)
    for n, city in enumerate(CITIES):
        people.loan(
            people.customer(city=city),
            make=f"Marca {n}",
            disbursed_on=date(2024, n + 1, 3),
            first_due_on=date(2024, n + 2, 5),
            principal=(15 + 5 * n) * 100_000_000,
        )
    return Hall(db, vault, people, person)


def test_right_once_and_never_again(hall: Hall, state: State) -> None:
    visit = hall.visit()
    asked = hall.ask(visit)
    assert hall.ask(visit) == asked, "looking again is no new round"
    right = hall.right(asked)
    assert hall.answer(visit, asked, right)
    with pytest.raises(AlreadyDone):
        hall.answer(visit, asked, right)
    [row] = state.all(QuestionRound)
    assert (row.outcome, row.sealed) == ("right", None)
    assert state.kinds() == ["questions_right"]


def test_all_must_be_right(hall: Hall, clock: Clock) -> None:
    for place in range(4):
        clock.forward(days=2)
        visit = hall.visit()
        asked = hall.ask(visit)
        picked = hall.right(asked)
        picked[place] = (picked[place] + 1) % len(asked.questions[place].options)
        assert not hall.answer(visit, asked, picked)


def test_three_rounds_in_a_day_and_nine_in_a_month_in_whatever_session(
    hall: Hall, clock: Clock
) -> None:
    rounds = 0
    for _ in range(4):
        for _ in range(3):
            try:
                hall.ask(hall.visit())
                rounds += 1
            except NoMoreRounds:
                break
        with pytest.raises(NoMoreRounds):
            hall.ask(hall.visit())
        clock.forward(hours=24, seconds=1)
    assert rounds == 9
    clock.forward(days=30)
    assert hall.ask(hall.visit())


def test_two_at_once_get_no_more_than_three(hall: Hall, at_once: Any) -> None:
    sessions = [hall.visit() for _ in range(6)]
    numbers = count()
    results = at_once(lambda: hall.ask(sessions[next(numbers)]), 6)
    assert sum(isinstance(one, Round) for one in results) == 3
    assert sum(isinstance(one, NoMoreRounds) for one in results) == 3


def test_a_round_belongs_to_its_session_and_ends(hall: Hall, clock: Clock) -> None:
    visit, other = hall.visit(), hall.visit()
    asked = hall.ask(visit)
    with pytest.raises(AlreadyDone):
        hall.answer(other, asked, hall.right(asked))
    clock.forward(minutes=15)
    with pytest.raises(AlreadyDone):
        hall.answer(visit, asked, hall.right(asked))


def test_what_is_right_is_in_no_file_of_the_database(
    hall: Hall, files_of_the_database: Any, database_url: str
) -> None:
    hall.ask(hall.visit())
    if database_url.startswith("sqlite"):
        assert b'"right"' not in files_of_the_database()


def test_old_rounds_are_forgotten_when_they_no_longer_count(
    hall: Hall, state: State, clock: Clock
) -> None:
    hall.ask(hall.visit())
    clock.forward(days=30)
    with hall.db.writing() as link:
        questions.sweep(link, clock())
    assert state.count(QuestionRound) == 0


def test_rounds_cannot_be_intersected(hall: Hall, clock: Clock) -> None:
    """Whatever an attacker writes down over a month, each question keeps all of its answers."""
    seen: dict[str, set[tuple[str, ...]]] = {}
    for day in range(3):
        for _ in range(3):
            for question in hall.ask(hall.visit()).questions:
                seen.setdefault(question.kind, set()).add(question.options)
        clock.forward(days=1, seconds=1)
        hall.people.loan(hall.people.customer(city=f"Pueblo {day}"), make=f"Otra {day}")
    assert len(seen) == 5
    assert all(len(options) == 1 for options in seen.values())


def test_a_million_guesses_come_through_as_rarely_as_arithmetic_says(hall: Hall) -> None:
    asked = hall.ask(hall.visit())
    sizes = [len(question.options) for question in asked.questions]
    right, random = tuple(hall.right(asked)), Random(7)  # noqa: S311
    chance = 1 / prod(sizes)
    assert chance <= 1 / 6**4
    guesses = 1_000_000
    target = sum(place * prod(sizes[n + 1 :]) for n, place in enumerate(right))
    through = sum(random.randrange(prod(sizes)) == target for _ in range(guesses))
    assert abs(through - guesses * chance) < 5 * (guesses * chance) ** 0.5
    assert 1 - (1 - chance) ** questions.A_DAY < 0.0024
    assert timedelta(days=1) == questions.DAY
