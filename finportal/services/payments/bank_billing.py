"""What is due in a month, as the bills of a bank's file, credit by credit."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select

from finportal.adapters.bank_files.billing import Bill
from finportal.adapters.database import Database
from finportal.lending import Centavos, LendingError
from finportal.models import Customer, Loan
from finportal.services import ledger
from finportal.services.ledger import Credit
from finportal.services.payment_references import reference_of

LOANS_AT_ONCE = 100
LONGEST_CUSTOMER = 10
_NONE = Centavos(0)
_PLAIN = re.compile(r"[A-Z0-9]*")
_NEXT = select(Loan.id).where(Loan.id > bindparam("after")).order_by(Loan.id).limit(LOANS_AT_ONCE)
_HOLDERS = (
    select(Loan.id, Customer.id_number, Customer.name)
    .join(Customer, Customer.id == Loan.customer_id)
    .where(Loan.id.in_(bindparam("loan_ids", expanding=True)))
)


@dataclass(slots=True)
class Billed:
    """What went into the bills: how many, their sum in centavos, and credits that were refused."""

    bills: int = 0
    total: Centavos = _NONE
    refused: list[str] = field(default_factory=list)


def bills(db: Database, month: date, today: date, billed: Billed) -> Iterator[Bill]:
    """A bill for every credit with something to pay in the month of a day, as known today.

    The rows that fall due in it and whatever is overdue today, less the credit that waits. What it
    needs does not grow with the book. `billed` counts; a credit that the engine refuses is named
    in it and left out.
    """
    after = 0
    while True:
        with db.reading() as link:
            ids = [row.id for row in link.execute(_NEXT, {"after": after})]
            if not ids:
                return
            found = ledger.read(link, link.execute(ledger.credits_where(Loan.id.in_(ids))))
            holders = {row.id: row for row in link.execute(_HOLDERS, {"loan_ids": ids})}
        after = ids[-1]
        for credit in found:
            try:
                due = _due(credit, month, today)
            except LendingError as error:
                billed.refused.append(f"{credit.loan_number}: {type(error).__name__}: {error}")
                continue
            if due is None:
                continue
            amount, due_on = due
            billed.bills += 1
            billed.total = Centavos(billed.total + amount)
            holder = holders[credit.loan_id]
            yield Bill(
                reference=reference_of(credit.loan_id),
                amount=amount,
                due_on=due_on,
                customer_id=_customer(holder.id_number),
                name=holder.name,
            )


def _due(credit: Credit, month: date, today: date) -> tuple[Centavos, date] | None:
    """What is to be paid by when: the last row of the month, or its last day for what is late."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    state = credit.state(max(today, credit.contract.begins))
    rows = [row for row in state.upcoming if row.due_date <= last]
    amount = state.due.total + sum(row.total for row in rows) - state.credit
    if amount <= 0:
        return None
    return Centavos(min(amount, state.payoff)), rows[-1].due_date if rows else last


def _customer(id_number: str) -> str:
    """The number if the field can hold it: it is never cut."""
    fits = len(id_number) <= LONGEST_CUSTOMER and _PLAIN.fullmatch(id_number)
    return id_number if fits else ""
