"""The release of a lien: five stages in their order, each with its day."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import AuditEvent
from finportal.services import ledger, recording
from finportal.services.documents import kinds, lien, voiding
from finportal.services.documents.issuing import Desk
from finportal.services.documents.lien import Report
from finportal.services.documents.shelf import Issued
from finportal.services.ledger import event_id
from finportal.services.recording import Fact, Reversal
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People

PAID_ON = date(2026, 10, 2)
LETTER_ON = date(2026, 11, 10)


def issue_letter(portal: Portal, people: People, number: str) -> Issued:
    with portal.db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    letter = kinds.lien_release("Secretaría")
    return desk.issue(credit.customer_id, number, letter, people.around())


@pytest.fixture
def number(people: People, portal: Portal, clock: Clock) -> str:
    """A credit that was paid, with its letter of 10 November 2026."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps()
    person = people.customer()
    number = people.loan(person, term=12, first_due_on=date(2025, 4, 3))
    people.paid(number, date(2025, 4, 3), 20_000_000)
    people.paid(number, PAID_ON, 90_000_000)
    issue_letter(portal, people, number)
    clock.now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    return number


@pytest.fixture
def mark(db: Database, number: str, people: People) -> Callable[..., None]:
    """Report a step of this credit."""

    def report(step: str, day: int, **changed: str) -> None:
        given = {"loan_number": number, "note": "acta 7"} | changed
        lien.mark(db, Report(step=step, on=date(2026, 11, day), **given), people.around())

    return report


def reached(db: Database, number: str) -> list[date | None]:
    with db.read() as session:
        credit = ledger.of_number(session, number)
        assert credit
        stages = lien.stages(session, credit, date(2026, 11, 20))
    assert tuple(stage.name for stage in stages) == lien.STAGES
    return [stage.on for stage in stages]


def test_each_stage_is_reached_after_the_one_before(
    db: Database, number: str, mark: Callable[..., None]
) -> None:
    assert reached(db, number) == [PAID_ON, LETTER_ON, None, None, None]
    for step, day in (("delivered", 10), ("registry", 12), ("transit", 20)):
        mark(step, day)
    days = [date(2026, 11, day) for day in (10, 12, 20)]
    assert reached(db, number) == [PAID_ON, LETTER_ON, *days]
    (release,) = lien.under_way(db)
    assert release.loan_number == number
    assert [stage.on for stage in release.stages] == [LETTER_ON, *days]
    assert release.notes == dict.fromkeys(("delivered", "registry", "transit"), "acta 7")
    with db.read() as session:
        trail = select(AuditEvent.detail).where(AuditEvent.kind == "lien_step")
        assert session.scalars(trail).first() == f"{number}: delivered on 2026-11-10"


def test_a_stage_that_is_skipped_is_refused(mark: Callable[..., None]) -> None:
    with pytest.raises(lien.OutOfOrder) as refused:
        mark("transit", 12)
    assert refused.value.missing == "delivered"
    mark("delivered", 12)
    with pytest.raises(lien.OutOfOrder) as refused:
        mark("transit", 12)
    assert refused.value.missing == "registry"


def test_a_step_is_reported_once(mark: Callable[..., None]) -> None:
    mark("delivered", 12)
    with pytest.raises(lien.AlreadyMarked) as refused:
        mark("delivered", 13)
    assert refused.value.on == date(2026, 11, 12)


@pytest.mark.parametrize("day", [9, 21])
def test_a_day_before_the_letter_or_still_to_come_is_refused(
    mark: Callable[..., None], day: int
) -> None:
    with pytest.raises(lien.DayOutOfOrder) as refused:
        mark("delivered", day)
    assert (refused.value.first, refused.value.last) == (LETTER_ON, date(2026, 11, 20))


def test_a_day_before_the_step_before_is_refused(mark: Callable[..., None]) -> None:
    mark("delivered", 15)
    with pytest.raises(lien.DayOutOfOrder):
        mark("registry", 14)


def test_what_does_not_exist_is_refused(mark: Callable[..., None]) -> None:
    with pytest.raises(lien.UnknownCredit):
        mark("delivered", 12, loan_number="VH-0")
    with pytest.raises(ValueError, match="letter"):
        mark("letter", 12)


def test_a_credit_that_is_not_paid_has_reached_nothing(
    db: Database, people: People, number: str, mark: Callable[..., None]
) -> None:
    other = people.loan(people.customer())
    assert reached(db, other) == [None] * 5
    with pytest.raises(lien.OutOfOrder) as refused:
        mark("delivered", 12, loan_number=other)
    assert refused.value.missing == lien.LETTER
    assert [release.loan_number for release in lien.under_way(db)] == [number]


def test_a_letter_that_fell_with_its_payment_takes_the_steps_with_it(
    db: Database, people: People, number: str, mark: Callable[..., None]
) -> None:
    mark("delivered", 12)
    with db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit
    last = credit.records[-1].event.id
    undone = Reversal(id=event_id("staff", "X"), value_date=date(2026, 11, 15), reverses=last)
    fact = Fact(loan_number=number, event=undone, source="staff", external_id="X")
    recording.record(db, fact, people.around())
    assert reached(db, number) == [None] * 5
    assert list(lien.under_way(db)) == []
    with pytest.raises(lien.OutOfOrder):
        mark("registry", 16)


def test_another_letter_begins_anew(
    portal: Portal, people: People, number: str, mark: Callable[..., None], clock: Clock
) -> None:
    db = portal.db
    for step, day in (("delivered", 10), ("registry", 12), ("transit", 13)):
        mark(step, day)
    with db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit
    last = credit.records[-1].event.id
    undone = Reversal(id=event_id("staff", "X"), value_date=date(2026, 11, 15), reverses=last)
    fact = Fact(loan_number=number, event=undone, source="staff", external_id="X")
    recording.record(db, fact, people.around())
    people.paid(number, date(2026, 11, 16), 90_000_000)
    letter = issue_letter(portal, people, number)
    paid_on, today = date(2026, 11, 16), date(2026, 11, 20)
    assert reached(db, number) == [paid_on, today, None, None, None]
    mark("delivered", 20)
    assert reached(db, number) == [paid_on, today, today, None, None]
    (release,) = lien.under_way(db)
    assert release.code == letter.code
    assert [stage.on for stage in release.stages] == [today, today, None, None]
    with pytest.raises(lien.AlreadyMarked) as refused:
        mark("delivered", 20)
    assert refused.value.code == letter.code
    voiding.mistaken(db, letter.code, people.around())
    issue_letter(portal, people, number)
    assert reached(db, number) == [paid_on, today, None, None, None]
    mark("delivered", 20)


def test_of_two_letters_in_force_the_first_is_followed(
    portal: Portal, people: People, number: str, mark: Callable[..., None]
) -> None:
    mark("delivered", 12)
    with portal.db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    other = kinds.lien_release("Otra secretaría")
    desk.issue(credit.customer_id, number, other, people.around())
    assert reached(portal.db, number) == [PAID_ON, LETTER_ON, date(2026, 11, 12), None, None]
    assert len(list(lien.under_way(portal.db))) == 1
