"""Loading payments: each receipt once, in any order of lines, as often as wished."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice

from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.scratch import Scratch
from finportal.adapters.table_problems import Report
from finportal.adapters.tables import Progress, Table
from finportal.services import payment_ledger as ledger
from finportal.services import projections
from finportal.services.payment_ledger import Stored
from finportal.services.portfolio import payment_doubles
from finportal.services.portfolio.orders import PAUSE, Kind, Order, Result
from finportal.services.portfolio.payment_readers import (
    PAYMENTS_A_TRANSACTION,
    Batch,
    PaymentReader,
)
from finportal.services.portfolio.payment_rules import PAYMENT_RULES, Payment
from finportal.services.portfolio.payment_verdicts import Verdict, judge


def load(
    db: Database,
    table: Table,
    order: Order,
    *,
    report: Report,
    progress: Progress | None = None,
) -> Result:
    """Load a file in short transactions; after a stop in the middle, running it again completes it.

    Payments first, in the order of the file, then the reversals in it. Of two lines with one
    receipt the first counts. `report` hears of every problem once. Raises UnreadableTable before
    anything is stored.
    """
    table.check()
    passes = 2 if order.all_or_nothing else 1
    if order.all_or_nothing:
        with _Rehearsal(db, table, order) as rehearsal:
            rehearsed = rehearsal.run(report, _part(progress, 0, passes))
        if not rehearsed.complete:
            return replace(rehearsed, added=0)
    with _Storing(db, table, order) as storing:
        return storing.run(report, _part(progress, passes - 1, passes))


PAYMENTS = Kind("payments", PAYMENT_RULES, load, replaces=False)


def _part(progress: Progress | None, begun: int, passes: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(begun * total + done, passes * total)


class _Run(ExitStack):
    """One reading of the file, with the reversals put aside until the end of it."""

    def __init__(self, db: Database, table: Table, order: Order) -> None:
        super().__init__()
        self._db, self._around = db, order.around
        self._accept_posted = order.accept_posted
        self._reader = PaymentReader(table, order.today, ledger.recorded(order.now))
        self._aside = self.enter_context(Scratch())

    def run(self, report: Report, progress: Progress | None) -> Result:
        """Everything in the file; what came of it."""
        result = Result()
        for batch in self._reader.batches(self._db.read, progress):
            self._aside.note((str(reversal.line), reversal) for reversal in batch.reversals)
            verdict, added = self._payments(batch)
            for problems in batch.rejected:
                verdict.reject(problems)
            result = _told(result, verdict, added, report)
        for reversals in self._reversals():
            verdict = self._take_back(reversals)
            result = _told(result, verdict, len(verdict.added), report)
        return result

    def _hold_back(self, session: Session, batch: Batch) -> None:
        if not self._accept_posted:
            payment_doubles.hold_back(session, batch)

    def _reversals(self) -> Iterator[list[Payment]]:
        aside = (Payment(*note) for note in self._aside)
        while some := list(islice(aside, PAYMENTS_A_TRANSACTION)):
            yield some

    def _payments(self, batch: Batch) -> tuple[Verdict, int]:
        raise NotImplementedError

    def _take_back(self, reversals: list[Payment]) -> Verdict:
        raise NotImplementedError


class _Storing(_Run):
    """Every batch in a transaction of its own, with a breath for whoever waits to write."""

    def _payments(self, batch: Batch) -> tuple[Verdict, int]:
        verdict = Verdict()
        if not batch.events:
            return verdict, 0
        with self._db.write() as session:
            # before it compares: what the portal posts at the same time is seen here, or sees this
            projections.lock(session, sorted({event[0] for event in batch.events}))
            self._hold_back(session, batch)
            added = ledger.add(session, batch.events)
        time.sleep(PAUSE)
        if added < len(batch.events):
            self._compare(batch, verdict)
            verdict.unchanged -= added
        return verdict, added

    def _compare(self, batch: Batch, verdict: Verdict) -> None:
        """Everything is stored by now: what has just been added counts as unchanged."""
        payments = batch.payments()
        with self._db.read() as session:
            known = ledger.stored(session, {payment.receipt for payment in payments})
            judge(verdict, payments, known, _numbers(session, payments, known))

    def _take_back(self, reversals: list[Payment]) -> Verdict:
        verdict = Verdict()
        with self._db.write() as session:
            projections.lock(session, sorted({reversal.loan_id for reversal in reversals}))
            known = ledger.stored(session, _receipts(reversals))
            ids = {receipt: stored.id for receipt, stored in known.items()}
            judge(verdict, reversals, known, _numbers(session, reversals, known))
            if verdict.added:
                event, added = self._reader.event, verdict.added
                rows = [(event(one), ids[one.reverses or ""]) for one in added]
                ledger.take_back(session, rows, self._around)
        time.sleep(PAUSE)
        return verdict


class _Rehearsal(_Run):
    """What storing would come to; nothing is written but notes of what the file adds."""

    def __init__(self, db: Database, table: Table, order: Order) -> None:
        super().__init__(db, table, order)
        self._added = self.enter_context(Scratch())

    def _payments(self, batch: Batch) -> tuple[Verdict, int]:
        with self._db.read() as session:
            self._hold_back(session, batch)
        verdict = self._judged(batch.payments())
        return verdict, len(verdict.added)

    def _take_back(self, reversals: list[Payment]) -> Verdict:
        return self._judged(reversals)

    def _judged(self, payments: list[Payment]) -> Verdict:
        verdict, receipts = Verdict(), _receipts(payments)
        with self._db.read() as session:
            known = ledger.stored(session, receipts)
            known |= {receipt: Stored(*note) for receipt, note in self._added.noted(receipts)}
            judge(verdict, payments, known, _numbers(session, payments, known))
        changed = _receipts(verdict.added)
        self._added.note((receipt, known[receipt]) for receipt in changed)
        return verdict


def _receipts(payments: Iterable[Payment]) -> set[str]:
    """Their own receipts, and those that they take back."""
    named = {payment.receipt for payment in payments}
    return named | {payment.reverses for payment in payments if payment.reverses}


def _numbers(
    session: Session, payments: Iterable[Payment], known: dict[str, Stored]
) -> dict[int, str]:
    ids = {payment.loan_id for payment in payments} | {one.loan_id for one in known.values()}
    return ledger.loan_numbers(session, ids)


def _told(so_far: Result, verdict: Verdict, added: int, report: Report) -> Result:
    for problem in sorted(verdict.problems, key=lambda problem: problem.line):
        report(problem)
    return Result(
        read=so_far.read + added + verdict.unchanged + verdict.changed + verdict.rejected,
        added=so_far.added + added,
        unchanged=so_far.unchanged + verdict.unchanged,
        changed=so_far.changed + verdict.changed,
        rejected=so_far.rejected + verdict.rejected,
        accepted=so_far.accepted and not verdict.changed,
    )
