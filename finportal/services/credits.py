"""A customer's own credits: each as a card for the list, and one whole for its pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import and_, bindparam

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.lending import ENGINE_VERSION, Centavos
from finportal.models import Loan, Projection
from finportal.services import ledger, projections
from finportal.services.ledger import Credit

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class About:
    """What a credit is for; a credit need not have a vehicle."""

    product: str
    plate: str | None
    vin: str | None
    make: str | None
    model: str | None
    model_year: int | None

    @property
    def vehicle(self) -> str:
        """Make, model and year in one line; empty when the credit has no vehicle."""
        parts = (self.make, self.model, str(self.model_year) if self.model_year else None)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the list shows of a credit today, amounts in centavos.

    `next_due_amount` is due on `next_due_date` beside what is overdue; `overdue` includes late
    interest to this day; `rows_paid` of `rows_total` instalments are paid in whole.
    """

    instalment: Centavos
    next_due_date: date | None
    next_due_amount: Centavos
    overdue: Centavos
    oldest_due_date: date | None
    principal_left: Centavos
    credit: Centavos
    rows_paid: int
    rows_total: int
    ends_on: date | None

    @property
    def settled(self) -> bool:
        """Nothing is owed and nothing will fall due."""
        return not (self.principal_left or self.overdue or self.next_due_date)


@dataclass(frozen=True, slots=True)
class Card:
    """A credit in the list. `figures` is None while the engine refuses what is stored of it."""

    loan_number: str
    status: str
    principal: Centavos
    disbursed_on: date
    about: About
    figures: Figures | None

    @property
    def closed(self) -> bool:
        """The lender has closed it, or nothing is left to pay."""
        return self.status == CLOSED or (self.figures is not None and self.figures.settled)


@dataclass(frozen=True, slots=True)
class OwnCredit:
    """A credit with what its pages tell of it."""

    credit: Credit
    about: About


_ABOUT = [getattr(Loan, field.name) for field in fields(About)]
_FIGURES = [field.name for field in fields(Figures)]
_COPIED = [getattr(Projection, name) for name in _FIGURES]
_OF_CUSTOMER = Prepared(
    ledger.credits_where(Loan.customer_id == bindparam("customer_id"))
    .add_columns(Loan.principal, Loan.disbursed_on, *_ABOUT, *_COPIED, Projection.refusal)
    .add_columns(Projection.loan_id.label("copied"))
    .outerjoin(
        Projection,
        and_(
            Projection.loan_id == Loan.id,
            Projection.engine_version == ENGINE_VERSION,
            Projection.certificates == ledger.certificates,
            bindparam("today", type_=Projection.as_of.type).between(
                Projection.as_of, Projection.holds_until
            ),
        ),
    )
    .order_by(Loan.status, Loan.disbursed_on.desc(), Loan.loan_number)
)
_ONE = ledger.credits_where(
    Loan.customer_id == bindparam("customer_id"), Loan.loan_number == bindparam("loan_number")
).add_columns(*_ABOUT)


def of_customer(link: Link, customer_id: int, today: date) -> list[Card]:
    """The customer's credits, the active ones first, the newest first.

    By one statement, and one more for the events of those that have no copy true today.
    """
    rows = _OF_CUSTOMER.all(link, {"customer_id": customer_id, "today": today})
    fresh = _replayed(link, [row for row in rows if row.copied is None], today)
    return [
        Card(
            row.loan_number,
            row.status,
            row.principal,
            row.disbursed_on,
            _about(row),
            fresh[row.id] if row.id in fresh else _figures(partial(getattr, row)),
        )
        for row in rows
    ]


def own(link: Link, customer_id: int, loan_number: str) -> OwnCredit | None:
    """The credit of this number if it is this customer's, by two statements."""
    rows = link.execute(_ONE, {"customer_id": customer_id, "loan_number": loan_number}).all()
    found = ledger.read(link, rows)
    return OwnCredit(found[0], _about(rows[0])) if found else None


def _replayed(link: Link, rows: Iterable[Any], today: date) -> dict[int, Figures | None]:
    found = ledger.read(link, rows)
    return {
        credit.loan_id: _figures(projections.copy(credit, today).__getitem__) for credit in found
    }


def _figures(copied: Callable[[str], Any]) -> Figures | None:
    return None if copied("refusal") else Figures(*map(copied, _FIGURES))


def _about(row: Any) -> About:
    return About(*(getattr(row, field.name) for field in fields(About)))
