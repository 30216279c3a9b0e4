"""What is offered as an answer: stable, as likely as its neighbours, and the same for both."""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.models import Loan, QuestionSet
from finportal.services.question_book import (
    Kind,
    Offer,
    among,
    facts_of,
    offered,
    range_of,
    settled,
)
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


def shown(session: Session, people: People, customer_id: int) -> dict[Kind, Offer]:
    """What a customer is offered, kept as when it is asked."""
    now = people.around().now
    found = offered(session, customer_id)
    return {kind: settled(session, offer, now) for kind, offer in found.items()}


def test_a_credit_can_answer_five_questions_and_shows_the_same_options_for_ever(
    people: People, db: Database, state: State
) -> None:
    customer_id = book(people)
    seen = []
    for n in range(3):
        with db.write() as session:
            found = shown(session, people, customer_id)
            assert found[Kind.PLATE].truth == "56"
            assert found[Kind.MONTH].truth == "2025-03"
            seen.append([found[kind].options for kind in Kind])
        people.loan(
            people.customer(city="Leticia"), make=f"Nueva {n}", disbursed_on=date(2023, 1, 3)
        )
    assert seen[0] == seen[1] == seen[2], "a book that grows must not let rounds be intersected"
    assert all(len(options) >= 6 for options in seen[0])
    assert state.count(QuestionSet) == 5


def test_a_credit_the_lender_corrected_gets_other_options(people: People, db: Database) -> None:
    customer_id = book(people)
    with db.write() as session:
        before = shown(session, people, customer_id)[Kind.PLATE]
        session.query(Loan).filter_by(id=before.loan_id).update({"plate": "KLM490"})
        after = shown(session, people, customer_id)[Kind.PLATE]
    assert "90" in after.options
    assert "90" not in before.options


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
        found = shown(session, people, person.customer_id)
    assert Kind.MAKE not in found, "one make only"
    options = found[Kind.PLATE].options
    assert "2D" in options
    assert all(one[0].isdigit() and one[1].isalpha() for one in options)
    assert Counter(len(one) for one in options) == {2: len(options)}
    assert replace(found[Kind.PLATE], truth="2d").right == options.index("2D")
