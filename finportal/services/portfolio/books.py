"""What differs between loading customers and loading loans: columns, rules, table, references."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.table_problems import Problem
from finportal.models import Customer, Loan
from finportal.services import rate_caps, terms_versions
from finportal.services.contacts import conflicts
from finportal.services.contacts.conflicts import Divergences
from finportal.services.contracts import contract_text
from finportal.services.portfolio.cells import Found, Rule
from finportal.services.portfolio.replay import of_contract, refusals
from finportal.services.portfolio.rows import FileRow, Key
from finportal.services.portfolio.rules import (
    CUSTOMER_RULES,
    LOAN_RULES,
    customer,
    customer_key,
    loan,
    loan_key,
)

Owners = Mapping[Key, int]
"""The ids of the customers that some rows refer to, by identification."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the portfolio holds under a key: its row's id, its customer's, its values by column."""

    id: int
    customer_id: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs from what is stored, and the columns it differs in."""

    row: FileRow
    stored: Stored
    columns: tuple[str, ...]


class Book(Protocol):
    """One kind of portfolio file and where its rows are kept."""

    @property
    def name(self) -> str:
        """What its rows are called."""

    @property
    def table(self) -> type[Customer] | type[Loan]:
        """The table of its rows."""

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Its columns and what they may hold."""

    @property
    def key_columns(self) -> Sequence[str]:
        """The columns that make a row one of its kind."""

    def key(self, found: Found) -> Key | None:
        """The key of a line of which only those columns were read; None if one of them is bad."""

    def parse(self, found: Found, today: date) -> FileRow | list[Problem]:
        """The row of a line, or everything that is wrong with it."""

    def stored(self, session: Session, rows: Sequence[FileRow]) -> dict[Key, Stored]:
        """What is stored under these rows' keys, by one query."""

    def owners(self, session: Session, rows: Sequence[FileRow]) -> Owners:
        """The customers these rows refer to, by one query at most."""

    def columns(self, row: FileRow, owners: Owners) -> dict[str, object]:
        """The row as its table keeps it."""

    def refused(
        self, session: Session, changes: Sequence[Change], today: date, *, hold: bool
    ) -> dict[Key, str]:
        """Why what else is stored forbids changes, by key; `hold`: nothing joins it meanwhile."""

    def diverging(
        self, session: Session, ids: Collection[int], hold: Collection[int]
    ) -> Divergences:
        """What customers changed and the lender's file does not know, of these rows.

        Nobody changes those of `hold` until the transaction ends.
        """

    def trail(self, change: Change) -> str:
        """What the trail says about a change: the columns, never their values."""

    def begin(self, session: Session, rows: Sequence[FileRow], now: datetime) -> None:
        """Write down what must outlive a later change of these new rows, once they are stored."""

    def keep(self, session: Session, rows: Sequence[FileRow], now: datetime) -> None:
        """The same for rows that were stored before and have changed."""

    def warnings(self, session: Session) -> tuple[str, ...]:
        """Sentences about what is stored now, after a file is in."""


class _Customers:
    name = "customers"
    table = Customer
    rules = CUSTOMER_RULES
    key_columns = ("id_type", "id_number")

    def key(self, found: Found) -> Key | None:
        return customer_key(found)

    def parse(self, found: Found, today: date) -> FileRow | list[Problem]:
        return customer(found, today)

    def stored(self, session: Session, rows: Sequence[FileRow]) -> dict[Key, Stored]:
        columns = [getattr(Customer, name) for name in self.rules]
        numbers = {row.key[1] for row in rows}
        query = select(Customer.id, *columns).where(Customer.id_number.in_(numbers))
        found: dict[Key, Stored] = {}
        for id_, *values in session.execute(query):
            by_column = dict(zip(self.rules, values, strict=True))
            found[by_column["id_type"], by_column["id_number"]] = Stored(id_, id_, by_column)
        return found

    def owners(self, _session: Session, _rows: Sequence[FileRow]) -> Owners:
        return {}

    def columns(self, row: FileRow, _owners: Owners) -> dict[str, object]:
        return dict(row.values)

    def refused(self, *_: object, **__: object) -> dict[Key, str]:
        return {}

    def diverging(
        self, session: Session, ids: Collection[int], hold: Collection[int]
    ) -> Divergences:
        return conflicts.diverging(session, ids, hold)

    def trail(self, change: Change) -> str:
        return ", ".join(change.columns)

    def begin(self, session: Session, rows: Sequence[FileRow], now: datetime) -> None:
        """A customer's earlier data are not kept."""

    keep = begin

    def warnings(self, _session: Session) -> tuple[str, ...]:
        return ()


class _Loans:
    name = "loans"
    table = Loan
    rules = LOAN_RULES
    key_columns = ("loan_number",)

    def key(self, found: Found) -> Key | None:
        return loan_key(found)

    def parse(self, found: Found, today: date) -> FileRow | list[Problem]:
        return loan(found, today)

    def stored(self, session: Session, rows: Sequence[FileRow]) -> dict[Key, Stored]:
        of_customer = {"id_type": Customer.id_type, "id_number": Customer.id_number}
        columns = [
            of_customer[name] if name in of_customer else getattr(Loan, name) for name in self.rules
        ]
        query = (
            select(Loan.id, Loan.customer_id, *columns)
            .join(Customer, Customer.id == Loan.customer_id)
            .where(Loan.loan_number.in_({row.key[0] for row in rows}))
        )
        found: dict[Key, Stored] = {}
        for id_, customer_id, *values in session.execute(query):
            by_column = dict(zip(self.rules, values, strict=True))
            found[by_column["loan_number"],] = Stored(id_, customer_id, by_column)
        return found

    def owners(self, session: Session, rows: Sequence[FileRow]) -> Owners:
        numbers = {row.owner[1] for row in rows if row.owner}
        query = select(Customer.id_type, Customer.id_number, Customer.id)
        found = session.execute(query.where(Customer.id_number.in_(numbers)))
        return {(id_type, number): id_ for id_type, number, id_ in found}

    def columns(self, row: FileRow, owners: Owners) -> dict[str, object]:
        values = {"customer_id": owners[row.owner or ()], **row.values}
        del values["id_type"], values["id_number"]
        return values

    def refused(
        self, session: Session, changes: Sequence[Change], today: date, *, hold: bool
    ) -> dict[Key, str]:
        values = {one.stored.id: one.row.values for one in changes if of_contract(one.columns)}
        told = refusals(session, values, today, hold=hold)
        return {one.row.key: told[one.stored.id] for one in changes if one.stored.id in told}

    def diverging(self, *_: object) -> Divergences:
        return {}

    def trail(self, change: Change) -> str:
        return f"{change.row.key[0]}: {', '.join(change.columns)}"

    def begin(self, session: Session, rows: Sequence[FileRow], now: datetime) -> None:
        terms_versions.begin(session, _contracts(rows), now)

    def keep(self, session: Session, rows: Sequence[FileRow], now: datetime) -> None:
        terms_versions.keep(session, _contracts(rows), now)

    def warnings(self, session: Session) -> tuple[str, ...]:
        return rate_caps.before(session)


def _contracts(rows: Sequence[FileRow]) -> dict[str, str]:
    return {row.key[0]: contract_text(row.values) for row in rows}


CUSTOMERS: Book = _Customers()
LOANS: Book = _Loans()
