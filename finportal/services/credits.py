"""A customer's credits, as loaded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link
from finportal.lending.money import Centavos
from finportal.models import Loan


@dataclass(frozen=True)
class CreditSummary:
    """One credit in a list; `principal` in centavos, `term` in monthly instalments."""

    loan_number: str
    product: str
    principal: Centavos
    disbursed_on: date
    first_due_on: date
    term: int
    rate_ea: str
    plate: str | None
    make: str | None
    model: str | None
    model_year: int | None
    status: str

    @property
    def vehicle(self) -> str:
        """Make, model and year in one line; empty when the credit has no vehicle."""
        parts = (self.make, self.model, str(self.model_year) if self.model_year else None)
        return " ".join(part for part in parts if part)


_OF_CUSTOMER = (
    select(
        Loan.loan_number,
        Loan.product,
        Loan.principal,
        Loan.disbursed_on,
        Loan.first_due_on,
        Loan.term,
        Loan.rate_ea,
        Loan.plate,
        Loan.make,
        Loan.model,
        Loan.model_year,
        Loan.status,
    )
    .where(Loan.customer_id == bindparam("customer_id"))
    .order_by(Loan.status, Loan.disbursed_on.desc(), Loan.loan_number)
)


def of_customer(link: Link, customer_id: int) -> list[CreditSummary]:
    """The customer's credits, the active ones first, the newest first."""
    rows = link.execute(_OF_CUSTOMER, {"customer_id": customer_id})
    return [CreditSummary(**row) for row in rows.mappings()]
