"""The journal: balanced, equal to the engine part by part, and quick to notice when it is not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from finportal.lending import Centavos
from finportal.lending.events import Effect, Fee, Refund
from finportal.models import Base, JournalEntry, JournalLine
from finportal.services.payments import journal, journal_check, journal_close, posting, reversing
from finportal.services.payments.journal import clearing
from finportal.services.payments.posting import Money
from finportal.services.payments.reversing import Why
from finportal.services.recording import Fact, record
from tests.services.payments.scene import Scene

PSE = clearing("gateway:placetopay", "pse")
FILE = clearing("payments", "bank")
LINES = Base.metadata.tables["journal_lines"]
ENTRIES = Base.metadata.tables["journal_entries"]


def money(key: str, amount: int, on: date = date(2026, 2, 9), **changed: Any) -> Money:
    values: dict[str, Any] = {"source": "gateway:placetopay", "channel": "pse"} | changed
    return Money(key=key, amount=Centavos(amount), value_date=on, **values)


def post(scene: Scene, one: Money) -> posting.Posted | None:
    loan_id = scene.credit().loan_id
    with scene.desk.db.write() as session:
        return posting.post(session, loan_id, one, scene.people.around())


def booked(scene: Scene) -> dict[str, int]:
    with scene.desk.db.read() as session:
        found = journal.booked(session, scene.credit().loan_id)
    return {account: amount for account, amount in found.items() if amount}


def kinds(scene: Scene) -> list[str]:
    with scene.desk.db.read() as session:
        return list(session.scalars(select(JournalEntry.kind).order_by(JournalEntry.id)))


def test_what_came_before_is_booked_first_and_then_the_payment_alone(scene: Scene) -> None:
    before = scene.state()
    post(scene, money("1", before.due.total))
    assert kinds(scene) == ["difference", "payment"]
    with scene.desk.db.read() as session:
        rows = session.execute(
            select(LINES.c.account, LINES.c.amount).where(LINES.c.entry_id == 2)
        ).all()
    due = before.due
    assert {account: amount for account, amount in rows} == {  # noqa: C416
        PSE: due.total,
        "payable:insurance": -due.insurance,
        "income:late_interest": -due.late_interest,
        "income:interest": -due.interest,
        "loans:principal": -due.principal,
    }
    assert booked(scene)[FILE] == 81_366_400
    assert scene.books() == []


def test_the_same_key_is_posted_once(scene: Scene) -> None:
    assert post(scene, money("1", 100_000))
    assert post(scene, money("1", 100_000)) is None
    assert len(scene.postings()) == 1


def test_a_backdated_payment_books_the_difference(scene: Scene) -> None:
    post(scene, money("1", 20_000_000))
    late = -booked(scene)["income:late_interest"]
    post(scene, money("2", 60_000_000, date(2026, 1, 2)))
    assert -booked(scene).get("income:late_interest", 0) < late
    assert scene.books() == []


def test_a_balance_in_favour_that_was_spent_is_booked_at_the_close(scene: Scene) -> None:
    due = scene.state().due.total
    post(scene, money("1", due + 50_000_000))
    assert booked(scene)["credit_balances"] == -50_000_000
    scene.clock.forward(days=10)
    assert scene.books() == []
    assert journal_close.close(scene.desk.db, scene.clock()) == 1
    assert booked(scene).get("credit_balances", 0) == -scene.state().credit
    assert journal_close.close(scene.desk.db, scene.clock()) == 0
    assert scene.books() == []


def test_certificates_that_come_later_leave_a_credit_behind_until_the_close(scene: Scene) -> None:
    post(scene, money("1", 100_000))
    scene.clock.forward(days=1)
    scene.people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.1500"))
    books = journal_check.check(scene.desk.db)
    assert (books.behind, books.faults) == (1, [])
    assert journal_close.close(scene.desk.db, scene.clock()) == 1
    books = journal_check.check(scene.desk.db)
    assert (books.credits, books.behind, books.faults) == (1, 0, [])


def test_fees_and_refunds(scene: Scene) -> None:
    around, on = scene.people.around(), date(2026, 2, 9)
    fee = Fee(id="staff:f", value_date=on, amount=Centavos(1_000_000), evidence="call 17")
    charged = Fact(loan_number=scene.number, event=fee, source="staff", external_id="f")
    record(scene.desk.db, charged, around)
    due = scene.state().due.total
    post(scene, money("1", due + 10_000_000))
    refund = Refund(id="staff:r", value_date=on, amount=Centavos(10_000_000))
    given_back = Fact(loan_number=scene.number, event=refund, source="staff", external_id="r")
    record(scene.desk.db, given_back, around)
    assert journal_close.close(scene.desk.db, scene.clock()) == 1
    found = booked(scene)
    assert found["income:fees"] == -1_000_000
    assert found["refunds"] == -10_000_000
    assert "credit_balances" not in found
    assert scene.books() == []


def test_a_reversal_takes_every_line_back(scene: Scene) -> None:
    before = scene.state()
    post(scene, money("1", before.due.total, effect=Effect.REDUCE_TERM))
    reversing.reverse(scene.desk, 1, Why.BOUNCED, "Ana", scene.people.around())
    assert booked(scene).get(PSE, 0) == 0
    assert scene.state().due == before.due
    assert kinds(scene) == ["difference", "payment", "reversal"]
    assert scene.books() == []


def line(scene: Scene, **values: object) -> None:
    with scene.desk.db.write() as session:
        session.execute(insert(JournalLine), {"entry_id": 2, **values})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda scene: line(scene, account="income:fees", amount=1), "does not balance"),
        (
            lambda scene: [
                line(scene, account="income:fees", amount=1),
                line(scene, account="income:interest", amount=-1),
            ],
            "income:fees is 1 centavos too much",
        ),
        (
            lambda scene: [
                line(scene, account=PSE, amount=5),
                line(scene, account=FILE, amount=-5),
            ],
            "5 centavos more than was posted",
        ),
        (
            lambda scene: record(
                scene.desk.db,
                Fact(
                    loan_number=scene.number,
                    event=Fee(
                        id="gateway:wompi:x", value_date=date(2026, 2, 9), amount=Centavos(1),
                        evidence="e",
                    ),
                    source="gateway:wompi",
                    external_id="x",
                ),
                scene.people.around(),
            ),
            "event gateway:wompi:x has no posting",
        ),
    ],
    ids=["unbalanced", "part", "cash", "event"],
)  # fmt: skip
def test_what_does_not_hold_is_named(
    scene: Scene, spoil: Callable[[Scene], object], said: str
) -> None:
    post(scene, money("1", 10_000_000))
    assert scene.books() == []
    spoil(scene)
    assert any(said in fault for fault in scene.books())


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(1, 4_000_000_000),
            st.dates(date(2025, 10, 16), date(2026, 2, 9)),
            st.sampled_from([None, *Effect]),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_postings_and_reversals_balance(
    scene: Scene, steps: list[tuple[int, date, Effect | None, bool]]
) -> None:
    scene.number = scene.people.loan(scene.person)
    with scene.desk.db.read() as session:
        first = (session.scalar(select(func.max(ENTRIES.c.posting_id))) or 0) + 1
    for at, (amount, on, effect, back) in enumerate(steps):
        posted = post(scene, money(f"{first}-{at}", amount, on, effect=effect))
        assert posted
        if back:
            around = scene.people.around()
            reversing.reverse(scene.desk, posted.posting_id, Why.MISTAKE, "Ana", around)
    assert scene.books() == []
    assert sum(booked(scene).values()) == 0
    standing = sum(amount for amount, _, _, back in steps if not back)
    assert booked(scene).get(PSE, 0) == standing
