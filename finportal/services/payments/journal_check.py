"""Whether the books hold: entries, postings and cash compared with each other and the engine."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.gateways import CURRENCY
from finportal.lending import LendingError
from finportal.models import (
    HeldPayment,
    HeldResolution,
    JournalEntry,
    JournalLine,
    Loan,
    LoanEvent,
    Posting,
)
from finportal.services import ledger
from finportal.services.ledger import Credit
from finportal.services.payments import journal
from finportal.services.payments.bank_unfinished import unfinished
from finportal.services.payments.journal import Known

LOANS_AT_ONCE = 100

_UNBALANCED = (
    select(JournalLine.entry_id, func.sum(JournalLine.amount))
    .group_by(JournalLine.entry_id)
    .having(func.sum(JournalLine.amount) != 0)
)
_UNBOOKED = (
    select(Posting.source, Posting.source_key)
    .outerjoin(JournalEntry, JournalEntry.posting_id == Posting.id)
    .where(JournalEntry.id.is_(None))
)
_UNPOSTED = (
    select(LoanEvent.source, LoanEvent.external_id)
    .outerjoin(Posting, Posting.event_id == LoanEvent.id)
    .where(
        LoanEvent.source.startswith("gateway:") | LoanEvent.source.startswith("bank:"),
        Posting.id.is_(None),
    )
)
_MISSTATED = (
    select(Posting.source, Posting.source_key)
    .join(LoanEvent, LoanEvent.id == Posting.event_id)
    .where(
        (LoanEvent.loan_id != Posting.loan_id)
        | (func.coalesce(LoanEvent.amount, Posting.amount) != Posting.amount)
    )
)
_SIGNED = case((Posting.kind == "reversal", -Posting.amount), else_=Posting.amount)
_POSTED = select(Posting.source, Posting.channel, func.sum(_SIGNED)).group_by(
    Posting.source, Posting.channel
)
_WAITING = (
    select(HeldPayment.source, HeldPayment.channel, func.sum(HeldPayment.amount))
    .outerjoin(HeldResolution, HeldResolution.held_id == HeldPayment.id)
    .where(HeldResolution.id.is_(None), HeldPayment.currency == CURRENCY)
    .group_by(HeldPayment.source, HeldPayment.channel)
)
_CASH = (
    select(JournalLine.account, func.sum(JournalLine.amount))
    .where(JournalLine.account.startswith("clearing:"))
    .group_by(JournalLine.account)
)
_LAST = (select(func.max(JournalEntry.id)).where(JournalEntry.loan_id.is_not(None))).group_by(
    JournalEntry.loan_id
)
_BASES = (
    select(JournalEntry.loan_id, JournalEntry.as_of, JournalEntry.events, JournalEntry.basis)
    .where(JournalEntry.id.in_(_LAST), JournalEntry.loan_id > bindparam("after"))
    .order_by(JournalEntry.loan_id)
    .limit(LOANS_AT_ONCE)
)


@dataclass(slots=True)
class Books:
    """What was looked at, and a sentence for everything that does not hold.

    `behind`: credits whose contract, certificates or engine changed since their last entry, so that
    its day cannot be replayed; `close` books what has changed.
    """

    entries: int = 0
    postings: int = 0
    credits: int = 0
    behind: int = 0
    faults: list[str] = field(default_factory=list)


def check(db: Database) -> Books:
    """Compare the journal with its postings, its cash, and what the engine says was paid.

    Every entry adds up to zero; every posting has its entry and every gateway's event its posting;
    every line of a bank's file is posted or held;
    the cash of each channel is what was posted and is held; and each credit's lines are, part by
    part, what a replay of the events known to its last entry gives on that day.
    """
    with db.read() as session:
        books = Books(
            entries=session.scalar(select(func.count(JournalEntry.id))) or 0,
            postings=session.scalar(select(func.count(Posting.id))) or 0,
        )
        books.faults += _rows(session)
        books.faults += _cash(session)
        after = 0
        while bases := session.execute(_BASES, {"after": after}).all():
            after = bases[-1].loan_id
            found = ledger.read(
                session,
                session.execute(ledger.credits_where(Loan.id.in_([one.loan_id for one in bases]))),
            )
            of_loan = {credit.loan_id: credit for credit in found}
            for base in bases:
                _compare(session, of_loan[base.loan_id], base, books)
    return books


def _rows(session: Session) -> Iterator[str]:
    for entry, total in session.execute(_UNBALANCED):
        yield f"entry {entry} does not balance: {total} centavos"
    for source, key in session.execute(_UNBOOKED):
        yield f"posting {source}:{key} has no entry"
    for source, key in session.execute(_UNPOSTED):
        yield f"event {source}:{key} has no posting"
    for source, key in session.execute(_MISSTATED):
        yield f"posting {source}:{key} is not what its event is"
    for file in unfinished(session):
        yield str(file)


def _cash(session: Session) -> Iterator[str]:
    expected: Counter[str] = Counter()
    for query in (_POSTED, _WAITING):
        for source, channel, amount in session.execute(query):
            expected[journal.clearing(source, channel)] += int(amount)
    sources = {account.rpartition(":")[0] for account in expected}
    found = {
        account: int(amount)
        for account, amount in session.execute(_CASH)
        if account.rpartition(":")[0] in sources
    }
    for account, amount in journal.difference(found, expected).items():
        yield f"{account}: the journal has {amount} centavos more than was posted and is held"


def _compare(session: Session, credit: Credit, base: Any, books: Books) -> None:
    books.credits += 1
    known = tuple(record for record in credit.records if record.id <= base.events)
    past = replace(credit, records=known)
    try:
        then = Known(past, past.state(base.as_of))
    except LendingError as error:
        books.faults.append(f"{credit.loan_number}: {type(error).__name__}: {error}")
        return
    if then.basis != base.basis:
        books.behind += 1
        return
    figures = then.figures()
    if figures[journal.REFUNDS_OWED] and not then.state.refunded:
        books.faults.append(f"{credit.loan_number}: the engine's own sums do not add up")
    left = journal.difference(journal.booked(session, credit.loan_id), figures)
    for account, amount in left.items():
        books.faults.append(f"{credit.loan_number}: {account} is {amount} centavos too much")
