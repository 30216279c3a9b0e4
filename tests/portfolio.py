"""A lender that writes portfolio files and loads them, with a customer, a company and a loan."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import aliased

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem
from finportal.models import AuditEvent, Customer, Loan, LoanEvent
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Kind, Order, Result
from tests.doubles import Clock

Line = dict[str, str]
TODAY = date(2026, 11, 23)
ORDER = Order(now=Clock()(), today=TODAY)
ACCEPTING = replace(ORDER, accept_changes=True)
WHOLE = replace(ORDER, all_or_nothing=True)

ANA = {
    "id_type": "CC", "id_number": "1.999.000.111", "kind": "natural", "name": "Ana  Peña Ruiz",
    "email": "Ana.Pena@Correo.Example", "mobile": "+57 300 000 1234", "address": "Calle 1 # 2-3",
    "city": "Cali", "birth_date": "1980-02-29",
}  # fmt: skip
CEIBA = {
    "id_type": "nit", "id_number": "999.000.051-0", "kind": "Juridical", "name": "La Ceiba S.A.S.",
    "email": "ceiba@correo.example", "mobile": "3000005678", "representative_id_type": "CC",
    "representative_id_number": "1999000222", "representative_name": "Luz Arias",
}  # fmt: skip
LOAN = {
    "loan_number": "V-1", "id_type": "CC", "id_number": "1999000111", "product": "Vehículo",
    "principal": "45000000", "disbursed_on": "2026-01-10", "first_due_on": "2026-02-10",
    "term": "60", "rate_ea": "0.2450", "plate": "abc-123", "vin": "9zz1234567890abcd",
    "make": "Renault", "model": "Logan", "model_year": "2026", "status": "active",
}  # fmt: skip
PAID = {
    "loan_number": "V-1", "receipt": "R-1", "paid_on": "2026-02-10", "amount": "1200000.50",
    "channel": "pse",
}  # fmt: skip
BACK = PAID | {"receipt": "R-9", "paid_on": "2026-02-12", "reverses": "R-1"}
MIGRATED = {"opening_on": "2026-06-30", "opening_principal": "41000000.50"}

LATE = {"late_rate_ea": "0.28"}


class Lender:
    """Writes files as the lender would, loads them, and keeps what was reported."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self._folder = folder
        self.problems: list[Problem] = []

    def file(self, kind: Kind, lines: Sequence[Line]) -> Path:
        """Write a file of these lines."""
        path = self._folder / f"{kind.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(kind.rules))
            writer.writeheader()
            writer.writerows(lines)
        return path

    def load(self, kind: Kind, *lines: Line, order: Order = ORDER) -> Result:
        """Load a file of these lines."""
        self.problems = []
        table = kind.open(self.file(kind, lines))
        return kind.load(self.db, table, order, report=self.problems.append)

    def refused(self, kind: Kind, line: Line) -> set[str]:
        """The columns for which this line is refused."""
        result = self.load(kind, line)
        assert (result.added, result.rejected) == (0, 1)
        return {problem.column for problem in self.problems}

    def stored(self) -> list[tuple[object, ...]]:
        """Everything but ids, in an order of its own."""
        with self.db.read() as session:
            of_people = select(*(getattr(Customer, name) for name in CUSTOMERS.rules))
            of_loans = select(
                Customer.id_number,
                *(getattr(Loan, name) for name in LOANS.rules if not name.startswith("id_")),
            ).join(Customer, Customer.id == Loan.customer_id)
            rows = [*session.execute(of_people), *session.execute(of_loans)]
        return sorted((tuple(row) for row in rows), key=repr)

    def events(self) -> list[tuple[object, ...]]:
        """Every stored event but for ids and moments, by receipt."""
        target = aliased(LoanEvent)
        columns = ("kind", "value_date", "amount", "channel", "effect", "source", "external_id")
        query = (
            select(
                Loan.loan_number,
                *(getattr(LoanEvent, name) for name in columns),
                target.external_id.label("reverses"),
            )
            .join(Loan, Loan.id == LoanEvent.loan_id)
            .outerjoin(target, target.id == LoanEvent.reverses_id)
            .order_by(LoanEvent.external_id)
        )
        with self.db.read() as session:
            return [tuple(row) for row in session.execute(query)]

    def trail(self) -> list[tuple[str, str, str]]:
        """What the trail says: kind, network, detail."""
        with self.db.read() as session:
            query = select(AuditEvent.kind, AuditEvent.network, AuditEvent.detail)
            return [(kind, network, detail) for kind, network, detail in session.execute(query)]


def with_loans(lender: Lender) -> Lender:
    """The same lender with a customer's two loans, V-1 and V-2."""
    lender.load(CUSTOMERS, ANA)
    lender.load(LOANS, LOAN | LATE, LOAN | LATE | {"loan_number": "V-2"})
    return lender
