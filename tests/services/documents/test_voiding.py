"""What relied on a reversed payment does not hold from the same moment on; nothing else falls."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from finportal.models import AuditEvent, DocumentVoid, IssuedDocument, LoanEvent
from finportal.services import recording
from finportal.services.documents import kinds, shelf, voiding
from finportal.services.documents.issuing import Desk
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.shelf import Issued
from finportal.services.documents.voiding import AlreadyVoid
from finportal.services.ledger import event_id
from finportal.services.payment_files import PAYMENTS
from finportal.services.portfolio_orders import Order
from finportal.services.recording import Fact, Reversal
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.portfolio import Lender

ON = date(2026, 11, 10)
TERMS = {"term": 12, "first_due_on": date(2025, 4, 3)}


class Book:
    """Two customers' credits, both paid in two payments, and their papers."""

    def __init__(self, portal: Portal, people: People) -> None:
        self.db, self.people = portal.db, people
        self.desk = Desk(portal.db, portal.settings.lender)
        self.owners = [people.customer(), people.customer()]
        self.numbers = [people.loan(owner, **TERMS) for owner in self.owners]
        self.receipts = [
            [
                people.paid(number, date(2025, 4, 3), 20_000_000),
                people.paid(number, date(2026, 10, 2), 90_000_000),
            ]
            for number in self.numbers
        ]
        self.papers = [self._papers_of(index) for index in range(2)]

    def issue(self, index: int, wanted: Wanted) -> Issued:
        owner, number = self.owners[index], self.numbers[index]
        return self.desk.issue(owner.customer_id, number, wanted, self.people.around())

    def holding(self) -> list[int]:
        """The ids of the papers that hold."""
        with self.db.read() as session:
            void = set(session.scalars(select(DocumentVoid.document_id)))
            return [id_ for id_ in session.scalars(select(IssuedDocument.id)) if id_ not in void]

    def event(self, receipt: str) -> int:
        with self.db.read() as session:
            query = select(LoanEvent.id).where(LoanEvent.external_id == receipt)
            return session.scalars(query).one()

    def _papers_of(self, index: int) -> dict[str, Issued]:
        first, last = (self.event(receipt) for receipt in self.receipts[index])
        wanted = {
            "settlement": kinds.settlement(),
            "release": kinds.lien_release("Secretaría"),
            "first": kinds.receipt(first),
            "last": kinds.receipt(last),
            "statement": kinds.statement("2026-10"),
            "history": kinds.history(date(2026, 1, 1), ON),
        }
        return {name: self.issue(index, one) for name, one in wanted.items()}


@pytest.fixture
def book(portal: Portal, people: People, clock: Clock) -> Book:
    """Both credits with all their papers, on 10 November 2026."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps()
    return Book(portal, people)


def by_recording(book: Book, _: Path) -> None:
    undone = Reversal(
        id=event_id("staff", "X"), value_date=ON, reverses=event_id("payments", book.receipts[0][1])
    )
    fact = Fact(loan_number=book.numbers[0], event=undone, source="staff", external_id="X")
    recording.record(book.db, fact, book.people.around())


def by_file(book: Book, folder: Path) -> None:
    line = {
        "loan_number": book.numbers[0],
        "receipt": "X-1",
        "paid_on": "2026-11-10",
        "amount": "90000000",
        "channel": "bank",
        "reverses": book.receipts[0][1],
    }
    file = Lender(book.db, folder).file(PAYMENTS, [line])
    order = Order(now=book.people.around().now, today=ON)
    assert PAYMENTS.load(book.db, PAYMENTS.open(file), order, report=print).added == 1


@pytest.mark.parametrize("reverse", [by_recording, by_file])
def test_a_reversal_takes_what_relied_on_its_payment_and_nothing_else(
    book: Book, reverse: Callable[[Book, Path], None], tmp_path: Path
) -> None:
    reverse(book, tmp_path)
    fell = {book.papers[0][name].id for name in ("settlement", "release", "last")}
    every = {paper.id for papers in book.papers for paper in papers.values()}
    assert set(book.holding()) == every - fell
    with book.db.read() as session:
        voids = session.scalars(select(DocumentVoid)).all()
        assert {void.reason for void in voids} == {"reversed"}
        trail = select(AuditEvent).where(AuditEvent.kind == "document_voided")
        rows = session.scalars(trail).all()
    assert {row.customer_id for row in rows} == {book.owners[0].customer_id}
    assert {row.detail for row in rows} == {
        f"{book.papers[0][name].number}: reversed" for name in ("settlement", "release", "last")
    }


def test_a_reversal_that_is_refused_takes_nothing(book: Book) -> None:
    before = book.holding()
    undone = Reversal(
        id=event_id("staff", "X"),
        value_date=date(2026, 9, 1),
        reverses=event_id("payments", book.receipts[0][1]),
    )
    fact = Fact(loan_number=book.numbers[0], event=undone, source="staff", external_id="X")
    with pytest.raises(ValueError, match="before"):
        recording.record(book.db, fact, book.people.around())
    assert book.holding() == before


def test_without_papers_a_reversal_costs_one_statement_more(
    portal: Portal, people: People, statements: Statements
) -> None:
    with portal.db.write() as session:
        statements.clear()
        ids = list(range(1, 5_001))
        assert voiding.after_reversals(session, ids, ids, people.around()) == 0
    assert len(statements) == 1


def test_many_reversals_are_looked_up_some_at_a_time(book: Book) -> None:
    ids = range(10**6, 10**6 + 70_000)
    with book.db.write() as session:
        found = voiding.after_reversals(session, ids, [*ids, 1], book.people.around())
    assert found == 2


def test_a_mistaken_paper_is_void_and_its_next_edition_replaces_it(book: Book) -> None:
    code = book.papers[0]["history"].code
    voiding.mistaken(book.db, code, book.people.around())
    with pytest.raises(AlreadyVoid, match="mistaken"):
        voiding.mistaken(book.db, code, book.people.around())
    with pytest.raises(LookupError):
        voiding.mistaken(book.db, "AAAA-AAAA-AAAA", book.people.around())
    anew = book.issue(0, kinds.history(date(2026, 1, 1), ON))
    with book.db.read() as session:
        old = shelf.the(session, code)
    assert old.void
    assert (old.void.reason, old.replaced_by) == ("mistaken", anew.code)
