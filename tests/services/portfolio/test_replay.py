"""A changed contract must agree with what is stored of the credit already."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem
from finportal.models import Loan, TermsVersion
from finportal.services import ledger
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Order, Result
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.portfolio.rate_cap_files import RATE_CAPS
from tests.portfolio import ACCEPTING, ANA, LOAN, ORDER, PAID, Lender

WHOLE = replace(ACCEPTING, all_or_nothing=True)
LATER = LOAN | {"disbursed_on": "2026-02-11", "first_due_on": "2026-03-11"}
REASON = (
    "payments:R-1 is dated 2026-02-10, before the credit begins on 2026-02-11. (BeforeDisbursement)"
)


@pytest.fixture
def lender(db: Database, tmp_path: Path) -> Lender:
    """A lender with a credit and its first payment, on each kind of database."""
    lender = Lender(db, tmp_path)
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN)
    lender.load(PAYMENTS, PAID)
    return lender


def contracts(lender: Lender) -> list[str]:
    with lender.db.read() as session:
        return list(session.scalars(select(TermsVersion.contract).order_by(TermsVersion.id)))


@pytest.mark.parametrize("order", [ORDER, ACCEPTING], ids=["plain", "accepting"])
def test_a_contract_that_its_payments_contradict_is_refused_alone(
    lender: Lender, order: Order
) -> None:
    before = contracts(lender)
    other = LOAN | {"loan_number": "V-2"}
    result = lender.load(LOANS, LATER, other, LATER, order=order)
    assert result == Result(read=3, added=1, rejected=2)
    assert lender.problems == [Problem(2, "", REASON), Problem(4, "", REASON)]
    assert len(contracts(lender)) == len(before) + 1
    with lender.db.read() as session:
        assert session.scalar(select(Loan.disbursed_on)) == date(2026, 1, 10)
        credit = ledger.of_number(session, "V-1")
    assert credit is not None
    assert credit.state(date(2026, 2, 10)).movements
    assert lender.trail() == []


def test_a_rehearsal_refuses_it_too(lender: Lender) -> None:
    before = contracts(lender)
    other = LOAN | {"loan_number": "V-2"}
    assert lender.load(LOANS, other, LATER, order=WHOLE) == Result(read=2, rejected=1)
    assert contracts(lender) == before


def test_what_agrees_with_the_payments_is_stored_once(lender: Lender) -> None:
    earlier = LOAN | {"disbursed_on": "2026-01-05", "term": "48"}
    result = lender.load(LOANS, earlier, earlier, order=ACCEPTING)
    assert result == Result(read=2, unchanged=1, changed=1)
    assert len(contracts(lender)) == 2


def test_what_is_no_part_of_the_contract_may_change_whatever_is_stored(lender: Lender) -> None:
    with lender.db.write() as session:
        session.get_one(Loan, 1).disbursed_on = date(2026, 2, 11)
        session.get_one(Loan, 1).first_due_on = date(2026, 3, 11)
    closed = LATER | {"status": "closed"}
    assert lender.load(LOANS, closed, order=ACCEPTING) == Result(read=1, changed=1)


def test_a_credit_that_begins_later_is_looked_at_on_that_day(lender: Lender) -> None:
    other = LOAN | {"loan_number": "V-2"}
    lender.load(LOANS, other)
    ahead = other | {"disbursed_on": "2027-01-10", "first_due_on": "2027-02-10"}
    assert lender.load(LOANS, ahead, order=ACCEPTING).changed == 1


def test_missing_certificates_are_a_warning_and_no_fault_of_the_line(lender: Lender) -> None:
    month = {"valid_from": "2026-01-01", "valid_to": "2026-12-31", "ibc_ea": "0.16"}
    lender.load(RATE_CAPS, month | {"cap_ea": "0.24"})
    earlier = LOAN | {"disbursed_on": "2025-12-20", "first_due_on": "2026-01-20"}
    result = lender.load(LOANS, earlier, order=ACCEPTING)
    assert (result.changed, result.rejected, len(result.warnings)) == (1, 0, 1)
