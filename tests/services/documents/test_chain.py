"""Statements issued in any order, between payments and reversals of any day: one chain."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.lender import Lender
from finportal.lending import Centavos, LendingError
from finportal.lending.events import Payment, Reversal
from finportal.models import Base, Customer, IssuedDocument, Loan, RateCap
from finportal.services import recording, terms_versions
from finportal.services.contracts import contract_text
from finportal.services.documents import kinds
from finportal.services.documents.issuing import Desk
from finportal.services.documents.papers import Statement
from finportal.services.documents.refusals import NoSuchPeriod
from finportal.services.documents.verification import verify
from finportal.services.ledger import event_id
from finportal.services.recording import Fact
from finportal.services.visits import Surroundings
from finportal.settings import Settings

VAULT = Vault(
    Settings(
        mode="demo", secret_key="s" * 40, image_key="i" * 40, mail_key="m" * 40, pepper="p" * 40
    )
)
NOW = datetime(2026, 11, 10, 15, tzinfo=UTC)
BEGUN = date(2026, 3, 3)
MONTHS = [f"2026-{month:02d}" for month in range(4, 12)]

pays = st.tuples(st.just("pay"), st.integers(1, 250), st.integers(1, 3_000_000))
takes_back = st.tuples(st.just("take back"), st.integers(0, 9), st.integers(0, 60))
issues = st.tuples(st.just("issue"), st.sampled_from(MONTHS), st.just(0))


class Life:
    """A credit of its own in a shared book, to which things happen a minute apart."""

    def __init__(self, db: Database, number: str) -> None:
        self.desk, self.number, self.now = Desk(db, VAULT, Lender()), number, NOW
        self.paid: list[Payment] = []
        self.told: dict[str, Statement] = {}
        self.customer_id = next(customers)
        values = {
            "loan_number": number, "customer_id": self.customer_id,
            "product": "Vehículo", "term": 24,
            "principal": 2_000_000_000, "disbursed_on": BEGUN, "first_due_on": date(2026, 4, 10),
            "rate_ea": "0.2250", "make": "Renault", "model": "Logan", "model_year": 2024,
            "status": "active", "loaded_at": NOW,
        }  # fmt: skip
        customer = {
            "id": self.customer_id, "id_type": "CC", "id_number": str(self.customer_id),
            "kind": "natural", "name": "Marta Rojas", "loaded_at": NOW,
            "email": f"m{self.customer_id}@correo.example", "mobile": "3000000000",
        }  # fmt: skip
        with db.write() as session:
            session.add(Customer(**customer))
            session.flush()
            session.add(Loan(**values))
            session.flush()
            terms_versions.keep(session, {number: contract_text(values)}, NOW)

    def happen(self, what: str, which: int | str, size: int) -> None:
        self.now += timedelta(minutes=1)
        if what == "issue":
            self._issue(str(which))
        elif what == "pay":
            on = BEGUN + timedelta(days=int(which))
            self.paid.append(Payment(id=self._name(), value_date=on, amount=Centavos(size * 100)))
            self._record(self.paid[-1])
        elif int(which) < len(self.paid):
            target = self.paid[int(which)]
            on = min(target.value_date + timedelta(days=size), NOW.date())
            self._record(Reversal(id=self._name(), value_date=on, reverses=target.id))

    def _issue(self, month: str) -> None:
        try:
            wanted = kinds.statement(month)
            issued = self.desk.issue(self.customer_id, self.number, wanted, self._around())
        except NoSuchPeriod:
            return
        assert isinstance(issued.paper, Statement)
        assert self.told.setdefault(month, issued.paper) == issued.paper

    def _record(self, event: Payment | Reversal) -> None:
        _, _, external_id = event.id.partition(":")
        fact = Fact(loan_number=self.number, event=event, source="staff", external_id=external_id)
        try:
            recording.record(self.desk.db, fact, self._around())
        except LendingError:
            return

    def _name(self) -> str:
        return event_id("staff", f"{self.number}-{self.now:%d%H%M}")

    def _around(self) -> Surroundings:
        return Surroundings(now=self.now, network="test", browser="", locale="")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty book, with a wide limit."""
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('chain') / 'chain.db'}")
    Base.metadata.create_all(db.engine)
    with db.write() as session:
        first, last = date(2020, 1, 1), date(2026, 12, 31)
        session.add(
            RateCap(valid_from=first, valid_to=last, ibc_ea="0.2", cap_ea="0.3", recorded_at=NOW)
        )
    yield db
    db.dispose()


numbers, customers = itertools.count(1), itertools.count(1)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(pays, takes_back, issues, issues), min_size=4, max_size=16))
def test_statements_are_one_chain(
    book: Database, happenings: list[tuple[str, int | str, int]]
) -> None:
    life = Life(book, f"V-{next(numbers)}")
    for what, which, size in happenings:
        life.happen(what, which, size)
    told = [life.told[month] for month in MONTHS if month in life.told]
    for one, following in itertools.pairwise(told):
        if following.begins_on == one.cutoff + timedelta(days=1):
            closed = {line.part: line.closing for line in one.balances}
            assert {line.part: line.opening for line in following.balances} == closed
            assert following.credit_opening == one.credit
    with book.read() as session:
        given_numbers = session.scalars(select(IssuedDocument.number)).all()
    assert sorted(given_numbers) == list(range(1, len(given_numbers) + 1))


def test_every_paper_of_these_lives_holds_good(book: Database) -> None:
    life = Life(book, f"V-{next(numbers)}")
    life.happen("issue", "2026-06", 0)
    found = {one.differences for one in verify(book, Lender())}
    assert found == {()}
