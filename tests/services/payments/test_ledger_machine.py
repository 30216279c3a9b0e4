"""A ledger that lives at random: whatever is done to it, it balances, and nothing is ever changed.

`LEDGER_STEPS=10000` takes so many steps in place of a few.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from finportal.adapters.gateways import Method, Payment, Status
from finportal.lender import Lender
from finportal.lending import Centavos, LendingError
from finportal.lending.events import Effect, Event, Fee, Refund
from finportal.models import (
    HeldPayment,
    IssuedDocument,
    JournalEntry,
    JournalLine,
    LoanEvent,
    Posting,
)
from finportal.services.days import bogota_day
from finportal.services.documents import issuing, kinds, subject
from finportal.services.documents.issuing import Written
from finportal.services.documents.payments import receipt as write_receipt
from finportal.services.errors import Refused
from finportal.services.payments import (
    holding,
    journal,
    journal_check,
    journal_close,
    posting,
    reversing,
)
from finportal.services.payments.errors import AlreadyReversed, AlreadySettled
from finportal.services.payments.holding import Decision, Outcome, Reason
from finportal.services.payments.posting import Money, Posted
from finportal.services.payments.reversing import Why
from finportal.services.recording import Fact, record
from tests.services.payments.scene import Scene

LENDER = Lender()
STEPS = int(os.environ.get("LEDGER_STEPS", "80"))
STEPS_A_LIFE = 50 if STEPS > 1000 else 16
SOURCE, CHANNEL = "gateway:placetopay", "pse"
CASH = journal.clearing(SOURCE, CHANNEL)
ROWS = (LoanEvent, Posting, JournalEntry, JournalLine)
TRAILS = ("loan_events", "postings", "journal_entries", "journal_lines", "issued_documents")
amounts = st.integers(1, 4_000_000_000).map(Centavos)
picks = st.integers(0, 10**6)
keys = count(1)


class GivenUp(Exception):
    """Something failed after a number was taken."""


class Life(RuleBasedStateMachine):
    """One credit of a new customer, and everything that may happen to its money."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        person = scene.people.customer()
        self.customer_id = person.customer_id
        scene.number = scene.people.loan(person)
        self.paid: list[tuple[Money, Posted]] = []
        self.back: set[int] = set()
        self.holds: list[int] = []
        self.cash = self.booked = 0
        self.rows = 0
        with scene.desk.db.read() as session:
            self.before = {table: session.scalar(select(func.max(table.id))) or 0 for table in ROWS}
            self.looked_at = self.before[JournalEntry]
            self.receipts = len(receipts_after(session, 0))

    def write(self, act: Callable[[Any], Any]) -> Any:
        with self.scene.desk.db.write() as session:
            return act(session)

    @rule(amount=amounts, ago=st.integers(0, 60), effect=st.sampled_from([None, *Effect]))
    def pay(self, amount: Centavos, ago: int, effect: Effect | None) -> None:
        credit = self.scene.credit()
        on = max(bogota_day(self.scene.clock()) - timedelta(days=ago), credit.contract.begins)
        one = Money(
            source=SOURCE, key=f"life-{next(keys)}", amount=amount, value_date=on,
            channel=CHANNEL, effect=effect,
        )  # fmt: skip
        posted = self.write(
            lambda session: posting.post(session, credit.loan_id, one, self.scene.people.around())
        )
        self.paid.append((one, posted))
        self.cash += amount

    @precondition(lambda self: self.paid)
    @rule(pick=picks)
    def pay_the_same_again(self, pick: int) -> None:
        one, _ = self.paid[pick % len(self.paid)]
        loan_id, around = self.scene.credit().loan_id, self.scene.people.around()
        assert self.write(lambda session: posting.post(session, loan_id, one, around)) is None

    @precondition(lambda self: self.paid)
    @rule(pick=picks, why=st.sampled_from(Why))
    def take_back(self, pick: int, why: Why) -> None:
        one, posted = self.paid[pick % len(self.paid)]
        around = self.scene.people.around()
        if posted.posting_id in self.back:
            with pytest.raises(AlreadyReversed):
                reversing.reverse(self.scene.desk, posted.posting_id, why, "Ana", around)
            return
        reversing.reverse(self.scene.desk, posted.posting_id, why, "Ana", around)
        self.back.add(posted.posting_id)
        self.cash -= one.amount

    @rule(amount=amounts)
    def hold(self, amount: Centavos) -> None:
        odd = Payment(
            id=f"life-{next(keys)}", status=Status.APPROVED, reference="X", amount=amount,
            currency="COP", method=Method.PSE, brand="", authorisation="",
            decided_at=self.scene.clock(), reason="",
        )  # fmt: skip
        around = self.scene.people.around()
        assert self.write(
            lambda session: holding.hold(session, "placetopay", odd, Reason.UNKNOWN, around)
        )
        with self.scene.desk.db.read() as session:
            self.holds.append(session.scalar(select(func.max(HeldPayment.id))) or 0)
        self.cash += amount

    @precondition(lambda self: self.holds)
    @rule(pick=picks, outcome=st.sampled_from(Outcome))
    def settle(self, pick: int, outcome: Outcome) -> None:
        held_id = self.holds[pick % len(self.holds)]
        number = self.scene.number if outcome is Outcome.POSTED else None
        decision = Decision(outcome=outcome, by="Ana", note="life", loan_number=number)
        with self.scene.desk.db.read() as session:
            amount = session.get_one(HeldPayment, held_id).amount
            done = held_id not in {one.id for one in holding.waiting(session)}
        around = self.scene.people.around()
        if done:
            with pytest.raises(AlreadySettled):
                holding.settle(self.scene.desk, held_id, decision, around)
            return
        holding.settle(self.scene.desk, held_id, decision, around)
        self.cash -= 0 if outcome is Outcome.POSTED else amount

    @rule(amount=st.integers(1, 50_000_000).map(Centavos), refund=st.booleans())
    def charge_or_give_back(self, amount: Centavos, *, refund: bool) -> None:
        key, on = f"life-{next(keys)}", bogota_day(self.scene.clock())
        event: Event = Fee(id=f"staff:{key}", value_date=on, amount=amount, evidence="life")
        if refund:
            event = Refund(id=f"staff:{key}", value_date=on, amount=amount)
        fact = Fact(loan_number=self.scene.number, event=event, source="staff", external_id=key)
        try:
            record(self.scene.desk.db, fact, self.scene.people.around())
        except (LendingError, Refused):
            assert refund

    @precondition(lambda self: self.paid)
    @rule(pick=picks)
    def receipt(self, pick: int) -> None:
        one, posted = self.paid[pick % len(self.paid)]
        credit, around = self.scene.credit(), self.scene.people.around()
        wanted = kinds.receipt(credit.stored_id(f"{one.source}:{one.key}") or 0)
        desk = issuing.Desk(self.scene.desk.db, self.scene.desk.vault, LENDER)
        try:
            issued = desk.issue(self.customer_id, credit.loan_number, wanted, around)
        except Refused:
            assert posted.posting_id in self.back
            return
        line: Any = issued.paper.line  # type: ignore[union-attr]
        assert line.amount == one.amount

    @precondition(lambda self: any(one.posting_id not in self.back for _, one in self.paid))
    @rule()
    def receipt_that_is_given_up(self) -> None:
        one = next(one for one, posted in self.paid if posted.posting_id not in self.back)
        credit, around = self.scene.credit(), self.scene.people.around()
        row = credit.stored_id(f"{one.source}:{one.key}") or 0

        def begin(session: Any) -> None:
            (about,) = subject.many(session, [credit.loan_id], around.now)
            paper = write_receipt(about, LENDER, row)
            issuing.add(session, [Written(about, kinds.receipt(row), paper, 99)], around.now)
            raise GivenUp

        with pytest.raises(GivenUp):
            self.write(begin)

    @rule(
        table=st.sampled_from(TRAILS),
        change=st.sampled_from(["UPDATE {} SET id = -id", "DELETE FROM {}"]),
    )
    def tamper(self, table: str, change: str) -> None:
        with self.scene.desk.db.read() as session:
            rows = session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        if rows:
            with pytest.raises(DBAPIError, match="append-only"):
                self.write(lambda session: session.execute(text(change.format(table))))

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        if bogota_day(self.scene.clock()).year == 2026:
            self.scene.clock.forward(days=days / 4)

    @rule()
    def close_the_day(self) -> None:
        journal_close.close(self.scene.desk.db, self.scene.clock())

    @invariant()
    def every_entry_balances_and_the_cash_is_what_was_posted_and_is_held(self) -> None:
        with self.scene.desk.db.read() as session:
            query = select(JournalLine).where(JournalLine.entry_id > self.looked_at)
            lines = session.scalars(query).all()
        totals: Counter[int] = Counter()
        for line in lines:
            totals[line.entry_id] += line.amount
            self.booked += line.amount if line.account == CASH else 0
        assert set(totals.values()) <= {0}
        assert self.booked == self.cash
        self.looked_at = max([self.looked_at, *totals])

    @invariant()
    def rows_are_only_added(self) -> None:
        with self.scene.desk.db.read() as session:
            rows = sum(
                session.scalar(select(func.count(table.id)).where(table.id > before)) or 0
                for table, before in self.before.items()
            )
        assert rows >= self.rows
        self.rows = rows

    @invariant()
    def receipts_are_numbered_without_a_gap(self) -> None:
        with self.scene.desk.db.read() as session:
            new = receipts_after(session, self.receipts)
        assert new == list(range(self.receipts + 1, self.receipts + len(new) + 1))
        self.receipts += len(new)

    def teardown(self) -> None:
        assert journal_check.check(self.scene.desk.db).faults == []


def receipts_after(session: Any, number: int) -> list[int]:
    """The numbers of the receipts that came after one."""
    query = select(IssuedDocument.number).where(
        IssuedDocument.series == "REC", IssuedDocument.number > number
    )
    return list(session.scalars(query.order_by(IssuedDocument.number)))


def test_whatever_is_done_the_ledger_holds(scene: Scene) -> None:
    """Each step looks at what is new since the one before; the end looks at all of it."""
    lives = settings(
        max_examples=max(1, STEPS // STEPS_A_LIFE),
        stateful_step_count=STEPS_A_LIFE,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Life(scene), settings=lives)
    with scene.desk.db.read() as session:
        receipts = receipts_after(session, 0)
    assert receipts == list(range(1, len(receipts) + 1))
    assert journal_check.check(scene.desk.db).faults == []
