"""Month end: every credit once, numbers without gaps, however often and wherever it stopped."""

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from finportal.adapters.database import Database
from finportal.lending import Centavos
from finportal.lending.events import Payment
from finportal.models import AuditEvent, DocumentSeries, DocumentVoid, IssuedDocument, OutboxMail
from finportal.services import recording
from finportal.services.documents import delivery, drafts, month_end, shelf, voiding
from finportal.services.documents.drafts import Left, Month
from finportal.services.documents.issuing import Desk
from finportal.services.documents.kinds import statement
from finportal.services.documents.month_end import MonthAhead, Office, Outcome
from finportal.services.documents.papers import Statement
from finportal.services.documents.shelf import Tampered
from finportal.services.documents.verification import verify
from finportal.services.ledger import event_id
from finportal.services.recording import Fact
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People

NOVEMBER = date(2026, 11, 1)
TODAY = datetime(2026, 11, 10, 15, tzinfo=UTC)
DUE_THE_28TH: dict[str, Any] = {
    "disbursed_on": date(2025, 3, 28), "first_due_on": date(2025, 4, 28)
}  # fmt: skip
DUE_THE_2ND: dict[str, Any] = {"first_due_on": date(2025, 4, 2)}


@pytest.fixture
def office(portal: Portal, clock: Clock) -> Office:
    """The portal on 10 November 2026."""
    clock.now = TODAY
    return Office(portal.db, portal.vault, portal.settings.lender, clock)


@pytest.fixture
def run(office: Office, people: People) -> Callable[..., Outcome]:
    """Issue a month; what is left without a statement is noted in `left`."""
    people.caps()

    def issue(month: date = NOVEMBER, left: list[Left] | None = None) -> Outcome:
        return month_end.issue(office, month, report=(left if left is not None else []).append)

    return issue


def papers(db: Database) -> list[IssuedDocument]:
    with db.read() as session:
        return list(session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)))


def complete(db: Database, count: int) -> None:
    """Every credit exactly once, numbers 1 to `count`, digests right."""
    rows = papers(db)
    assert [row.number for row in rows] == list(range(1, count + 1))
    assert len({row.loan_id for row in rows}) == count
    for row in rows:
        assert row.digest == shelf.digest(row.series, row.number, row.code, row.facts)
    with db.read() as session:
        assert session.scalar(select(DocumentSeries.last_number)) == count


