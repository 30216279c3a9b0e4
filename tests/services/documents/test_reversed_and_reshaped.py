"""Papers of credits whose past was rewritten: reversed payments, new terms, balances taken over."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from finportal.adapters.database import Database
from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.lending.events import Refund, Restructuring, Reversal
from finportal.services import recording
from finportal.services.documents import certificates, payments, subject, writing
from finportal.services.documents.papers import Statement
from finportal.services.documents.periods import periods
from finportal.services.documents.refusals import NoSuchPeriod
from finportal.services.documents.subject import Subject
from finportal.services.ledger import event_id
from finportal.services.recording import Fact
from tests.doubles import Clock
from tests.factories import People, Person
from tests.pages.credit_scenes import example

LENDER = Lender()


@pytest.fixture
def person(people: People) -> Person:
    """Whose papers they are."""
    return people.customer()


@pytest.fixture
def see(db: Database, person: Person, clock: Clock) -> Callable[..., Subject]:
    """A credit of this person, as known now."""

    def now(number: str) -> Subject:
        with db.read() as session:
            found = subject.own(session, person.customer_id, number, clock())
        assert found
        return found

    return now


@pytest.fixture
def record(db: Database, people: People) -> Callable[..., None]:
    """Add an event of any kind."""

    def add(number: str, kind: type, name: str, on: date, **values: object) -> None:
        event = kind(id=event_id("desk", name), value_date=on, **values)
        recording.record(
            db,
            Fact(loan_number=number, event=event, source="desk", external_id=name),
            people.around(),
        )

    return add


def statements(about: Subject) -> list[Statement]:
    known: dict[tuple[int, str], Statement] = {}
    for of in reversed(list(periods(about.credit, about.today))):
        known[about.credit.loan_id, of.month] = writing.statement(about, LENDER, of, known)
    return list(known.values())


def test_a_payment_reversed_after_the_year_was_not_paid_in_it(
    people: People, person: Person, see: Callable[..., Subject]
) -> None:
    number = example(people, person)
    before = see(number)
    plain = certificates.tax(before, LENDER, 2025), certificates.balance(before, LENDER, 2025)
    bad = people.paid(number, date(2025, 12, 28), 900_000)
    people.reversed(bad, date(2026, 1, 5))
    after = see(number)
    tax, balance = certificates.tax(after, LENDER, 2025), certificates.balance(after, LENDER, 2025)
    assert (tax.paid, tax.owed, tax.amount) == (plain[0].paid, plain[0].owed, plain[0].amount)
    assert balance.owed == plain[1].owed
    paper = payments.history(after, LENDER, date(2025, 10, 15), date(2025, 12, 31))
    line = next(line for line in paper.lines if line.receipt == bad)
    assert line.reversed_on == date(2026, 1, 5)
    assert line.split is None
    assert paper.principal_before - paper.totals.principal == paper.principal_after


def test_a_reversed_payment_has_no_receipt_and_neither_has_money_given_back(
    people: People, person: Person, see: Callable[..., Subject], record: Callable[..., None]
) -> None:
    number = example(people, person)
    good = people.paid(number, date(2026, 1, 15), 900_000)
    bad = people.paid(number, date(2026, 1, 16), 500_000)
    people.reversed(bad, date(2026, 1, 20))
    record(number, Refund, "back", date(2026, 1, 21), amount=Centavos(10_000_00))
    about = see(number)
    rows = {one.external_id: one.id for one in about.credit.records}
    paper = payments.receipt(about, LENDER, rows[good])
    assert paper.line.receipt == good
    given = paper.kept[0]
    assert (given.returned, given.row, given.on) == (True, None, date(2026, 1, 21))
    assert given.amount == Centavos(10_000_00)
    assert sum(one.amount for one in paper.kept) == paper.line.credit
    for name in (bad, "back"):
        with pytest.raises(NoSuchPeriod):
            payments.receipt(about, LENDER, rows[name])


def test_two_payments_under_one_receipt_number_are_told_apart(
    people: People, person: Person, see: Callable[..., Subject]
) -> None:
    number = example(people, person)
    people.paid(number, date(2026, 1, 15), 100_000, external_id="7", source="payments")
    people.paid(number, date(2026, 1, 15), 777_000, external_id="7", source="desk")
    about = see(number)
    amounts = [
        payments.receipt(about, LENDER, one.id).line.amount
        for one in about.credit.records
        if one.external_id == "7"
    ]
    assert amounts == [100_000_00, 777_000_00]


def test_on_the_due_day_the_coupon_asks_for_that_instalment_only(
    people: People, person: Person, see: Callable[..., Subject], clock: Clock
) -> None:
    number = example(people, person)
    clock.now = datetime(2026, 1, 14, 15, tzinfo=clock.now.tzinfo)
    ahead = payments.coupon(see(number), LENDER)
    clock.forward(days=1)
    today = payments.coupon(see(number), LENDER)
    assert (ahead.due_on, today.due_on) == (date(2026, 1, 15),) * 2
    assert today.to_pay == ahead.to_pay
    assert today.overdue.total == 0
    clock.forward(days=1)
    late = payments.coupon(see(number), LENDER)
    assert late.due_on == date(2026, 2, 15)
    assert late.overdue.total >= today.to_pay


def test_capital_goes_down_within_a_day(
    people: People, person: Person, see: Callable[..., Subject]
) -> None:
    number = example(people, person)
    bad = people.paid(number, date(2026, 1, 3), 100_000)
    people.reversed(bad, date(2026, 1, 4))
    for _ in range(2):
        people.paid(number, date(2026, 1, 20), 5_000_000, effect="reduce_term")
    paper = payments.history(see(number), LENDER, date(2026, 1, 20), date(2026, 1, 20))
    one, other = paper.lines
    assert one.split
    assert other.split
    assert one.principal_after == paper.principal_before - one.split.principal
    assert other.principal_after == one.principal_after - other.split.principal


def test_new_terms_leave_no_day_untold_and_reversed_ones_do_not_count(
    people: People,
    person: Person,
    see: Callable[..., Subject],
    record: Callable[..., None],
    clock: Clock,
) -> None:
    number = example(people, person)
    terms = see(number).credit.terms
    on = date(2026, 6, 9)
    new = type(terms)(
        principal=terms.principal, rate_ea=terms.rate_ea, instalments=48, disbursed_on=on,
        first_due_on=date(2026, 6, 30), late_rate_ea=terms.late_rate_ea,
    )  # fmt: skip
    record(number, Restructuring, "new", on, terms=new)
    people.paid(number, date(2026, 6, 11), 3_000_000)
    papers = statements(see(number))
    for one, following in itertools.pairwise(papers):
        assert following.begins_on == one.cutoff + timedelta(days=1)
        closed = {line.part: line.closing for line in one.balances}
        assert {line.part: line.opening for line in following.balances} == closed
    listed = [line for paper in papers for line in paper.payments if line.on == date(2026, 6, 11)]
    assert [line.amount for line in listed] == [3_000_000_00]
    record(number, Reversal, "undo", date(2026, 8, 3), reverses=event_id("desk", "new"))
    october = next(paper for paper in statements(see(number)) if paper.month == "2026-10")
    assert october.due_on == date(2026, 10, 15)
    assert october.row


def test_a_credit_that_was_taken_over_counts_its_earlier_instalments(
    people: People, person: Person, see: Callable[..., Subject], clock: Clock
) -> None:
    people.caps()
    number = people.loan(
        person, opening_on=date(2026, 6, 20), opening_principal=3_500_000_000,
        disbursed_on=date(2025, 3, 3), first_due_on=date(2025, 4, 15), term=60,
    )  # fmt: skip
    paper = statements(see(number))[0]
    assert paper.row == 16
    assert (paper.rows_total, paper.rows_paid) == (60, 15)
    clock.forward(days=60)
    with pytest.raises(NoSuchPeriod):
        certificates.tax(see(number), LENDER, 2026)
    assert certificates.balance(see(number), LENDER, 2026)
