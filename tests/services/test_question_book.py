"""What is offered as an answer: stable, as likely as its neighbours, and the same for both."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finportal.adapters.database import Database
from finportal.models import Loan, QuestionSet
from finportal.services import question_book
from finportal.services.question_book import Kind, among, facts_of, options_for, range_of
from tests.factories import People
from tests.services.hands import State

BOOKS = st.dictionaries(
    st.text("abcdefghijklmnop", min_size=3, max_size=6), st.integers(1, 50), min_size=4, max_size=40
)


@settings(max_examples=60)
@given(BOOKS, st.data())
def test_every_answer_of_a_group_is_shown_with_the_same_others(
    book: dict[str, int], data: st.DataObject
) -> None:
    """So what is shown tells the group and nothing more, however often and for how many credits."""
    truth = data.draw(st.sampled_from(sorted(book)))
    group = among(book, truth)
    assert truth in group
    assert len(group) >= min(6, len(book))
    assert len(group) <= 11
    assert {among(book, other) for other in group} == {group}


@settings(max_examples=60)
@given(BOOKS, st.data())
def test_the_answers_of_a_group_are_neighbours_in_frequency(
    book: dict[str, int], data: st.DataObject
) -> None:
    group = among(book, data.draw(st.sampled_from(sorted(book))))
    counts = [book[one] for one in group]
    between = [n for one, n in book.items() if one not in group and min(counts) < n < max(counts)]
    assert not between


def test_spellings_of_one_answer_are_one() -> None:
    book = {"BOGOTA": 3, "Bogotá": 9, "Cali": 2, "Pasto": 1, "Neiva": 1}
    assert among(book, "bogota") == ("Bogotá", "Cali", "Neiva", "Pasto")


def test_ranges_hold_their_instalment() -> None:
    for pesos in (1, 99_999, 100_000, 1_999_999, 2_000_000, 2_260_000):
        low, high = range_of(pesos)
        assert low <= pesos < high
    assert (range_of(2_260_000), range_of(950_000)) == (
        (2_250_000, 2_500_000),
        (900_000, 1_000_000),
    )


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """On both databases only what meets others: see test_enrolment_at_once."""
    shutil.copy(sqlite_template, tmp_path / "finportal.db")
    return f"sqlite:///{tmp_path / 'finportal.db'}"


def book(people: People) -> int:
    """Ten customers with a credit each; the number of the first."""
    cities = ("Bogotá", "Cali", "Pasto", "Neiva", "Tunja", "Ibagué", "Cúcuta", "Pereira")
    first = people.customer(city="Bogotá")
    people.loan(first)
    for n, city in enumerate(cities):
        people.loan(
            people.customer(city=city),
            make=f"Marca {n}",
            plate=f"ABC1{n}2",
            disbursed_on=date(2024, n + 1, 3),
            first_due_on=date(2024, n + 2, 5),
            principal=(15 + 5 * n) * 100_000_000,
        )
    return first.customer_id


def test_a_credit_can_answer_five_questions_and_shows_the_same_options_for_ever(
    people: People, db: Database, state: State
) -> None:
    customer_id = book(people)
    seen = []
    for n in range(3):
        with db.write() as session:
            facts = facts_of(session, customer_id)
            assert facts
            assert facts.answers[Kind.PLATE] == "56"
            assert facts.answers[Kind.MONTH] == "2025-03"
            seen.append([options_for(session, facts, kind, people.around().now) for kind in Kind])
        people.loan(
            people.customer(city="Leticia"), make=f"Nueva {n}", disbursed_on=date(2023, 1, 3)
        )
    assert seen[0] == seen[1] == seen[2], "a book that grows must not let rounds be intersected"
    assert all(len(options) >= 6 for options in seen[0])
    assert state.count(QuestionSet) == 5


def test_a_credit_the_lender_corrected_gets_other_options(people: People, db: Database) -> None:
    customer_id = book(people)
    with db.write() as session:
        facts = facts_of(session, customer_id)
        assert facts
        before = options_for(session, facts, Kind.PLATE, people.around().now)
        session.query(Loan).filter_by(id=facts.loan_id).update({"plate": "KLM490"})
        facts = facts_of(session, customer_id)
        assert facts
        after = options_for(session, facts, Kind.PLATE, people.around().now)
    assert "90" in after
    assert "90" not in before


def test_who_has_several_credits_is_asked_about_the_newest_that_runs(
    people: People, db: Database
) -> None:
    customer_id = book(people)
    person = people.customer()
    old = {"customer_id": customer_id, "loan_number": "VH-X", "plate": "AAA111"}
    people.loan(person, **(old | {"disbursed_on": date(2026, 1, 5), "status": "closed"}))
    with db.reading() as link:
        facts = facts_of(link, customer_id)
    assert facts
    assert facts.answers[Kind.PLATE] == "56"


def test_who_has_no_credit_can_answer_nothing(people: People, db: Database) -> None:
    with db.reading() as link:
        assert facts_of(link, people.customer().customer_id) is None


def test_a_motorcycles_plate_is_among_motorcycles(people: People, db: Database) -> None:
    person = people.customer()
    people.loan(person, plate="ABC12D")
    with db.write() as session:
        facts = facts_of(session, person.customer_id)
        assert facts
        options = options_for(session, facts, Kind.PLATE, people.around().now)
        assert not options_for(session, facts, Kind.MAKE, people.around().now), "one make only"
    assert "2D" in options
    assert all(one[0].isdigit() and one[1].isalpha() for one in options)
    assert Counter(len(one) for one in options) == {2: len(options)}
    assert question_book.right_one(options, "2d") == options.index("2D")
