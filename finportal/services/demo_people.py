"""Customers of the demo lender to register with: the demo shows what a real portal never would."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.models import Account, Customer

SHOWN = 4


@dataclass(frozen=True)
class DemoPerson:
    """What the registration form asks for."""

    name: str
    id_type: str
    id_number: str
    email: str
    mobile: str
    registered: bool


def some(session: Session) -> list[DemoPerson]:
    """A few people and companies of the demo lender."""
    found = (
        select(
            Customer.name,
            Customer.id_type,
            Customer.id_number,
            Customer.email,
            Customer.mobile,
            Account.id.is_not(None),
        )
        .outerjoin(Account, Account.customer_id == Customer.id)
        .order_by(Customer.kind.desc(), Customer.id)
    )
    rows = [DemoPerson(*row) for row in session.execute(found.limit(SHOWN * 10))]
    people = [row for row in rows if row.id_type != "NIT"][: SHOWN - 1]
    return people + [row for row in rows if row.id_type == "NIT"][:1]
