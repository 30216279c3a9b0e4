"""Loading the portfolio: what is stored, what is refused and why, and that twice is once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Base, Customer, Loan
from finportal.services.portfolio.files import CUSTOMERS, LOANS, ROWS_A_TRANSACTION
from finportal.services.portfolio.orders import Result
from tests.doubles import Clock, Statements
from tests.portfolio import (
    ACCEPTING,
    ANA,
    CEIBA,
    LOAN,
    MIGRATED,
    ORDER,
    WHOLE,
    Lender,
    Line,
)


@pytest.fixture
def lender(db: Database, tmp_path: Path) -> Lender:
    """A lender with an empty portfolio, on each kind of database."""
    return Lender(db, tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Lender]:
    """A lender with an empty portfolio in a SQLite file."""
    db = Database(f"sqlite:///{tmp_path / 'small.db'}")
    Base.metadata.create_all(db.engine)
    yield Lender(db, tmp_path)
    db.dispose()


def test_customers_and_loans_are_stored_in_canonical_form(lender: Lender) -> None:
    assert lender.load(CUSTOMERS, ANA, CEIBA) == Result(read=2, added=2)
    assert lender.load(LOANS, LOAN | MIGRATED) == Result(read=1, added=1)
    with lender.db.read() as session:
        loan, owner = session.execute(select(Loan, Customer).join(Customer)).one()
        company = session.scalars(select(Customer).where(Customer.kind == "juridical")).one()
    assert (owner.id_number, owner.name, owner.email, owner.mobile) == (
        "1999000111", "Ana Peña Ruiz", "ana.pena@correo.example", "3000001234",
    )  # fmt: skip
    assert owner.birth_date == date(1980, 2, 29)
    assert owner.loaded_at == ORDER.now
    assert (company.id_type, company.id_number) == ("NIT", "9990000510")
    assert (loan.principal, loan.opening_principal) == (45_000_000_00, 41_000_000_50)
    assert (loan.plate, loan.vin) == ("ABC123", "9ZZ1234567890ABCD")
    assert (loan.rate_ea, loan.balloon, loan.day_count) == ("0.2450", None, None)


def test_the_same_file_again_changes_nothing(lender: Lender) -> None:
    lender.load(CUSTOMERS, ANA, CEIBA)
    lender.load(LOANS, LOAN)
    before = lender.stored()
    later = replace(ORDER, now=Clock().now.replace(year=2027))
    assert lender.load(CUSTOMERS, CEIBA, ANA, order=later) == Result(read=2, unchanged=2)
    assert lender.load(LOANS, LOAN | {"rate_ea": "0.245"}, order=later) == Result(1, unchanged=1)
    assert lender.stored() == before
    with lender.db.read() as session:
        assert set(session.scalars(select(Customer.loaded_at))) == {ORDER.now}


def test_a_changed_row_is_reported_and_not_stored(lender: Lender) -> None:
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN)
    before = lender.stored()
    changed = ANA | {"mobile": "3000009999", "email": "otra@correo.example", "city": ""}
    assert not lender.load(CUSTOMERS, changed).complete
    assert {problem.column: problem.reason for problem in lender.problems} == {
        "mobile": "changed: mobile ••••••1234 -> ••••••9999",
        "email": "changed: email a•••@c•••.example -> o•••@c•••.example",
        "city": "changed: city •••• -> (empty)",
    }
    result = lender.load(LOANS, LOAN | {"principal": "45000000.01", "term": "48"})
    assert (result.changed, result.rejected, result.complete) == (1, 0, False)
    assert [problem.reason for problem in lender.problems] == [
        "changed: principal 45000000.00 -> 45000000.01",
        "changed: term 60 -> 48",
    ]
    assert lender.stored() == before
    assert lender.trail() == []


def test_an_accepted_change_is_stored_and_leaves_a_trail_without_values(lender: Lender) -> None:
    lender.load(CUSTOMERS, ANA, CEIBA)
    lender.load(LOANS, LOAN)
    result = lender.load(CUSTOMERS, ANA | {"mobile": "3000009999"}, CEIBA, order=ACCEPTING)
    assert result == Result(read=2, unchanged=1, changed=1)
    to_company = LOAN | {"id_type": "NIT", "id_number": "9990000510", "term": "48"}
    assert lender.load(LOANS, to_company, order=ACCEPTING).changed == 1
    assert lender.load(LOANS, to_company) == Result(read=1, unchanged=1)
    assert lender.problems == []
    assert lender.trail() == [
        ("customer_changed", "command", "mobile"),
        ("loan_changed", "command", "V-1: id_type, id_number, term"),
    ]


def test_a_loan_needs_its_customer(lender: Lender) -> None:
    assert lender.refused(LOANS, LOAN) == {"id_number"}
    lender.load(CUSTOMERS, ANA)
    assert lender.load(LOANS, LOAN).added == 1


def test_a_line_twice_counts_once_and_two_that_differ_are_both_refused(lender: Lender) -> None:
    other = ANA | {"city": "Neiva"}
    result = lender.load(CUSTOMERS, CEIBA, ANA, CEIBA, other)
    assert result == Result(read=4, added=1, unchanged=1, rejected=2)
    assert [(problem.line, problem.reason[:14]) for problem in lender.problems] == [
        (3, "line 5 differs"),
        (5, "line 3 differs"),
    ]


def test_the_good_lines_of_a_bad_file_are_stored(lender: Lender) -> None:
    bad = ANA | {"email": "nadie", "mobile": "123", "birth_date": "2026-02-30", "city": "C\x07"}
    assert lender.load(CUSTOMERS, bad, CEIBA) == Result(read=2, added=1, rejected=1)
    assert [(problem.line, problem.column) for problem in lender.problems] == [
        (2, "email"),
        (2, "mobile"),
        (2, "city"),
        (2, "birth_date"),
    ]


def test_all_or_nothing_stores_nothing_of_a_bad_file(lender: Lender) -> None:
    bad = CEIBA | {"id_number": "999000051-8"}
    assert lender.load(CUSTOMERS, ANA, bad, order=WHOLE) == Result(read=2, rejected=1)
    assert lender.stored() == []
    assert len(lender.problems) == 1
    assert lender.load(CUSTOMERS, ANA, CEIBA, order=WHOLE) == Result(read=2, added=2)
    changed = lender.load(CUSTOMERS, ANA | {"city": ""}, order=WHOLE)
    assert (changed.changed, changed.complete) == (1, False)
    unknown = LOAN | {"loan_number": "V-2", "id_number": "1999000999"}
    assert lender.load(LOANS, LOAN, unknown, order=WHOLE) == Result(read=2, rejected=1)


def _many(count: int) -> list[Line]:
    return [
        ANA | {"id_number": f"{1_999_100_000 + number}", "email": f"a{number}@correo.example"}
        for number in range(count)
    ]


def test_a_loading_that_was_stopped_is_completed_by_the_next(small: Lender) -> None:
    lines = _many(2 * ROWS_A_TRANSACTION + 10)
    table = CUSTOMERS.open(small.file(CUSTOMERS, lines))

    def stop(done: int, total: int) -> None:
        if done > total * 9 // 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CUSTOMERS.load(small.db, table, ORDER, report=print, progress=stop)
    kept = len(small.stored())
    assert 0 < kept < len(lines)
    again = small.load(CUSTOMERS, *lines)
    assert (again.added, again.unchanged) == (len(lines) - kept, kept)
    assert len(small.stored()) == len(lines)


def test_rows_cost_a_few_statements_a_batch_not_one_each(small: Lender) -> None:
    with Statements(small.db.engines) as statements:
        small.load(CUSTOMERS, *_many(ROWS_A_TRANSACTION))
        assert len(statements) <= 2


_POOL: list[Line] = [
    ANA,
    ANA | {"city": "Neiva"},
    ANA | {"mobile": "300 000 1234"},
    CEIBA,
    CEIBA | {"name": ""},
    *_many(2),
]


@settings(deadline=None, max_examples=40)
@given(lines=st.lists(st.sampled_from(_POOL), max_size=8), data=st.data())
def test_twice_in_any_order_is_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    once, twice = (Database(f"sqlite:///{folder / name}") for name in ("once.db", "twice.db"))
    for db in (once, twice):
        Base.metadata.create_all(db.engine)
    first, second = Lender(once, folder), Lender(twice, folder)
    result = first.load(CUSTOMERS, *lines)
    second.load(CUSTOMERS, *data.draw(st.permutations(lines)))
    last = second.load(CUSTOMERS, *data.draw(st.permutations(lines)))
    assert second.stored() == first.stored()
    assert (last.added, last.changed, last.rejected) == (0, 0, result.rejected)
    assert result.read == result.added + result.unchanged + result.changed + result.rejected
    for db in (once, twice):
        db.dispose()
