"""Loading a customers or loans file into the portfolio, as often as wished."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Report
from finportal.adapters.tables import Progress, Table
from finportal.services.portfolio_books import CUSTOMERS, LOANS, Book, add, change
from finportal.services.portfolio_verdicts import Clashes, Entry, Verdict, clashes, judge
from finportal.services.visits import Surroundings

ROWS_A_TRANSACTION = 500
COMMAND = "command"
"""The network that the trail names for what an operator did."""

__all__ = ["CUSTOMERS", "LOANS", "Book", "Order", "Result", "load", "open_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to load: the clock, the day in Bogotá, and what to do with rows that are not simply new.

    `accept_changes`: a row that differs from the stored one replaces it, with a row in the trail.
    `all_or_nothing`: nothing is stored unless every row is good.
    """

    now: datetime
    today: date
    accept_changes: bool = False
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How many rows were read and what became of them; `accepted`: no changed row was left out."""

    read: int = 0
    added: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    accepted: bool = True

    @property
    def complete(self) -> bool:
        """Whether the portfolio now says everything that the file says."""
        return self.accepted and not self.rejected


def open_table(book: Book, path: Path) -> Table:
    """The file with its header checked; columns whose cells may be empty may be absent.

    Raises UnreadableTable.
    """
    required = [name for name, rule in book.rules.items() if rule.required]
    return Table(path, required, list(book.rules))


def load(
    db: Database,
    book: Book,
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
    clashing = clashes(run.entries())
    if order.all_or_nothing:
        rehearsed = run.rehearse(clashing, report)
        if not rehearsed.complete:
            changed = 0 if order.accept_changes else rehearsed.changed
            return replace(rehearsed, added=0, changed=changed)
    return run.store(clashing, report)


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
        self._progress, self._begun = progress, 0
        self._passes = 3 if order.all_or_nothing else 2

    def entries(self) -> Iterator[Entry]:
        """The rows of the file, read from the beginning and parsed."""
        self._begun += 1
        for row in self._table.rows(self._heard if self._progress else None):
            yield self._book.parse(row, self._order.today)

    def rehearse(self, clashing: Clashes, report: Report) -> Result:
        """What storing would come to; nothing is written."""
        result = Result()
        for batch in self._batches():
            with self._db.read() as session:
                verdict = judge(
                    session, self._book, batch, clashing, accept=self._order.accept_changes
                )
            result = self._told(result, verdict, report)
        return result

    def store(self, clashing: Clashes, report: Report) -> Result:
        """Store every batch in a transaction of its own and tell what could not be stored."""
        accept, now = self._order.accept_changes, self._order.now
        around = Surroundings(now=now, network=COMMAND, browser="", locale="")
        result = Result()
        for batch in self._batches():
            with self._db.write() as session:
                verdict = judge(session, self._book, batch, clashing, accept=accept)
                add(session, self._book, verdict.added, verdict.owners, now)
                if accept:
                    change(session, self._book, verdict.changes, verdict.owners, around)
            result = self._told(result, verdict, report)
        return result

    def _batches(self) -> Iterator[list[Entry]]:
        entries = self.entries()
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
            accepted=so_far.accepted and (self._order.accept_changes or not changed),
        )

    def _heard(self, done: int, total: int) -> None:
        if self._progress:
            self._progress((self._begun - 1) * total + done, self._passes * total)
