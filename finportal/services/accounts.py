"""Finding a customer's account, always in the same shape of query."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.models import Account, Customer
from finportal.services.identity import spellings, typed_number
from finportal.services.letters import Addressee


@dataclass(frozen=True)
class Holder:
    """An account together with the customer it belongs to."""

    account: Account
    customer: Customer

    @property
    def addressee(self) -> Addressee:
        """Whom to write to about this account."""
        return Addressee(
            self.customer.name, self.customer.kind, self.account.email, self.account.locale
        )

    def is_called(self, typed: str) -> bool:
        """Whether what was typed is this customer's identification number."""
        return typed_number(typed) in spellings(self.customer.id_number, self.customer.id_type)


_HOLDERS = select(Account, Customer).join(Customer, Customer.id == Account.customer_id)


def with_email(session: Session, email: str) -> list[Holder]:
    """The accounts of an address: several people may share one (a couple, a company's owner)."""
    return _holders(session, Account.email == email)


def with_number(session: Session, typed: str) -> list[Holder]:
    """The accounts of an identification number as typed."""
    number = typed_number(typed)
    prefixed = Customer.id_number.in_([number, *(number + digit for digit in "0123456789")])
    return [holder for holder in _holders(session, prefixed) if holder.is_called(typed)]


def with_id(session: Session, account_id: int) -> Holder:
    """The account of a session that is open."""
    return _holders(session, Account.id == account_id)[0]


def _holders(session: Session, condition: object) -> list[Holder]:
    rows = session.execute(_HOLDERS.where(condition).order_by(Account.id))  # type: ignore[arg-type]
    return [Holder(account, customer) for account, customer in rows]
