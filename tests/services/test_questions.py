"""Rounds of questions: counted, fresh, told as a whole, and what is left to an attacker."""

import shutil
from datetime import timedelta
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from finportal.models import QuestionRound
from finportal.services import questions
from finportal.services.errors import AlreadyDone
from finportal.services.questions import NoMoreRounds
from tests.doubles import Clock, Statements
from tests.services.enrolling import Hall
from tests.services.hands import State


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """On both databases only what meets others: see test_enrolment_at_once."""
    shutil.copy(sqlite_template, tmp_path / "finportal.db")
    return f"sqlite:///{tmp_path / 'finportal.db'}"


def test_the_book_is_read_before_anything_is_locked(hall: Hall, statements: Statements) -> None:
    visit = hall.visit()
    statements.clear()
    hall.ask(visit)
    texts = statements.texts
    _, locked = (n for n, text in enumerate(texts) if "answered_at IS NULL" in text)
    book = [n for n, text in enumerate(texts) if "GROUP BY" in text or "loan_terms" in text]
    assert book
    assert max(book) < locked


def test_who_has_no_round_left_costs_no_look_at_the_book(
    hall: Hall, statements: Statements
) -> None:
    for _ in range(3):
        hall.ask(hall.visit())
    visit = hall.visit()
    statements.clear()
    with pytest.raises(NoMoreRounds):
        hall.ask(visit)
    assert not [text for text in statements.texts if "loan" in text]


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


def test_a_round_belongs_to_its_session_and_ends(hall: Hall, clock: Clock) -> None:
    visit, other = hall.visit(), hall.visit()
    asked = hall.ask(visit)
    with pytest.raises(AlreadyDone):
        hall.answer(other, asked, hall.right(asked))
    clock.forward(minutes=15)
    with pytest.raises(AlreadyDone):
        hall.answer(visit, asked, hall.right(asked))


def test_what_is_right_is_in_no_file_of_the_database(
    hall: Hall, files_of_the_database: Any
) -> None:
    hall.ask(hall.visit())
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
