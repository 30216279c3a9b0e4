"""Finding a customer's account, always in the same shape of query."""

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, select
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


_HOLDERS = (
    select(Account, Customer)
    .join(Customer, Customer.id == Account.customer_id)
    .order_by(Account.id)
)
_WITH_EMAIL = _HOLDERS.where(Account.email == bindparam("email"))
_WITH_NUMBER = _HOLDERS.where(Customer.id_number.in_(bindparam("numbers", expanding=True)))
_WITH_ID = _HOLDERS.where(Account.id == bindparam("account"))


def with_email(session: Session, email: str) -> list[Holder]:
    """The accounts of an address: several people may share one (a couple, a company's owner)."""
    return _holders(session, _WITH_EMAIL, email=email)


def with_number(session: Session, typed: str) -> list[Holder]:
    """The accounts of an identification number as typed."""
    found = _holders(session, _WITH_NUMBER, numbers=as_stored(typed))
    return [holder for holder in found if holder.is_called(typed)]


def as_stored(typed: str) -> list[str]:
    """The numbers that may be meant by what was typed, among them that of `identity.spellings`."""
    number = typed_number(typed)
    stems = [zeros + number for zeros in ("", "0", "00")]
    return [stem + digit for stem in stems for digit in ("", *"0123456789")]


def with_id(session: Session, account_id: int) -> Holder:
    """The account of a session that is open."""
    return _holders(session, _WITH_ID, account=account_id)[0]


def _holders(
    session: Session, statement: Select[Account, Customer], **values: object
) -> list[Holder]:
    return [Holder(account, customer) for account, customer in session.execute(statement, values)]
