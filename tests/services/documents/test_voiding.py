"""What relied on a reversed payment does not hold from the same moment on; nothing else falls."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from finportal.lending import Centavos
from finportal.lending.events import Event, Fee, Payment
from finportal.models import AuditEvent, DocumentVoid, IssuedDocument, LoanEvent
from finportal.services import recording
from finportal.services.documents import kinds, shelf, voiding
from finportal.services.documents.issuing import NEW_PAPERS, Desk
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.refusals import NotSettled
from finportal.services.documents.shelf import Issued
from finportal.services.documents.voiding import AlreadyVoid, FollowedByAnother
from finportal.services.errors import TooMany
from finportal.services.ledger import event_id
from finportal.services.portfolio.orders import Order
from finportal.services.portfolio.payment_files import PAYMENTS
from finportal.services.recording import Fact, Reversal
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.portfolio import Lender

ON = date(2026, 11, 10)
RELIED = ("settlement", "release", "payoff")
FALL = (*RELIED, "last")
TERMS = {"term": 12, "first_due_on": date(2025, 4, 3)}


class Book:
    """Two customers' credits, both paid in two payments, and their papers."""

    def __init__(self, portal: Portal, people: People) -> None:
        self.db, self.people = portal.db, people
        self.desk = Desk(portal.db, portal.vault, portal.settings.lender)
        self.owners = [people.customer(), people.customer()]
        self.numbers = [people.loan(owner, **TERMS) for owner in self.owners]
        firsts = [people.paid(number, date(2025, 4, 3), 20_000_000) for number in self.numbers]
        quotes = [self.issue(index, kinds.payoff(ON, "Banco")) for index in range(2)]
        lasts = [people.paid(number, date(2026, 10, 2), 90_000_000) for number in self.numbers]
        self.receipts = list(zip(firsts, lasts, strict=True))
        self.papers = [
            self._papers_of(index) | {"payoff": quote} for index, quote in enumerate(quotes)
        ]

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
    record(book, undone, book.numbers[0])


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


def record(book: Book, event: Event, number: str) -> None:
    _, _, external_id = event.id.partition(":")
    fact = Fact(loan_number=number, event=event, source="staff", external_id=external_id)
    recording.record(book.db, fact, book.people.around())


@pytest.mark.parametrize("reverse", [by_recording, by_file])
def test_a_reversal_takes_what_relied_on_its_payment_and_nothing_else(
    book: Book, reverse: Callable[[Book, Path], None], tmp_path: Path
) -> None:
    reverse(book, tmp_path)
    fell = {book.papers[0][name].id for name in FALL}
    every = {paper.id for papers in book.papers for paper in papers.values()}
    assert set(book.holding()) == every - fell
    with book.db.read() as session:
        voids = session.scalars(select(DocumentVoid)).all()
        assert {void.reason for void in voids} == {"reversed"}
        trail = select(AuditEvent).where(AuditEvent.kind == "document_voided")
        rows = session.scalars(trail).all()
    assert {row.customer_id for row in rows} == {book.owners[0].customer_id}
    assert {row.detail for row in rows} == {
        f"{book.papers[0][name].number}: reversed" for name in FALL
    }


def test_a_reversal_that_is_refused_takes_nothing(book: Book) -> None:
    before = book.holding()
    undone = Reversal(
        id=event_id("staff", "X"),
        value_date=date(2026, 9, 1),
        reverses=event_id("payments", book.receipts[0][1]),
    )
    with pytest.raises(ValueError, match="before"):
        record(book, undone, book.numbers[0])
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
    assert found == len(RELIED)


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


