"""What all acts of an operator share: who acts, on whom, and the row that tells of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.models import Account, Customer
from finportal.services import audit
from finportal.services.accounts import Holder, as_stored
from finportal.services.errors import Refused
from finportal.services.identity import spellings, typed_number
from finportal.services.visits import Surroundings


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts, and why: both are told in the trail."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Whom:
    """A customer as an operator names one: a number, and its kind where two share the number."""

    number: str
    id_type: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A customer, who may have no account."""

    customer: Customer
    account: Account | None

    @property
    def holder(self) -> Holder:
        """The customer with the account. Raises NoAccount."""
        if self.account is None:
            raise NoAccount("the customer has no account: nobody has registered yet")
        return Holder(self.account, self.customer)


class UnknownCustomer(Refused):
    """No customer has this number."""


class SeveralCustomers(Refused):
    """Several customers have this number."""


class NoAccount(Refused):
    """The customer has not registered."""


CUSTOMERS = (
    select(Customer, Account)
    .outerjoin(Account, Account.customer_id == Customer.id)
    .order_by(Customer.id)
)


def known(session: Session, whom: Whom) -> Known:
    """The one customer of a number. Raises UnknownCustomer and SeveralCustomers."""
    found = [one for one in called(session, whom.number) if _is_of(one, whom)]
    if not found:
        kind = f"{whom.id_type} " if whom.id_type else ""
        raise UnknownCustomer(f"there is no customer {kind}{whom.number}")
    if len(found) > 1:
        kinds = ", ".join(one.customer.id_type for one in found)
        raise SeveralCustomers(
            f"several customers have the number {whom.number}: say which, {kinds}"
        )
    return found[0]


def called(session: Session, typed: str) -> list[Known]:
    """The customers whose number was typed, in any of its spellings."""
    query = CUSTOMERS.where(Customer.id_number.in_(as_stored(typed)))
    number = typed_number(typed)
    return [
        Known(customer, account)
        for customer, account in session.execute(query)
        if number in spellings(customer.id_number, customer.id_type)
    ]


def note(link: Link, act: str, operator: Operator, around: Surroundings, about: Known) -> None:
    """The row that tells of an act on a customer."""
    account_id = about.account.id if about.account else None
    audit.record(
        link,
        act,
        around,
        account_id=account_id,
        customer_id=about.customer.id,
        detail=told(operator),
    )


def note_look(
    link: Link, operator: Operator, around: Surroundings, what: str, of: Iterable[int] = ()
) -> None:
    """A row for each customer that was looked at, or one for a list."""
    detail = told(operator, what)
    seen = [(customer_id, detail) for customer_id in of]
    if seen:
        audit.record_each(link, "operator_looked", around, seen)
    else:
        audit.record(link, "operator_looked", around, detail=detail)


def told(operator: Operator, what: str = "") -> str:
    """Who, what and why, as the trail keeps it."""
    return ": ".join(part for part in (operator.name, what, operator.reason) if part)


def _is_of(one: Known, whom: Whom) -> bool:
    return whom.id_type in {None, one.customer.id_type}
