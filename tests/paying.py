"""What the tests of payments share, below the portal's pages and above: a bank, and a debt."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.doubles import Clock
from tests.factories import People, Person
from tests.gateways import Bank, Served

BOTH = ["placetopay", "wompi"]
WITH_BOTH = pytest.mark.parametrize("gateway_name", BOTH)
BEGINS = datetime(2026, 2, 9, 15, tzinfo=UTC)
"""Ten in the morning in Bogotá."""


@pytest.fixture
def gateway_name() -> str:
    """The gateway; tests that run with both override it by parametrising."""
    return "placetopay"


@pytest.fixture
def bank(tmp_path: Path, clock: Clock, listening: Served) -> Iterator[Bank]:
    """The fake gateway, over HTTP, on 9 February 2026."""
    clock.now = BEGINS
    with Bank(tmp_path, clock, listening.address) as serving:
        yield serving


def overdue_credit(people: People) -> tuple[Person, str]:
    """A customer with an account, and a credit with two instalments overdue by then."""
    people.caps()
    person = people.active()
    number = people.loan(
        person,
        principal=3_000_000_000,
        rate_ea="0.22",
        term=60,
        disbursed_on=date(2025, 10, 15),
        first_due_on=date(2025, 11, 15),
        insurance_rate="0.0006",
    )
    people.paid(number, date(2025, 11, 15), 813_664)
    return person, number
