"""Payments as they are stored: found by receipt, added, and never changed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select
from sqlalchemy.orm import Session, aliased

from finportal.adapters import bulk
from finportal.lending import Centavos
from finportal.models import Loan, LoanEvent
from finportal.services import projections
from finportal.services.documents import voiding
from finportal.services.portfolio.payment_rules import SOURCE, KnownLoan
from finportal.services.visits import Surroundings

COLUMNS = (
    "loan_id", "kind", "value_date", "amount", "channel", "effect", "source", "external_id",
    "recorded_at",
)  # fmt: skip

_RECEIPT = COLUMNS.index("external_id")

Event = tuple[int, str, str, int | None, str, str | None, str, str, str]
"""A payment as `loan_events` keeps it, in the order of COLUMNS."""


class Stored(NamedTuple):
    """What is known under a receipt: amount in centavos, day as ISO text, `id` 0 if only rehearsed.

    A reversal's amount is that of the payment it takes back.
    """

    id: int
    loan_id: int
    paid_on: str
    amount: int
    channel: str | None
    reverses: str | None
    effect: str | None
    reversed_by: str | None


_by, _target = aliased(LoanEvent), aliased(LoanEvent)
_STORED = (
    select(
        LoanEvent.external_id,
        LoanEvent.id,
        LoanEvent.loan_id,
        LoanEvent.value_date,
        func.coalesce(LoanEvent.amount, _target.amount),
        LoanEvent.channel,
        _target.external_id,
        LoanEvent.effect,
        _by.external_id,
    )
    .outerjoin(_target, _target.id == LoanEvent.reverses_id)
    .outerjoin(_by, _by.reverses_id == LoanEvent.id)
    .where(
        LoanEvent.source == SOURCE,
        LoanEvent.external_id.in_(bindparam("receipts", expanding=True)),
    )
)
_LOANS = select(
    Loan.loan_number, Loan.id, cast(func.coalesce(Loan.opening_on, Loan.disbursed_on), Text)
).where(Loan.loan_number.in_(bindparam("numbers", expanding=True)))
_NUMBERS = select(Loan.id, Loan.loan_number).where(
    Loan.id.in_(bindparam("loan_ids", expanding=True))
)


def receipt_of(event: Event) -> str:
    """The lender's number of a payment."""
    return event[-2]


def loans(session: Session, numbers: Collection[str]) -> dict[str, KnownLoan]:
    """The credits of these numbers that exist, by one statement."""
    rows = session.execute(_LOANS, {"numbers": list(numbers)})
    return {number: (id_, begins) for number, id_, begins in rows}


def loan_numbers(session: Session, loan_ids: Collection[int]) -> dict[int, str]:
    """The numbers of these credits, by one statement."""
    rows = session.execute(_NUMBERS, {"loan_ids": list(loan_ids)})
    return {id_: number for id_, number in rows}  # noqa: C416 - mypy knows a row only unpacked


def stored(session: Session, receipts: Collection[str]) -> dict[str, Stored]:
    """What is stored under these receipts, by one statement."""
    rows = session.execute(_STORED, {"receipts": list(receipts)})
    return {
        receipt: Stored(id_, loan_id, paid_on.isoformat(), amount, *rest)
        for receipt, id_, loan_id, paid_on, amount, *rest in rows
    }


def receipts_like(session: Session, loan_id: int, amount: Centavos, on: date) -> list[str]:
    """The receipts of a credit's payments of this amount and day that stand, from a file."""
    query = (
        select(LoanEvent.external_id)
        .outerjoin(_by, _by.reverses_id == LoanEvent.id)
        .where(
            LoanEvent.loan_id == loan_id,
            LoanEvent.source == SOURCE,
            LoanEvent.amount == amount,
            LoanEvent.value_date == on,
            _by.id.is_(None),
        )
        .order_by(LoanEvent.id)
    )
    return list(session.scalars(query))


def add(session: Session, events: Sequence[Event]) -> int:
    """Add the payments whose receipts are new; how many. Their lists' copies go in the same.

    Their credits are locked, in order, by whoever calls.
    """
    if len({event[_RECEIPT] for event in events}) == len(events):
        # credit by credit, each page of the index is written once; of two lines with one receipt
        # the first must stay first
        events = sorted(events, key=itemgetter(0))
    added = bulk.insert_new(session, LoanEvent, COLUMNS, events)
    if added:
        projections.forget(session, sorted({event[0] for event in events}))
    return added


def take_back(
    session: Session, reversals: Sequence[tuple[Event, int]], around: Surroundings
) -> None:
    """Add reversals, each with the id of the event it takes back; papers that relied on it end."""
    rows = [(*event, reversed_id) for event, reversed_id in reversals]
    bulk.insert_all(session, LoanEvent, (*COLUMNS, "reverses_id"), rows)
    loan_ids = sorted({row[0] for row in rows})
    reversed_ids = [reversed_id for _, reversed_id in reversals]
    voiding.after_reversals(session, reversed_ids, loan_ids, around)
    projections.forget(session, loan_ids)


def recorded(moment: datetime) -> str:
    """The last of COLUMNS."""
    return bulk.moment(moment)
