"""What a line of a portfolio file may say: one refused line for each rule."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem
from finportal.models import Base, Loan
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from tests.portfolio import ANA, CEIBA, LOAN, MIGRATED, Lender, Line


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Lender]:
    """A lender with an empty portfolio in a SQLite file."""
    db = Database(f"sqlite:///{tmp_path / 'small.db'}")
    Base.metadata.create_all(db.engine)
    yield Lender(db, tmp_path)
    db.dispose()


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ({"id_type": "RC"}, {"id_type"}),
        ({"id_number": "12"}, {"id_number"}),
        ({"name": ""}, {"name"}),
        ({"name": "x" * 201}, {"name"}),
        ({"name": "Ana\u200bPeña"}, {"name"}),
        ({"email": "ana@", "mobile": "6011234567"}, {"email", "mobile"}),
        ({"birth_date": "1900-01-01"}, {"birth_date"}),
        ({"birth_date": "2026-11-23"}, {"birth_date"}),
        ({"birth_date": "10/02/1980"}, {"birth_date"}),
        ({"kind": "juridical"}, {"kind", "representative_id_type", "representative_id_number",
                                 "representative_name"}),
        ({"representative_name": "Luz Arias"}, {"representative_name"}),
    ],
)  # fmt: skip
def test_a_customer_that_cannot_be_is_refused(
    small: Lender, change: Line, columns: set[str]
) -> None:
    assert small.refused(CUSTOMERS, ANA | change) == columns


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ({"representative_id_number": "1"}, {"representative_id_number"}),
        ({"representative_id_type": "NIT"}, {"representative_id_type"}),
        ({"representative_name": ""}, {"representative_name"}),
        ({"id_number": "999000051-8"}, {"id_number"}),
        ({"kind": "natural"}, {"kind", "representative_id_type", "representative_id_number",
                               "representative_name"}),
    ],
)  # fmt: skip
def test_a_company_that_cannot_be_is_refused(
    small: Lender, change: Line, columns: set[str]
) -> None:
    assert small.refused(CUSTOMERS, CEIBA | change) == columns


BAD_LOANS: list[tuple[Line, set[str]]] = [
    ({"loan_number": "V/1"}, {"loan_number"}),
    ({"principal": "0"}, {"principal"}),
    ({"principal": "45.000.000"}, {"principal"}),
    ({"principal": "-1"}, {"principal"}),
    ({"disbursed_on": "2027-06-01"}, {"disbursed_on", "first_due_on"}),
    ({"first_due_on": "2026-01-10"}, {"first_due_on"}),
    ({"first_due_on": "2026-04-21"}, {"first_due_on"}),
    ({"term": "0"}, {"term"}),
    ({"term": "361"}, {"term"}),
    ({"term": "60.5"}, {"term"}),
    ({"term": "٦٠"}, {"term"}),
    ({"rate_ea": "24.5"}, {"rate_ea"}),
    ({"rate_ea": "24,5 %"}, {"rate_ea"}),
    ({"rate_ea": "0"}, {"rate_ea"}),
    ({"rate_ea": "1"}, {"rate_ea"}),
    ({"late_rate_ea": "25"}, {"late_rate_ea"}),
    ({"insurance_rate": "0.05"}, {"insurance_rate"}),
    ({"insurance_monthly": "-5"}, {"insurance_monthly"}),
    ({"balloon": "45000000"}, {"balloon"}),
    ({"grace_months": "60"}, {"grace_months"}),
    ({"day_count": "30/365"}, {"day_count"}),
    ({"allocation": "interest>principal"}, {"allocation"}),
    ({"allocation": "fees>insurance>late_interest>interest>principal:often"}, {"allocation"}),
    ({"plate": "AB123"}, {"plate"}),
    ({"vin": "9ZZ1234567890ABCO"}, {"vin"}),
    ({"model_year": "1949"}, {"model_year"}),
    ({"status": "paid"}, {"status"}),
    ({"opening_interest": "100"}, {"opening_on", "opening_principal"}),
    ({"opening_on": "2026-06-30"}, {"opening_principal"}),
    (MIGRATED | {"opening_principal": "45000000.01"}, {"opening_principal"}),
    (MIGRATED | {"opening_on": "2026-11-24"}, {"opening_on"}),
    (MIGRATED | {"opening_on": "2026-01-09"}, {"opening_on"}),
]


@pytest.mark.parametrize(("change", "columns"), BAD_LOANS)
def test_a_loan_that_cannot_be_is_refused(small: Lender, change: Line, columns: set[str]) -> None:
    small.load(CUSTOMERS, ANA)
    assert small.refused(LOANS, LOAN | change) == columns
    assert all(problem.reason for problem in small.problems)


@pytest.mark.parametrize(
    ("change", "rejected"),
    [
        ({"term": "5"}, 1),
        ({"term": "6"}, 0),
        ({"term": "5", "opening_principal": "0", "opening_interest": "5"}, 0),
        ({"term": "5", "opening_principal": "0.01"}, 1),
        ({"term": "6", "opening_late_interest": "5", "opening_credit": "9"}, 0),
    ],
)
def test_a_credit_that_cannot_go_on_from_its_opening_is_refused(
    small: Lender, change: Line, rejected: int
) -> None:
    small.load(CUSTOMERS, ANA)
    opening = {"opening_on": "2026-06-30", "opening_principal": "1000000"}
    result = small.load(LOANS, LOAN | opening | change)
    assert (result.added, result.rejected) == (1 - rejected, rejected)
    reason = (
        "The opening balance of 2026-06-30 has principal not due, "
        "but the last due date was 2026-06-10. (OpeningBeyondTerm)"
    )
    assert small.problems == [Problem(2, "", reason)] * rejected


@pytest.mark.parametrize(
    ("change", "stored"),
    [
        ({"day_count": "30e/360"}, ("30E/360", None)),
        ({"day_count": "ACT/365"}, ("act/365", None)),
        (
            {"allocation": "Fees > insurance > late_interest > interest > principal:by_part"},
            (None, "fees>insurance>late_interest>interest>principal:by_part"),
        ),
    ],
)
def test_conventions_are_stored_as_the_arithmetic_spells_them(
    small: Lender, change: Line, stored: tuple[str | None, str | None]
) -> None:
    small.load(CUSTOMERS, ANA)
    assert small.load(LOANS, LOAN | change).added == 1
    with small.db.read() as session:
        assert tuple(session.execute(select(Loan.day_count, Loan.allocation)).one()) == stored


def test_no_reason_repeats_what_a_person_s_cell_says(small: Lender) -> None:
    secret = "Zq9"
    person = dict.fromkeys(CUSTOMERS.rules, secret) | {"id_type": "CC", "kind": "natural"}
    small.load(CUSTOMERS, person)
    assert small.problems
    assert not any(secret in problem.reason for problem in small.problems)
