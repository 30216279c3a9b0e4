"""A customer's credits: all of them, nobody else's, the active and the newest first."""

from datetime import date

import pytest
from sqlalchemy import update

from finportal.adapters.database import Database
from finportal.models import Projection
from finportal.services import credits, demo_people, projections  # noqa: A004
from tests.doubles import Statements
from tests.factories import People

TODAY = date(2025, 4, 1)


def test_the_active_and_newest_credits_come_first(db: Database, people: People) -> None:
    person = people.customer()
    for number, status, day in [
        ("VH-1", "closed", date(2026, 1, 1)),
        ("VH-2", "active", date(2024, 1, 1)),
        ("VH-3", "active", date(2025, 1, 1)),
        ("VH-4", "active", date(2025, 1, 1)),
        ("VH-5", "closed", date(2023, 1, 1)),
    ]:
        people.loan(
            person, loan_number=number, status=status, disbursed_on=day,
            first_due_on=day.replace(month=2),
        )  # fmt: skip
    with db.read() as session:
        found = credits.of_customer(session, person.customer_id, TODAY)
    assert [one.loan_number for one in found] == ["VH-3", "VH-4", "VH-2", "VH-1", "VH-5"]


def test_nobody_sees_anothers_credits(db: Database, people: People) -> None:
    marta, luis = people.customer(), people.customer()
    people.loan(luis)
    with db.read() as session:
        assert credits.of_customer(session, marta.customer_id, TODAY) == []
        assert credits.of_customer(session, 0, TODAY) == []


def test_a_huge_credit_keeps_every_centavo(db: Database, people: People) -> None:
    person = people.customer()
    people.caps()
    number = people.loan(person, principal=9_007_199_254_740_993_00, rate_ea="0.224999")
    with db.read() as session:
        [one] = credits.of_customer(session, person.customer_id, date(2025, 3, 4))
    assert (one.loan_number, one.principal) == (number, 900_719_925_474_099_300)
    assert one.figures is not None
    assert one.figures.principal_left == one.principal


def test_a_copy_is_read_only_while_it_is_true(db: Database, people: People) -> None:
    person = people.customer()
    people.caps()
    number = people.loan(person)
    projections.refresh(db, date(2025, 4, 1))
    with db.write() as session:
        session.execute(update(Projection).values(credit=123))
    for day, read in ((date(2025, 4, 14), 123), (date(2025, 4, 15), 0), (date(2025, 3, 31), 0)):
        with db.read() as session:
            [one] = credits.of_customer(session, person.customer_id, day)
        assert one.figures is not None
        assert one.figures.credit == read
    people.paid(number, date(2025, 4, 1), 1_000)
    with db.read() as session:
        [one] = credits.of_customer(session, person.customer_id, date(2025, 4, 14))
    assert one.figures is not None
    assert one.figures.credit == 100_000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({}, "Renault Duster 2024"),
        ({"model_year": None}, "Renault Duster"),
        ({"make": None}, "Duster 2024"),
        ({"make": None, "model": None, "model_year": None}, ""),
    ],
)
def test_a_vehicle_is_one_line_of_what_is_known(
    db: Database, people: People, known: dict[str, None], line: str
) -> None:
    person = people.customer()
    people.loan(person, **known)
    with db.read() as session:
        assert credits.of_customer(session, person.customer_id, TODAY)[0].about.vehicle == line


@pytest.mark.parametrize(("copied", "expected"), [(True, 1), (False, 2)])
def test_many_credits_are_one_statement_and_one_more_for_events(
    db: Database, people: People, statements: Statements, *, copied: bool, expected: int
) -> None:
    person = people.customer()
    for _ in range(5):
        people.loan(person)
    if copied:
        projections.refresh(db, TODAY)
    with db.read() as session:
        credits.of_customer(session, person.customer_id, TODAY)
    statements.clear()
    with db.read() as session:
        assert len(credits.of_customer(session, person.customer_id, TODAY)) == 5
    assert len(statements) == expected


def test_the_demo_shows_everyone_and_what_there_is_to_see(db: Database, people: People) -> None:
    people.caps()
    person = people.active()
    late = people.loan(person)
    ahead = people.loan(person, disbursed_on=date(2026, 11, 1), first_due_on=date(2026, 12, 1))
    people.paid(ahead, date(2026, 11, 2), 1_000_000)
    people.reversed(people.paid(ahead, date(2026, 11, 3), 5), date(2026, 11, 4))
    people.paid(ahead, date(2026, 11, 5), 5, effect="reduce_term")
    firm = people.customer(id_type="NIT", id_number="8001972684", kind="juridical")
    projections.refresh(db, date(2026, 11, 20))
    with db.read() as session:
        shown = demo_people.everyone(session)
    assert [one.registered for one in shown] == [True, False]
    assert shown[1].id_number == firm.id_number
    assert shown[0].states == (
        (late, ("late",)),
        (ahead, ("ahead", "reversed", "reduce_term")),
    )
