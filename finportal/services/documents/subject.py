"""What a paper is about: a credit with its borrower, and what every paper says of both."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link
from finportal.lender import Lender
from finportal.lending.rates import nominal_rate
from finportal.models import Customer, Loan
from finportal.services import ledger
from finportal.services.credits import About
from finportal.services.days import bogota_day
from finportal.services.documents.facts import Basis, Holder, Issuer, LoanFacts
from finportal.services.ledger import Credit


@dataclass(frozen=True, slots=True)
class Subject:
    """A credit and its borrower, known at a moment."""

    credit: Credit
    about: About
    holder: Holder
    known_at: datetime

    @property
    def today(self) -> date:
        """The moment's day in Bogotá."""
        return bogota_day(self.known_at)

    def as_known(self, basis: Basis) -> "Subject":
        """The same with only the events that were stored when an earlier paper was written.

        By their rows: a long load says when it began, which may be before the paper was written.
        """
        known = tuple(record for record in self.credit.records if record.id <= basis.last_event)
        return replace(self, credit=replace(self.credit, records=known))


@dataclass(frozen=True, slots=True)
class Named:
    """One of a customer's credits in a list to choose from."""

    loan_number: str
    about: About


_ABOUT = [getattr(Loan, field.name) for field in fields(About)]
_HOLDER = [getattr(Customer, name).label(f"holder_{name}") for name in Holder.model_fields]
_SUBJECTS = (
    ledger.credits_where()
    .add_columns(*_ABOUT, *_HOLDER)
    .join(Customer, Customer.id == Loan.customer_id)
)
_ONE = _SUBJECTS.where(
    Loan.customer_id == bindparam("customer_id"), Loan.loan_number == bindparam("loan_number")
)
_OF_CUSTOMER = _SUBJECTS.where(Loan.customer_id == bindparam("customer_id")).order_by(
    Loan.status, Loan.disbursed_on.desc(), Loan.loan_number
)
_MANY = _SUBJECTS.where(Loan.id.in_(bindparam("loan_ids", expanding=True))).order_by(Loan.id)
_OTHERS = (
    select(Loan.loan_number, Loan.status)
    .where(Loan.customer_id == bindparam("customer_id"), Loan.id != bindparam("loan_id"))
    .order_by(Loan.loan_number)
)


def own(link: Link, customer_id: int, loan_number: str, now: datetime) -> Subject | None:
    """The credit of this number if it is this customer's, by two statements."""
    rows = link.execute(_ONE, {"customer_id": customer_id, "loan_number": loan_number})
    return next(iter(_subjects(link, rows.all(), now)), None)


def of_customer(
    link: Link, customer_id: int, loan_number: str | None, now: datetime
) -> tuple[list[Named], Subject | None]:
    """The customer's credits, the active and new ones first, and one whole: the one asked for.

    Without a number it is the first. By two statements; None for a number of somebody else's.
    """
    rows = link.execute(_OF_CUSTOMER, {"customer_id": customer_id}).all()
    chosen = [row for row in rows if row.loan_number == (loan_number or rows[0].loan_number)]
    named = [Named(row.loan_number, _about(row)) for row in rows]
    return named, next(iter(_subjects(link, chosen, now)), None)


def many(link: Link, loan_ids: Sequence[int], now: datetime) -> list[Subject]:
    """These credits in the order of their rows, by two statements."""
    return _subjects(link, link.execute(_MANY, {"loan_ids": loan_ids}).all(), now)


def other_loans(link: Link, credit: Credit) -> list[tuple[str, str]]:
    """Number and status of the borrower's other credits."""
    values = {"customer_id": credit.customer_id, "loan_id": credit.loan_id}
    return [(row.loan_number, row.status) for row in link.execute(_OTHERS, values)]


def _subjects(link: Link, rows: Sequence[Any], now: datetime) -> list[Subject]:
    return [
        Subject(credit, _about(row), _holder(row), now)
        for credit, row in zip(ledger.read(link, rows), rows, strict=True)
    ]


def _about(row: Any) -> About:
    return About(*(getattr(row, field.name) for field in fields(About)))


def _holder(row: Any) -> Holder:
    return Holder(**{name: getattr(row, f"holder_{name}") for name in Holder.model_fields})


def said_by_all(subject: Subject, lender: Lender) -> dict[str, Any]:
    """The fields of `facts.Paper`."""
    return {
        "issued_on": subject.today,
        "issuer": _issuer(lender),
        "holder": subject.holder,
        "loan": _loan(subject),
        "basis": basis(subject),
    }


def basis(subject: Subject) -> Basis:
    """What was known when the figures were computed."""
    records = subject.credit.records
    return Basis(
        known_at=subject.known_at,
        events=len(records),
        last_event=max((record.id for record in records), default=0),
        certificates=subject.credit.certificates,
    )


@lru_cache(maxsize=8)
def _issuer(lender: Lender) -> Issuer:
    return Issuer(**{name: getattr(lender, name) for name in Issuer.model_fields})


def _loan(subject: Subject) -> LoanFacts:
    terms, contract = subject.credit.terms, subject.credit.contract
    return LoanFacts(
        loan_number=subject.credit.loan_number,
        product=subject.about.product,
        vehicle=subject.about.vehicle,
        plate=subject.about.plate,
        vin=subject.about.vin,
        principal=terms.principal,
        disbursed_on=terms.disbursed_on,
        term=terms.instalments,
        rate_ea=terms.rate_ea,
        nominal_monthly=monthly(terms.rate_ea),
        migrated_on=contract.opening.value_date if contract.opening else None,
    )


@lru_cache(maxsize=4096)
def monthly(rate_ea: Decimal) -> Decimal:
    """The nominal monthly rate with eight decimals: enough to recompute a peso of any instalment.

    Remembered: the root is slow to find, and a book has few rates.
    """
    return round(nominal_rate(rate_ea), 8)