def test_every_credit_gets_its_statement_once(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    person = people.customer()
    for _ in range(5):
        people.loan(person)
    assert run() == Outcome(issued=5, late=5)
    assert run() == Outcome(already=5)
    complete(db, 5)
    assert {row.request_key for row in papers(db)} == {"2026-11"}
    with db.read() as session:
        trail = select(AuditEvent.detail).where(AuditEvent.kind == "statements_issued")
        assert session.scalars(trail).all() == ["2026-11: 5"]


def test_whoever_gets_it_too_late_by_law_is_counted(
    run: Callable[..., Outcome], people: People, clock: Clock
) -> None:
    people.loan(people.customer(), **DUE_THE_28TH)
    clock.now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    people.loan(people.customer())
    left: list[Left] = []
    outcome = run(left=left)
    assert left == []
    assert (outcome.issued, outcome.late) == (2, 1)


def test_whose_period_is_not_over_waits_and_is_told_from_when(
    run: Callable[..., Outcome], people: People
) -> None:
    people.loan(people.customer(), **DUE_THE_28TH)
    people.loan(people.customer(), **DUE_THE_2ND)
    outcome = run()
    assert (outcome.issued, outcome.not_yet) == (1, 1)
    assert outcome.first_from == outcome.last_from == date(2026, 11, 18)


def test_what_cannot_be_issued_is_named_and_the_others_go_on(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    person = people.customer()
    first = people.loan(person)
    ended = people.loan(
        person, disbursed_on=date(2020, 3, 3), first_due_on=date(2020, 4, 15), term=2
    )
    for on in (date(2020, 4, 15), date(2020, 5, 15)):
        people.paid(ended, on, 40_000_000)
    refused = people.loan(
        person, disbursed_on=date(2009, 3, 3), first_due_on=date(2009, 4, 15), term=240
    )
    last = people.loan(person)
    left: list[Left] = []
    outcome = run(left=left)
    assert (outcome.issued, outcome.ended, outcome.refused) == (2, 1, 1)
    assert {one.loan_number: one.refused for one in left} == {ended: False, refused: True}
    assert next(one.reason for one in left if one.refused).startswith("NegativeAmortisation: ")
    told = {json.loads(row.facts)["loan"]["loan_number"] for row in papers(db)}
    assert told == {first, last}


def test_who_has_a_paper_that_was_tampered_with_is_named_and_the_others_go_on(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    """A statement opens with what the one before closed with: that one must be what was issued."""
    bad, good = people.loan(people.customer()), people.loan(people.customer())
    assert run(date(2026, 10, 1)).issued == 2
    with db.write() as session:
        row = session.get_one(IssuedDocument, 1)
        values = {
            name: getattr(row, name)
            for name in IssuedDocument.__table__.columns.keys()  # noqa: SIM118
            if name != "id"
        }
        session.execute(insert(DocumentVoid), {
            "document_id": 1, "reason": "mistaken", "voided_at": TODAY,
        })  # fmt: skip
        false = {"number": 9, "edition": 2, "code": "A", "facts": row.facts.replace("1", "2")}
        session.execute(insert(IssuedDocument), values | false)
    left: list[Left] = []
    outcome = run(left=left)
    assert (outcome.issued, outcome.refused) == (1, 1)
    assert left == [Left(bad, "Tampered: EXT-000009", refused=True)]
    assert json.loads(papers(db)[-1].facts)["loan"]["loan_number"] == good
    with db.read() as session, pytest.raises(Tampered):
        shelf.statements_of(session, [1, 2], ["2026-10"])


def test_a_month_that_lies_too_far_ahead_is_refused(run: Callable[..., Outcome]) -> None:
    assert run(date(2026, 12, 1)) == Outcome()
    with pytest.raises(MonthAhead):
        run(date(2027, 1, 1))


def test_a_void_statement_is_issued_again_as_its_next_edition(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    people.loan(people.customer())
    run()
    voiding.mistaken(db, papers(db)[0].code, people.around())
    assert run().issued == 1
    assert [(row.number, row.edition) for row in papers(db)] == [(1, 1), (2, 2)]


def test_batches_of_a_big_book_leave_nobody_out(
    office: Office, people: People, db: Database
) -> None:
    people.caps()
    person = people.customer()
    count = month_end.CREDITS_A_TRANSACTION + 3
    for _ in range(count):
        people.loan(person)
    heard: list[tuple[int, int]] = []
    outcome = month_end.issue(
        office, NOVEMBER, report=lambda _: None, progress=lambda *done: heard.append(done)
    )
    assert outcome.issued == count
    complete(db, count)
    assert heard == [(month_end.CREDITS_A_TRANSACTION, count), (count, count)]


def test_two_runs_at_once_share_the_work(office: Office, people: People, db: Database) -> None:
    people.caps()
    person = people.customer()
    for _ in range(30):
        people.loan(person)
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(month_end.issue, office, NOVEMBER, report=lambda _: None) for _ in range(2)
        ]
        outcomes = [one.result() for one in runs]
    assert sum(outcome.issued for outcome in outcomes) == 30
    assert sum(outcome.already for outcome in outcomes) == 30
    complete(db, 30)


def test_what_is_recorded_between_writing_and_issuing_is_in_the_statement(
    office: Office, people: People, db: Database
) -> None:
    people.caps()
    numbers = [people.loan(people.customer()) for _ in range(2)]
    of = Month(office.lender, NOVEMBER, office.clock())
    with db.reading() as link:
        there = drafts.on_shelf(link, of, [1, 2])
        drafted = drafts.draft(link, of, [1, 2], there)
    people.paid(numbers[1], date(2026, 10, 20), 1_000_000)
    with db.write() as session:
        true = drafts.still_true(session, of, drafted, there)
    one, two = (written.paper for written in true.written)
    assert isinstance(one, Statement)
    assert isinstance(two, Statement)
    assert one == drafted.written[0].paper
    assert [line.amount for line in two.payments] == [100_000_000]


def test_what_was_issued_between_writing_and_issuing_is_not_issued_again(
    office: Office, people: People, db: Database
) -> None:
    people.caps()
    person = people.customer()
    number = people.loan(person)
    of = Month(office.lender, NOVEMBER, office.clock())
    with db.reading() as link:
        there = drafts.on_shelf(link, of, [1])
        drafted = drafts.draft(link, of, [1], there)
    desk = Desk(db, office.vault, office.lender)
    desk.issue(person.customer_id, number, statement("2026-11"), people.around())
    with db.write() as session:
        true = drafts.still_true(session, of, drafted, there)
    assert (true.written, true.already) == ([], 1)


@pytest.mark.parametrize("order", list(itertools.permutations((9, 10, 11))))
def test_statements_follow_each_other_in_whatever_order_they_are_issued(
    run: Callable[..., Outcome],
    office: Office,
    people: People,
    clock: Clock,
    order: tuple[int, ...],
) -> None:
    db = office.db
    number = people.loan(people.customer())
    for step, month in enumerate(order):
        on = date(2026, 8, 20) + timedelta(days=23 * step)
        name = event_id("staff", f"S{step}")
        paid = Payment(id=name, value_date=on, amount=Centavos(90_000_000))
        recording.record(
            db,
            Fact(loan_number=number, event=paid, source="staff", external_id=f"S{step}"),
            people.around(),
        )
        clock.forward(hours=1)
        assert run(date(2026, month, 1)).issued == 1
    told = [Statement.model_validate_json(row.facts) for row in papers(db)]
    told.sort(key=lambda paper: paper.month)
    for one, following in itertools.pairwise(told):
        closed = {line.part: line.closing for line in one.balances}
        assert {line.part: line.opening for line in following.balances} == closed
        assert following.credit_opening == one.credit
    assert [one.differences for one in verify(db, office.lender)] == [()] * 3


def test_notices_go_to_those_who_chose_them(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    chose, silent, back = people.active(), people.active(), people.active()
    nobody = people.customer()
    for person in (chose, silent, back, nobody):
        people.loan(person)
    with db.write() as session:
        delivery.choose(session, chose.customer_id, delivery.MAIL, people.around())
        delivery.choose(session, back.customer_id, delivery.MAIL, people.around())
        delivery.choose(session, back.customer_id, delivery.PORTAL, people.around())
        delivery.choose(session, nobody.customer_id, delivery.MAIL, people.around())
    assert run().notices == 1
    with db.read() as session:
        (row,) = session.scalars(select(OutboxMail))
    assert (row.kind, row.recipient, row.account_id) == (
        "statement_ready", chose.email, chose.account_id,
    )  # fmt: skip
    paper = next(paper for paper in papers(db) if paper.customer_id == chose.customer_id)
    assert row.document_id == paper.id
    assert run().notices == 0


def test_nobody_is_told_of_what_fell_due_long_ago_or_was_told_of_before(
    run: Callable[..., Outcome], people: People, db: Database
) -> None:
    person = people.active()
    people.loan(person)
    with db.write() as session:
        delivery.choose(session, person.customer_id, delivery.MAIL, people.around())
    late = run(date(2026, 8, 1))
    assert (late.issued, late.notices) == (1, 0)
    assert run().notices == 1
    voiding.mistaken(db, papers(db)[-1].code, people.around())
    again = run()
    assert (again.issued, again.notices) == (1, 0)
