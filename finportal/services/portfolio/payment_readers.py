"""Lines of the payments file read a batch at a time, the ordinary ones in a handful of look-ups."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import itemgetter

from sqlalchemy.orm import Session

from finportal.adapters.table_problems import Problem
from finportal.adapters.tables import Line, Progress, Table
from finportal.services import payment_ledger
from finportal.services.payment_ledger import Event
from finportal.services.portfolio.cells import Found
from finportal.services.portfolio.lanes import Lanes
from finportal.services.portfolio.payment_rules import (
    PAYMENT_RULES,
    SOURCE,
    KnownLoan,
    Payment,
    payment,
)

PAYMENTS_A_TRANSACTION = 5_000
MOST_LOANS = 400_000
"""Credits whose numbers are remembered at a time."""


@dataclass(slots=True)
class Batch:
    """Some lines, read: payments as they are stored, with their lines beside them; the others."""

    lines: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reversals: list[Payment] = field(default_factory=list)
    rejected: list[list[Problem]] = field(default_factory=list)

    def in_order(self) -> None:
        """Put the payments in the order of the file: of two with one receipt the first counts."""
        pairs = sorted(zip(self.lines, self.events, strict=True), key=itemgetter(0))
        self.lines = [line for line, _ in pairs]
        self.events = [event for _, event in pairs]

    def payments(self) -> list[Payment]:
        """The payments, to be compared with what is known."""
        return [
            Payment(line, loan_id, receipt, paid_on, amount or 0, channel, None, effect)
            for line, (loan_id, _, paid_on, amount, channel, effect, _, receipt, _) in zip(
                self.lines, self.events, strict=True
            )
        ]


class PaymentReader:
    """Reads a payments file; remembers the credits it has met."""

    def __init__(self, table: Table, today: date, recorded_at: str) -> None:
        self._table, self._today, self._recorded_at = table, today, recorded_at
        self._loans: dict[str, KnownLoan] = {}
        self._lanes = Lanes(table, PAYMENT_RULES, {"loan_number": self._loans})
        self._number_at = table.columns.index("loan_number")

    def batches(
        self, reading: Callable[[], AbstractContextManager[Session]], progress: Progress | None
    ) -> Iterator[Batch]:
        """The file in batches; credits are looked up in a session that `reading` opens."""
        lines = self._table.lines(progress)
        while some := list(islice(lines, PAYMENTS_A_TRANSACTION)):
            with reading() as session:
                batch = self._read(session, some)
            yield batch

    def event(self, payment: Payment) -> Event:
        """A payment as `loan_events` keeps it; a reversal has no amount there."""
        _, loan_id, receipt, paid_on, amount, channel, reverses, effect = payment
        kind = "reversal" if reverses else "prepayment" if effect else "payment"
        money = None if reverses else amount
        return loan_id, kind, paid_on, money, channel, effect, SOURCE, receipt, self._recorded_at

    def _read(self, session: Session, some: Sequence[Line]) -> Batch:
        batch, odd = Batch(), []
        self._look_up(session, self._numbers(some))
        plain, recorded_at, today = self._lanes.plain, self._recorded_at, self._today.isoformat()
        lines, events = batch.lines, batch.events
        for line, record in some:
            values = plain(record)
            if values is None:
                odd.append((line, record))
                continue
            (loan_id, begins), receipt, paid_on, amount, channel, reverses, effect = values
            if reverses or not begins <= paid_on <= today:
                odd.append((line, record))
                continue
            kind = "prepayment" if effect else "payment"
            lines.append(line)
            events.append(
                (loan_id, kind, paid_on, amount, channel, effect, SOURCE, receipt, recorded_at)
            )
        self._explain(session, batch, odd)
        return batch

    def _explain(self, session: Session, batch: Batch, odd: Sequence[Line]) -> None:
        found = [one for line in odd if (one := self._lanes.explained(*line))]
        self._look_up(session, {one.values.get("loan_number", "") for one in found})
        for one in found:
            self._sort_in(batch, one)
        if found and batch.events:
            batch.in_order()

    def _sort_in(self, batch: Batch, found: Found) -> None:
        read = payment(found, self._loans, self._today)
        if isinstance(read, list):
            batch.rejected.append(read)
        elif read.reverses:
            batch.reversals.append(read)
        else:
            batch.lines.append(read.line)
            batch.events.append(self.event(read))

    def _numbers(self, some: Sequence[Line]) -> set[str]:
        if not self._table.only_texts:
            return set()
        at = self._number_at
        return {record[at] for _, record in some if len(record) > at}  # type: ignore[misc]

    def _look_up(self, session: Session, numbers: set[str]) -> None:
        missing = numbers.difference(self._loans)
        if not missing:
            return
        if len(self._loans) > MOST_LOANS:
            self._loans.clear()
            missing = numbers
        self._loans.update(payment_ledger.loans(session, missing))
