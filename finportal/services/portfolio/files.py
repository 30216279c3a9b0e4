"""Loading a customers or loans file into the portfolio, as often as wished."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Report
from finportal.adapters.tables import Progress, Table
from finportal.services.contacts import conflicts
from finportal.services.portfolio import books
from finportal.services.portfolio.books import Book
from finportal.services.portfolio.conflicts import but_conflicts
from finportal.services.portfolio.lanes import Lanes
from finportal.services.portfolio.orders import PAUSE, Kind, Order, Result
from finportal.services.portfolio.rows import Key
from finportal.services.portfolio.storing import add, change
from finportal.services.portfolio.verdicts import (
    Clashes,
    Entry,
    Verdict,
    clashes,
    judge,
    repeated,
)

ROWS_A_TRANSACTION = 1_000


def load(
    book: Book,
    db: Database,
    table: Table,
    order: Order,
    *,
    report: Report,
    progress: Progress | None = None,
) -> Result:
    """Load a file in short transactions; after a stop in the middle, running it again completes it.

    A first reading finds the rows that contradict each other, so that what is stored does not
    depend on their order, and the file that stops being a table: UnreadableTable is raised before
    anything is stored. `report` hears of every problem once.
    """
    run = _Run(db, book, table, order, progress)
    clashing = run.clashes()
    if order.all_or_nothing:
        rehearsed = run.rehearse(clashing, report)
        if not rehearsed.complete:
            changed = 0 if order.accept_changes else rehearsed.changed
            return replace(rehearsed, added=0, changed=changed)
        report = but_conflicts(report)
    stored = run.store(clashing, report)
    with db.read() as session:
        return replace(stored, warnings=book.warnings(session))


CUSTOMERS = Kind("customers", books.CUSTOMERS.rules, partial(load, books.CUSTOMERS))
LOANS = Kind("loans", books.LOANS.rules, partial(load, books.LOANS))


class _Run:
    """One loading: the file is read a few times, and progress counts all of them as one."""

    def __init__(
        self,
        db: Database,
        book: Book,
        table: Table,
        order: Order,
        progress: Progress | None,
    ) -> None:
        self._db, self._book, self._table, self._order = db, book, table, order
        self._progress, self._begun = progress, -1
        self._passes = 3 if order.all_or_nothing else 2

    def clashes(self) -> Clashes:
        """The keys under which the file contradicts itself; most files repeat none."""
        self._begun += 1
        again = repeated(self._keys())
        return clashes(self._entries(again)) if again else {}

    def rehearse(self, clashing: Clashes, report: Report) -> Result:
        """What storing would come to; nothing is written."""
        result = Result()
        for batch in self._batches():
            with self._db.read() as session:
                verdict = judge(session, self._book, batch, clashing, self._order)
            result = self._told(result, verdict, report)
        return result

    def store(self, clashing: Clashes, report: Report) -> Result:
        """Store every batch in a transaction of its own and tell what could not be stored."""
        accept, around = self._order.accept_changes, self._order.around
        result = Result()
        for batch in self._batches():
            with self._db.write() as session:
                verdict = judge(session, self._book, batch, clashing, self._order, hold=accept)
                add(session, self._book, verdict.added, verdict.owners, around.now)
                if accept:
                    change(session, self._book, verdict.changes, verdict.owners, around)
                conflicts.said(session, verdict.learnt, around)
            time.sleep(PAUSE)
            result = self._told(result, verdict, report)
        return result

    def _keys(self) -> Iterator[Key | None]:
        rules = {name: self._book.rules[name] for name in self._book.key_columns}
        lanes = Lanes(self._table, rules)
        for line, record in self._table.lines(self._heard):
            if found := lanes.found(line, record):
                yield self._book.key(found)

    def _entries(self, only: set[int] | None = None) -> Iterator[Entry]:
        """The rows of the file, parsed; or only those whose keys have these hashes."""
        lanes = Lanes(self._table, self._book.rules)
        for line, record in self._table.lines(None if only else self._heard):
            if found := lanes.found(line, record):
                entry = self._book.parse(found, self._order.today)
                if only is None or (not isinstance(entry, list) and hash(entry.key) in only):
                    yield entry

    def _batches(self) -> Iterator[list[Entry]]:
        self._begun += 1
        entries = self._entries()
        while batch := list(islice(entries, ROWS_A_TRANSACTION)):
            yield batch

    def _told(self, so_far: Result, verdict: Verdict, report: Report) -> Result:
        for problem in verdict.problems:
            report(problem)
        added, changed = len(verdict.added), len(verdict.changes)
        return Result(
            read=so_far.read + added + changed + verdict.unchanged + verdict.rejected,
            added=so_far.added + added,
            unchanged=so_far.unchanged + verdict.unchanged,
            changed=so_far.changed + changed,
            rejected=so_far.rejected + verdict.rejected,
            conflicts=so_far.conflicts + verdict.conflicts,
            accepted=so_far.accepted and (self._order.accept_changes or not changed),
        )

    def _heard(self, done: int, total: int) -> None:
        if self._progress:
            self._progress(self._begun * total + done, self._passes * total)
