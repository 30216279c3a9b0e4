"""Whose contact data change: the customer, locked, and the account if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link
from finportal.models import Account, Customer
from finportal.models.contacts import EMAIL
from finportal.services.contacts.fields import FIELDS
from finportal.services.letters import Addressee
from finportal.services.visits import Surroundings


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer, what is stored of each of the contact data, and the account's side."""

    customer_id: int
    name: str
    kind: str
    values: Mapping[str, str | None]
    account_id: int | None
    account_email: str | None
    locale: str
    held_until: datetime | None

    @property
    def proven_email(self) -> str:
        """The e-mail that letters go to: the account's, else the lender's."""
        return self.account_email or self.values[EMAIL] or ""

    @property
    def moved(self) -> bool:
        """Whether the lender took another e-mail than the one the account was proven with."""
        return self.proven_email != (self.values[EMAIL] or "")

    def addressee(self, address: str) -> Addressee:
        """Whom a letter to this address greets."""
        return Addressee(self.name, self.kind, address, self.locale)


_CUSTOMER = select(
    Customer.name, Customer.kind, *(getattr(Customer, field) for field in FIELDS)
).where(Customer.id == bindparam("customer"))
_LOCKED = _CUSTOMER.with_for_update()
_SIDE = (Account.id, Account.email, Account.locale, Account.held_until)
_ACCOUNT = select(*_SIDE).where(Account.customer_id == bindparam("customer"))
_BOTH = _CUSTOMER.add_columns(*_SIDE).outerjoin(Account, Account.customer_id == Customer.id)


def locked(link: Link, customer_id: int, around: Surroundings) -> Owner:
    """The owner of contact data, which nobody else changes until the transaction ends.

    By two statements: PostgreSQL locks no row that an outer join may not find.
    """
    key = {"customer": customer_id}
    mine, account = link.execute(_LOCKED, key).one(), link.execute(_ACCOUNT, key).one_or_none()
    return _owner(customer_id, mine, account, around)


def found(link: Link, customer_id: int, around: Surroundings) -> Owner:
    """The same, only to look at."""
    row = link.execute(_BOTH, {"customer": customer_id}).one()
    account = row[-len(_SIDE) :]
    return _owner(customer_id, row[: -len(_SIDE)], account if account[0] else None, around)


def _owner(
    customer_id: int, customer: Sequence[Any], account: Sequence[Any] | None, around: Surroundings
) -> Owner:
    name, kind, *values = customer
    side = account or (None, None, around.locale, None)
    return Owner(customer_id, name, kind, dict(zip(FIELDS, values, strict=True)), *side)
