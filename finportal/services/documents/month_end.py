"""Month end: a month's statement for every credit of the book, batch by batch.

Statements are written while nobody is locked out. Each batch is then one transaction: it locks its
credits, writes again what has changed meanwhile, takes the next numbers and posts the notices.
Whatever stops it stops it between two batches; running it again goes on.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.lender import Lender
from finportal.models import Loan
from finportal.services import audit
from finportal.services.days import bogota_day
from finportal.services.documents import delivery, drafts, issuing
from finportal.services.documents.drafts import Drafts, Left, Month
from finportal.services.documents.issuing import Written
from finportal.services.documents.papers import Statement
from finportal.services.documents.periods import in_time
from finportal.services.letters import Notice
from finportal.services.visits import Surroundings

CREDITS_A_TRANSACTION = 200
PAUSE = 0.005
"""Seconds between two transactions, for whoever waits to write."""
COMMAND = "command"

Progress = Callable[[int, int], None]
"""Hears how many credits are done, of how many."""
Report = Callable[[Left], None]

_NEXT = (
    select(Loan.id)
    .where(Loan.id > bindparam("after"))
    .order_by(Loan.id)
    .limit(CREDITS_A_TRANSACTION)
)
_COUNT = select(func.count(Loan.id))


class MonthAhead(ValueError):
    """No period of this month can be over: its instalments fall due too late."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a month end works with; the clock is asked anew for each batch."""

    db: Database
    vault: Vault
    lender: Lender
    clock: Callable[[], datetime]


@dataclass(slots=True)
class Outcome:
    """What became of the credits.

    `late`: issued with fewer than five business days left before the due date. `ended`: nothing to
    tell of that month. `first_from` and `last_from`: when those that are not over will be.
    """

    issued: int = 0
    late: int = 0
    notices: int = 0
    already: int = 0
    not_yet: int = 0
    first_from: date | None = None
    last_from: date | None = None
    ended: int = 0
    refused: int = 0

    def add(self, done: Drafts, on: date) -> None:
        """Count a batch that was issued on a day."""
        papers = [one.paper for one in done.written if isinstance(one.paper, Statement)]
        self.issued += len(papers)
        self.late += sum(not in_time(on, paper.due_on) for paper in papers)
        self.already += done.already
        self.not_yet += len(done.not_yet)
        self.first_from = min((*done.not_yet, self.first_from or date.max))
        self.last_from = max((*done.not_yet, self.last_from or date.min))
        if not self.not_yet:
            self.first_from = self.last_from = None
        self.refused += sum(left.refused for left in done.left)
        self.ended += sum(not left.refused for left in done.left)


def issue(
    office: Office, month: date, *, report: Report, progress: Progress | None = None
) -> Outcome:
    """Give every credit its statement of the month this day lies in, unless it has one that holds.

    After a stop in the middle, running it again completes it; two at once share the work. `report`
    hears of each credit left without one for good. Raises MonthAhead.
    """
    _check(month, bogota_day(office.clock()))
    outcome, done = Outcome(), 0
    with office.db.reading() as link:
        total = link.execute(_COUNT).scalar_one()
    for ids in _batches(office.db):
        now = office.clock()
        finished, notices = _batch(office, Month(office.lender, month, now), ids)
        outcome.add(finished, bogota_day(now))
        outcome.notices += notices
        for left in finished.left:
            report(left)
        done += len(ids)
        if progress:
            progress(done, max(total, done))
        time.sleep(PAUSE)
    return outcome


def _check(month: date, today: date) -> None:
    next_month = today.replace(day=1) + timedelta(days=31)
    if month.replace(day=1) > next_month.replace(day=1):
        raise MonthAhead(f"{month:%Y-%m}")


def _batches(db: Database) -> Iterator[list[int]]:
    after = 0
    while True:
        with db.reading() as link:
            ids = [row.id for row in link.execute(_NEXT, {"after": after})]
        if not ids:
            return
        yield ids
        after = ids[-1]


def _batch(office: Office, of: Month, ids: Sequence[int]) -> tuple[Drafts, int]:
    """What a batch came to, and how many notices it posted."""
    with office.db.reading() as link:
        there = drafts.on_shelf(link, of, ids)
        drafted = drafts.draft(link, of, ids, there)
    if not drafted.written:
        return drafted, 0
    with office.db.write() as session:
        true = drafts.still_true(session, of, drafted, there)
        return true, _store(session, office, of, true.written)


def _store(session: Session, office: Office, of: Month, written: Sequence[Written]) -> int:
    if not written:
        return 0
    around = Surroundings(now=of.now, network=COMMAND, browser="", locale="")
    codes = issuing.add(session, written, of.now)
    detail = f"{of.key}: {len(codes)}"
    audit.record(session, "statements_issued", around, detail=detail)
    return delivery.notify(session, office.vault, list(_notices(written, codes)), around)


def _notices(written: Iterable[Written], codes: Iterable[str]) -> Iterator[Notice]:
    """Notices of what can still be paid in time; a statement issued anew was told of before."""
    for one, code in zip(written, codes, strict=True):
        paper = one.paper
        if not isinstance(paper, Statement) or one.edition > 1 or paper.due_on < paper.issued_on:
            continue
        yield Notice(paper.month, paper.to_pay, paper.due_on, paper.loan.loan_number, code)
