"""Finding a customer's account, always in the same shape of query."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import opens, provisional_spelling
from finportal.models import Account, Customer
from finportal.models.accounts import PROVISIONAL
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
        return _means(typed, self.customer.id_number, self.customer.id_type)


@dataclass(frozen=True, slots=True)
class Entrant:
    """What signing in reads of an account and of its customer: a row, for a third of the CPU."""

    id: int
    email: str
    state: str
    password_hash: str
    provisional_until: datetime | None
    provisional_tries: int
    consecutive_failures: int
    image: str | None
    last_sign_in_at: datetime | None
    id_number: str
    id_type: str

    def is_called(self, typed: str) -> bool:
        """Whether what was typed is this customer's identification number."""
        return _means(typed, self.id_number, self.id_type)


_HOLDERS = (
    select(Account, Customer)
    .join(Customer, Customer.id == Account.customer_id)
    .order_by(Account.id)
)
_WITH_EMAIL = _HOLDERS.where(Account.email == bindparam("email"))
_WITH_NUMBER = _HOLDERS.where(Customer.id_number.in_(bindparam("numbers", expanding=True)))
_WITH_ID = _HOLDERS.where(Account.id == bindparam("account"))
_OF = {
    field.name: Customer if field.name.startswith("id_") else Account for field in fields(Entrant)
}
_ENTRANTS = Prepared(
    _WITH_EMAIL.with_only_columns(*(getattr(table, name) for name, table in _OF.items()))
)


def with_email(session: Session, email: str) -> list[Holder]:
    """The accounts of an address: several people may share one (a couple, a company's owner)."""
    return _holders(session, _WITH_EMAIL, email=email)


def entrants(link: Link, email: str) -> list[Entrant]:
    """The accounts of an address, as `with_email`, for whoever signs in."""
    return [Entrant(*row) for row in _ENTRANTS.all(link, {"email": email})]


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


def password_meant(account: Account | Entrant | None, typed: str) -> str:
    """The password to compare: a provisional one may be typed in small letters, without dashes.

    One that a customer chose, also when it is locked, is compared as it was typed.
    """
    mailed = account and account.state == PROVISIONAL and opens(account.password_hash)
    return provisional_spelling(typed) if mailed else typed


def _means(typed: str, id_number: str, id_type: str) -> bool:
    return typed_number(typed) in spellings(id_number, id_type)


def _holders(
    session: Session, statement: Select[Account, Customer], **values: object
) -> list[Holder]:
    return [Holder(account, customer) for account, customer in session.execute(statement, values)]
