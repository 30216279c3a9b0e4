"""Two writers of payments wait for each other, and the later one sees what the first stored."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select, text

from finportal.adapters.database import Database
from finportal.lending import Centavos
from finportal.models import Loan
from finportal.services import payment_ledger, projections
from finportal.services.payments import posting
from finportal.services.payments.posting import Money
from finportal.services.portfolio.orders import Result
from finportal.services.portfolio.payment_files import PAYMENTS
from tests.portfolio import ORDER, PAID, Lender

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def loan_ids(db: Database, lender: Lender) -> list[int]:
    """The two credits, the one first that locks begin with."""
    with db.read() as session:
        return list(session.scalars(select(Loan.id).order_by(Loan.id)))


def _until_somebody_waits(db: Database) -> None:
    until = time.monotonic() + 10
    while db.engine.dialect.name == "postgresql" and time.monotonic() < until:
        with db.read() as session:
            if session.scalar(_WAITING):
                return
        time.sleep(0.01)


def test_a_receipt_twice_in_a_batch_locks_credits_in_order_too(
    db: Database, lender: Lender, loan_ids: list[int]
) -> None:
    first, second = loan_ids
    lines = [PAID | {"loan_number": "V-2"}, PAID | {"receipt": "R-2"}, PAID | {"amount": "6"}]
    with ThreadPoolExecutor(1) as pool:
        with db.write() as session:
            projections.lock(session, [first])
            loading = pool.submit(lender.load, PAYMENTS, *lines)
            _until_somebody_waits(db)
            projections.lock(session, [second])
        assert loading.result(timeout=30).added == 2
    with db.read() as session:
        assert payment_ledger.stored(session, {"R-1"})["R-1"].loan_id == second


def test_what_the_portal_posts_while_a_file_is_loaded_is_seen_by_the_file(
    db: Database, lender: Lender, loan_ids: list[int]
) -> None:
    money = Money(
        source="gateway:placetopay",
        key="17",
        channel="pse",
        amount=Centavos(1_200_000_50),
        value_date=date(2026, 2, 10),
    )
    other = PAID | {"receipt": "R-2", "amount": "5"}
    with ThreadPoolExecutor(1) as pool:
        with db.write() as session:
            assert posting.post(session, loan_ids[0], money, ORDER.around)
            loading = pool.submit(lender.load, PAYMENTS, PAID, other)
            _until_somebody_waits(db)
        assert loading.result(timeout=30) == Result(2, added=1, rejected=1)
    [problem] = lender.problems
    assert "itself (gateway:placetopay)" in problem.reason
    assert [event[7] for event in lender.events()] == ["17", "R-2"]
