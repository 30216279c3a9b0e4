"""Papers looked at again: what was issued still says what the engine says of what was known."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import insert, select

from finportal.models import IssuedDocument
from finportal.services.documents import (
    issuing,
    kinds,
    month_end,
    shelf,
    subject,
    voiding,
    writing,
)
from finportal.services.documents.issuing import Desk, Written
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.month_end import Office
from finportal.services.documents.papers import Receipt
from finportal.services.documents.verification import verify
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person

TODAY = date(2026, 11, 10)
LATE = {"principal": 2_000_000_000}


@pytest.fixture
def desk(portal: Portal, people: People, clock: Clock) -> Desk:
    """Where papers are issued on 10 November 2026."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps((date(2010, 1, 1), date(2026, 10, 31), "0.2400"))
    return Desk(portal.db, portal.vault, portal.settings.lender)


@pytest.fixture
def owner(people: People) -> Person:
    """Whose papers they are."""
    return people.customer()


@pytest.fixture
def number(people: People, owner: Person) -> str:
    """A credit that is late and was paid now and then."""
    number = people.loan(owner, **LATE)
    for month in (4, 5, 6, 7, 9, 12):
        people.paid(number, date(2025, month, 14), 1_500_000)
    return number


def everything(desk: Desk, owner: Person, number: str, people: People) -> None:
    wanted: list[Wanted] = [
        *(kinds.statement(month) for month in ("2025-07", "2026-10", "2025-06", "2026-11")),
        kinds.payoff(TODAY + timedelta(days=5), "Banco"),
        kinds.balance(2025),
        kinds.tax(2025),
        kinds.history(date(2025, 4, 1), TODAY),
        kinds.coupon(),
    ]
    for one in wanted:
        desk.issue(owner.customer_id, number, one, people.around())


def found(desk: Desk, percent: int = 100, seed: int = 1) -> dict[str, tuple[str, ...]]:
    every = verify(desk.db, desk.lender, percent, Random(seed))  # noqa: S311
    return {one.number: one.differences for one in every}


def test_papers_hold_good_whatever_became_known_later(
    desk: Desk, owner: Person, number: str, people: People, clock: Clock
) -> None:
    everything(desk, owner, number, people)
    clock.forward(days=3)
    receipt = people.paid(number, date(2025, 10, 14), 700_000)
    people.reversed(receipt, date(2026, 11, 12))
    people.caps((date(2026, 11, 1), date(2026, 11, 30), "0.2100"))
    people.contract(
        number, **LATE, disbursed_on=date(2025, 3, 3), first_due_on=date(2025, 4, 15),
        term=48, rate_ea="0.2250",
    )  # fmt: skip
    desk.issue(owner.customer_id, number, kinds.statement("2026-01"), people.around())
    differences = found(desk)
    assert len(differences) == 10
    assert set(differences.values()) == {()}


def test_papers_of_a_month_end_hold_good(
    desk: Desk, portal: Portal, number: str, people: People, clock: Clock
) -> None:
    office = Office(portal.db, portal.vault, portal.settings.lender, clock)
    people.loan(people.customer())
    for month in (date(2026, 9, 1), date(2026, 11, 1), date(2026, 10, 1)):
        month_end.issue(office, month, report=print)
        people.paid(number, date(2026, 7, month.month), 300_000)
        clock.forward(hours=1)
    with desk.db.read() as session:
        newest = select(IssuedDocument.code).where(IssuedDocument.request_key == "2026-11")
        code = session.scalars(newest.order_by(IssuedDocument.id)).first()
    voiding.mistaken(desk.db, code or "", people.around())
    clock.forward(days=1)
    assert month_end.issue(office, date(2026, 11, 1), report=print).issued == 1
    differences = found(desk)
    assert len(differences) == 7
    assert set(differences.values()) == {()}


def test_a_paper_that_says_something_else_is_found(
    desk: Desk, owner: Person, number: str, people: People
) -> None:
    everything(desk, owner, number, people)
    with desk.db.write() as session:
        row = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == "tax")).one()
        values = {
            name: getattr(row, name)
            for name in IssuedDocument.__table__.columns.keys()  # noqa: SIM118
            if name != "id"
        }
        copied = values | {"number": 2, "edition": 2, "code": "A"}
        session.execute(insert(IssuedDocument), copied)
        told = row.facts.replace('"amount":', '"amount":1')
        digest = shelf.digest("TRI", 3, "B", told)
        false = {"number": 3, "edition": 3, "code": "B", "facts": told, "digest": digest}
        session.execute(insert(IssuedDocument), values | false)
    bad = {name: told for name, told in found(desk).items() if told}
    assert bad["TRI-000002"] == ("the digest is not that of what is stored",)
    (sentence,) = bad.pop("TRI-000003")
    assert sentence.startswith("amount 1")
    assert set(bad) == {"TRI-000002"}


def test_statements_that_do_not_follow_each_other_are_found(
    desk: Desk, owner: Person, number: str, people: People, clock: Clock
) -> None:
    issued = {}
    for month in ("2026-09", "2026-10", "2026-11"):
        wanted = kinds.statement(month)
        issued[month] = desk.issue(owner.customer_id, number, wanted, people.around())
        people.paid(number, date(2025, 10, 14), 700_000)
        clock.forward(hours=1)
    assert set(found(desk).values()) == {()}
    with desk.db.write() as session:
        voiding.one(session, issued["2026-09"], "mistaken", people.around())
    assert set(found(desk).values()) == {()}
    clock.forward(hours=1)
    with desk.db.write() as session:
        (about,) = subject.many(session, [1], people.around().now)
        period = writing.month_of(about, "2026-09")
        paper = writing.statement(about, desk.lender, period, {})
        late = Written(about, kinds.statement("2026-09"), paper, 2)
        issuing.add(session, [late], people.around().now)
    bad = {name: told for name, told in found(desk).items() if told}
    assert any("EXT-000004 closed with" in told for told in bad["EXT-000002"])
    assert "EXT-000003" not in bad


def test_a_sample_is_a_part_of_all_and_the_same_for_a_seed(
    desk: Desk, owner: Person, number: str, people: People
) -> None:
    everything(desk, owner, number, people)
    some = found(desk, 40, seed=3)
    assert 0 < len(some) < 9
    assert some == found(desk, 40, seed=3)


def test_a_receipt_of_before_its_bank_number_was_told_still_reads_and_verifies(
    desk: Desk, owner: Person, number: str, people: People
) -> None:
    people.paid(number, date(2025, 10, 14), 700_000)
    with desk.db.read() as session:
        (about,) = subject.many(session, [1], people.around().now)
        record = next(one.id for one in about.credit.records)
    desk.issue(owner.customer_id, number, kinds.receipt(record), people.around())
    with desk.db.write() as session:
        row = session.scalars(select(IssuedDocument)).one()
        names = [one for one in IssuedDocument.__table__.columns.keys() if one != "id"]  # noqa: SIM118
        facts = row.facts.replace(',"authorisation":"","reference":""', "")
        assert facts != row.facts
        old = {"number": 2, "edition": 2, "code": "ABCD-EFGH-JKLM", "facts": facts}
        old["digest"] = shelf.digest("REC", 2, "ABCD-EFGH-JKLM", facts)
        session.execute(insert(IssuedDocument), {one: getattr(row, one) for one in names} | old)
    with desk.db.read() as session:
        paper = shelf.the(session, "ABCD-EFGH-JKLM").paper
    assert isinstance(paper, Receipt)
    assert (paper.authorisation, paper.reference) == ("", "")
    assert set(found(desk).values()) == {()}