def test_a_coupon_falls_with_a_payment_too(book: Book) -> None:
    owner = book.people.customer()
    number = book.people.loan(owner)
    receipt = book.people.paid(number, date(2026, 10, 2), 1_000_000)
    coupon = book.desk.issue(owner.customer_id, number, kinds.coupon(), book.people.around())
    undone = Reversal(
        id=event_id("staff", "X"), value_date=ON, reverses=event_id("payments", receipt)
    )
    record(book, undone, number)
    assert coupon.id not in book.holding()
    anew = book.desk.issue(owner.customer_id, number, kinds.coupon(), book.people.around())
    assert anew.paper != coupon.paper


def test_a_new_debt_takes_what_said_that_all_was_paid_and_nothing_else(book: Book) -> None:
    before = book.holding()
    amount = Centavos(9_000_000_000)
    fee = Fee(id=event_id("staff", "F"), value_date=ON, amount=amount, evidence="call 17")
    record(book, fee, book.numbers[0])
    fell = {book.papers[0][name].id for name in ("settlement", "release")}
    assert set(book.holding()) == set(before) - fell
    with book.db.read() as session:
        assert {void.reason for void in session.scalars(select(DocumentVoid))} == {"owing"}


def test_an_event_that_leaves_nothing_owed_takes_nothing(book: Book) -> None:
    before = book.holding()
    paid = Payment(id=event_id("staff", "P"), value_date=ON, amount=Centavos(100))
    record(book, paid, book.numbers[0])
    assert book.holding() == before


@pytest.mark.parametrize("again", [Desk.issue, Desk.issue_anew])
@pytest.mark.parametrize("name", ["settlement", "release"])
def test_a_paz_y_salvo_is_not_handed_out_again_while_something_is_owed(
    book: Book, again: Callable[..., Issued], name: str
) -> None:
    """The debt came some other way than by an event that was recorded, such as other terms."""
    owner, number = book.owners[0].customer_id, book.numbers[0]
    held = book.papers[0][name]
    wanted = Wanted(held.kind, held.key)
    around = book.people.around()
    assert again(book.desk, owner, number, wanted, around).code == held.code
    book.people.contract(
        number, principal=19_500_000_000, disbursed_on=date(2025, 3, 3), term=60,
        first_due_on=date(2025, 4, 3), rate_ea="0.2250",
    )  # fmt: skip
    for _ in range(2):
        with pytest.raises(NotSettled):
            again(book.desk, owner, number, wanted, around)
    with book.db.read() as session:
        void = shelf.the(session, held.code).void
    assert void
    assert void.reason == "owing"
    assert book.papers[0]["history"].id in book.holding()
    assert book.papers[1][name].id in book.holding()


def test_a_statement_that_another_follows_is_not_taken_back(book: Book) -> None:
    owner = book.people.customer()
    number = book.people.loan(owner, disbursed_on=date(2025, 9, 3), first_due_on=date(2025, 10, 3))
    around = book.people.around()
    old, new = (
        book.desk.issue(owner.customer_id, number, kinds.statement(month), around)
        for month in ("2025-12", "2026-01")
    )
    with pytest.raises(FollowedByAnother) as refused:
        voiding.mistaken(book.db, old.code, around)
    assert refused.value.following == new.number
    assert {old.id, new.id} <= set(book.holding())
    for paper in (new, old):
        voiding.mistaken(book.db, paper.code, around)
    assert not {old.id, new.id} & set(book.holding())


def test_one_customer_may_have_so_many_new_papers_at_once_and_ask_for_old_ones(
    book: Book, clock: Clock
) -> None:
    clock.forward(minutes=11)
    first = date(2026, 2, 1)
    wanted = [kinds.history(first, first + timedelta(days=n)) for n in range(NEW_PAPERS.most + 1)]
    for one in wanted[:-1]:
        book.issue(0, one)
    with pytest.raises(TooMany) as refused:
        book.issue(0, wanted[-1])
    assert refused.value.wait == NEW_PAPERS.per
    for _ in range(NEW_PAPERS.most):
        assert book.issue(0, wanted[0])
    book.issue(1, wanted[-1])
    clock.forward(minutes=10)
    book.issue(0, wanted[-1])
