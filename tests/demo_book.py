"""The demo lender's book, loaded from its files into a database of its own."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem
from finportal.demo import history, lender
from finportal.models import Base
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Order
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.portfolio.rate_cap_files import RATE_CAPS


def loaded(folder: Path, today: date, seed: int = lender.SEED) -> Database:
    """A database with the demo lender's customers, credits, rates and payments, all accepted."""
    db = Database(f"sqlite:///{folder / 'demo.db'}")
    Base.metadata.create_all(db.engine)
    order = Order(now=datetime.combine(today, time(12), UTC), today=today)
    customers, loans = lender.write(folder, today, seed)
    rates, payments = history.write(folder, loans, today, seed)
    problems: list[Problem] = []
    for kind, file in (
        (CUSTOMERS, customers),
        (LOANS, loans),
        (RATE_CAPS, rates),
        (PAYMENTS, payments),
    ):
        result = kind.load(db, kind.open(file), order, report=problems.append)
        assert result.added == result.read
        assert result.warnings == ()
    assert problems == []
    return db
