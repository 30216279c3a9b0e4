"""What a file of the copy is made of: the rows of a table that are about one customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select

from finportal.models import Account, Base, Loan
from finportal.models.base import WHOLE
from finportal.services.my_data.words import ENDING, WORDS

ME: ColumnElement[int] = bindparam("customer_id", type_=WHOLE)
INTERNAL = "a number that means nothing outside the database; what it points to is told by name"
OPENS = "it opens something, or helps to guess what does"
OF_STAFF = "about somebody of the lender's team"
MACHINERY = "how the portal went about its work; what came of it is told"

MY_ACCOUNTS = select(Account.id).where(Account.customer_id == ME)
MY_LOANS = select(Loan.id).where(Loan.customer_id == ME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A file of the copy: `name` without its ending, `about` for its reader, in Spanish.

    `told`: columns of the table and what they are called in the file. `also`: more of each row,
    from other tables. `kept_back`: columns that are not told, and why. `money`: the columns in
    centavos. `mine` is true for rows about the customer `ME`.
    """

    name: str
    about: str
    table: str
    mine: ColumnElement[bool]
    told: Mapping[str, str]
    also: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    kept_back: Mapping[str, str]
    money: frozenset[str] = field(default=frozenset())

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each column that is read, and what the file calls it."""
        return (*((name, name) for name in self.also), *self.told.items())

    @property
    def header(self) -> tuple[str, ...]:
        """What the columns of the file are called, those in words after their codes."""
        return tuple(
            heading
            for column, name in self.named
            for heading in ((name, name + ENDING) if self.coded(column) else (name,))
        )

    def coded(self, column: str) -> bool:
        """Whether a column holds codes."""
        return (self.table, column) in WORDS


def columns(table: str) -> Any:
    """The columns of a table."""
    return Base.metadata.tables[table].c


def kept(why: str, *names: str) -> dict[str, str]:
    """Columns that are not told, for one reason."""
    return dict.fromkeys(names, why)


def of_me(table: str) -> ColumnElement[bool]:
    """Rows that name the customer, the account, or both."""
    found = columns(table)
    tests = []
    if "customer_id" in found:
        tests.append(found.customer_id == ME)
    if "account_id" in found:
        tests.append(found.account_id.in_(MY_ACCOUNTS))
    return or_(*tests)


def of_my_loans(table: str) -> ColumnElement[bool]:
    """Rows about the customer's credits."""
    found: ColumnElement[bool] = columns(table).loan_id.in_(MY_LOANS)
    return found


def loan_number(table: str) -> dict[str, ColumnElement[Any]]:
    """The credit's number beside each row."""
    number = select(Loan.loan_number).where(Loan.id == columns(table).loan_id)
    return {"credito": number.scalar_subquery()}
