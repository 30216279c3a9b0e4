"""The demo lender's payments: every state a credit can be in, exact to the peso."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finportal.adapters.database import Database
from finportal.demo import history, lender
from finportal.lending import State
from finportal.models import Loan
from finportal.services import ledger, rate_caps
from finportal.services.ledger import Credit
from tests.demo_book import loaded

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo lender, loaded."""
    db = loaded(tmp_path_factory.mktemp("history"), TODAY)
    yield db
    db.dispose()


@pytest.fixture(scope="module")
def stored(demo: Database) -> list[Credit]:
    """Its credits."""
    with demo.read() as session:
        return ledger.read(session, session.execute(ledger.credits_where(Loan.id > 0)))


@pytest.fixture(scope="module")
def states(stored: list[Credit]) -> list[tuple[Credit, State]]:
    """The credits that have begun, with how they stand today."""
    return [(one, one.state(TODAY)) for one in stored if one.contract.begins <= TODAY]


def test_there_is_a_credit_in_every_state_of_payment(states: list[tuple[Credit, State]]) -> None:
    late = [state.days_past_due for _, state in states]
    assert sum(1 <= days <= 30 for days in late) >= 2
    assert sum(31 <= days <= 90 for days in late) >= 2
    assert sum(days > 90 for days in late) >= 2
    assert sum(days == 0 for days in late) >= 20
    assert sum(state.credit > 0 for _, state in states) >= 2
    kinds = [type(event).__name__ for credit, _ in states for event in credit.events]
    assert {"Payment", "Reversal", "Prepayment", "Opening"} <= set(kinds)
    effects = {getattr(event, "effect", None) for credit, _ in states for event in credit.events}
    assert {"reduce_term", "reduce_instalment"} <= effects


def test_closed_credits_are_paid_to_exactly_zero(states: list[tuple[Credit, State]]) -> None:
    closed = [state for credit, state in states if credit.status == "closed"]
    assert len(closed) == 4
    assert all(state.settled and state.credit == 0 for state in closed)


def test_nobody_owes_a_peso_by_a_rounding(states: list[tuple[Credit, State]]) -> None:
    for _, state in states:
        if state.days_past_due == 0:
            assert state.due.total == 0


def test_some_credits_pay_less_interest_for_the_limit(stored: list[Credit]) -> None:
    def limits(credit: Credit) -> list[Decimal]:
        begins = credit.contract.begins.toordinal()
        return [cap for _, last, cap in credit.rates.spans if last > begins]

    assert sum(credit.terms.rate_ea > min(limits(credit)) for credit in stored) >= 3
    assert sum(credit.terms.rate_ea <= min(limits(credit)) for credit in stored) >= 20


def test_rates_are_certified_for_every_month(demo: Database) -> None:
    with demo.read() as session:
        assert rate_caps.coverage(session) == (date(2017, 1, 1), date(2026, 11, 30), ())


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    loans = lender.write(tmp_path, TODAY)[1]
    first = [path.read_bytes() for path in history.write(tmp_path, loans, TODAY)]
    assert [path.read_bytes() for path in history.write(tmp_path, loans, TODAY)] == first
    assert [path.read_bytes() for path in history.write(tmp_path, loans, TODAY, 8)] != first


@settings(deadline=None, max_examples=6)
@given(today=st.dates(date(2024, 1, 1), date(2028, 12, 31)), seed=st.integers(0, 10_000))
def test_every_line_is_good_whatever_the_day_and_the_seed(
    tmp_path_factory: pytest.TempPathFactory, today: date, seed: int
) -> None:
    loaded(tmp_path_factory.mktemp("any"), today, seed).dispose()
