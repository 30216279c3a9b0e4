"""Customers of the demo lender to register with: the demo shows what a real portal never would."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from finportal.models import Account, Customer, Loan, LoanEvent, Projection
from finportal.services.question_book import Kind, facts_of


@dataclass(frozen=True)
class DemoPerson:
    """What the registration form asks for, and what there is to see afterwards.

    `states`: each credit's number with keys such as "late", "ahead", "reversed", "balloon".
    """

    name: str
    id_type: str
    id_number: str
    email: str
    mobile: str
    registered: bool
    states: tuple[tuple[str, tuple[str, ...]], ...]


_PEOPLE = (
    select(
        Customer.id,
        Customer.name,
        Customer.id_type,
        Customer.id_number,
        Customer.email,
        Customer.mobile,
        Account.id.is_not(None).label("registered"),
    )
    .outerjoin(Account, Account.customer_id == Customer.id)
    .order_by(Customer.kind.desc(), Customer.id)
)
_CREDITS = (
    select(
        Loan.customer_id,
        Loan.loan_number,
        Loan.status,
        Loan.balloon,
        Loan.grace_months,
        Loan.opening_on,
        Projection.overdue,
        Projection.credit,
        func.count(LoanEvent.reverses_id).label("reversals"),
        func.max(LoanEvent.effect).label("one_effect"),
        func.min(LoanEvent.effect).label("other_effect"),
    )
    .outerjoin(Projection, Projection.loan_id == Loan.id)
    .outerjoin(LoanEvent, LoanEvent.loan_id == Loan.id)
    .group_by(Loan.id, Projection.loan_id)
    .order_by(Loan.loan_number)
)


def everyone(session: Session) -> list[DemoPerson]:
    """All people and companies of the demo lender, by two statements."""
    credits_of = defaultdict(list)
    for row in session.execute(_CREDITS):
        credits_of[row.customer_id].append((row.loan_number, tuple(_states(row))))
    return [
        DemoPerson(*row[1:], states=tuple(credits_of[row.id])) for row in session.execute(_PEOPLE)
    ]


def by_code(session: Session) -> dict[str, tuple[str, list[tuple[Kind, str]]]]:
    """By identification number: the representative's document, and what the questions ask for."""
    told = {}
    query = select(
        Customer.id,
        Customer.id_number,
        Customer.representative_id_type,
        Customer.representative_id_number,
    )
    for row in session.execute(query).all():
        facts = facts_of(session, row.id)
        document = " ".join(filter(None, row[2:]))
        told[row.id_number] = (document, list(facts.answers.items()) if facts else [])
    return told


def _states(row: Any) -> Iterator[str]:
    if row.status == "closed":
        yield "closed"
    elif row.overdue:
        yield "late"
    elif row.credit:
        yield "ahead"
    else:
        yield "current"
    if row.reversals:
        yield "reversed"
    yield from sorted({row.one_effect, row.other_effect} - {None})
    if row.balloon:
        yield "balloon"
    if row.grace_months:
        yield "grace"
    if row.opening_on:
        yield "migrated"
