"""What the tests of `loan` share: the worked example, stored, and a way to ask about it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from finportal.commands.loan import loan
from tests.doubles import Clock
from tests.factories import People
from tests.services.test_ledger import CAPS, EXAMPLE

AGREED = {name: value for name, value in EXAMPLE.items() if name != "late_rate_ea"}
NUMBER = "VH-1001"


@pytest.fixture
def ask(app: Flask) -> Callable[..., Result]:
    """Give `loan` some words."""
    return lambda *words: app.test_cli_runner().invoke(loan, [str(word) for word in words])


@pytest.fixture
def told(ask: Callable[..., Result]) -> Callable[..., Any]:
    """The object that `loan … --json` prints, and nothing else with it."""

    def tell(*words: object) -> Any:
        result = ask(*words, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    return tell


@pytest.fixture
def example(people: People, clock: Clock) -> str:
    """The credit of the worked example on 9 February 2026, its first two rows paid on time."""
    clock.now = datetime(2026, 2, 9, 15, tzinfo=UTC)
    people.caps(*CAPS)
    people.loan(people.customer(), loan_number=NUMBER, **AGREED)
    people.paid(NUMBER, date(2025, 11, 15), 813_664, external_id="R-1", channel="pse")
    people.paid(NUMBER, date(2025, 12, 15), 813_487, external_id="R-2", channel="pse")
    return NUMBER
