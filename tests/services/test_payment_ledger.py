"""Two writers of payments wait for each other, whatever a batch holds twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from finportal.adapters.database import Database
from finportal.models import Loan
from finportal.services import payment_ledger, projections
from finportal.services.payment_ledger import Event
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from tests.portfolio import ANA, LOAN, ORDER, Lender

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def loan_ids(db: Database, tmp_path: Path) -> list[int]:
    """Two credits, the one first that locks begin with."""
    lender = Lender(db, tmp_path)
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN, LOAN | {"loan_number": "V-2"})
    with db.read() as session:
        return list(session.scalars(select(Loan.id).order_by(Loan.id)))


def _event(loan_id: int, receipt: str, amount: int = 5) -> Event:
    at = payment_ledger.recorded(ORDER.now)
    return loan_id, "payment", "2026-02-10", amount, "pse", None, "payments", receipt, at


def _until_somebody_waits(db: Database) -> None:
    until = time.monotonic() + 10
    while db.engine.dialect.name == "postgresql" and time.monotonic() < until:
        with db.read() as session:
            if session.scalar(_WAITING):
                return
        time.sleep(0.01)


def test_a_receipt_twice_in_a_batch_locks_credits_in_order_too(
    db: Database, loan_ids: list[int]
) -> None:
    first, second = loan_ids
    events = [_event(second, "R-1"), _event(first, "R-2"), _event(first, "R-1", amount=6)]

    def add() -> int:
        with db.write() as session:
            return payment_ledger.add(session, events)

    with ThreadPoolExecutor(1) as pool:
        with db.write() as session:
            projections.lock(session, [first])
            added = pool.submit(add)
            _until_somebody_waits(db)
            projections.lock(session, [second])
        assert added.result(timeout=30) == 2
    with db.read() as session:
        assert payment_ledger.stored(session, {"R-1"})["R-1"].loan_id == second
