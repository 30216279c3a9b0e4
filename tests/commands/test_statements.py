"""`statements issue`: a summary, what was left out and why, and an exit status that tells."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from click.testing import Result
from flask import Flask

from finportal.commands.statements import statements
from tests.doubles import Clock
from tests.factories import People

Ask = Callable[..., Result]


@pytest.fixture
def ask(app: Flask, people: People, clock: Clock) -> Ask:
    """Give `statements` some words on 10 November 2026."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps()
    return lambda *words: app.test_cli_runner().invoke(statements, list(words))


def test_a_book_is_issued_and_told(ask: Ask, people: People) -> None:
    people.loan(people.customer())
    people.loan(people.customer(), disbursed_on=date(2025, 3, 28), first_due_on=date(2025, 4, 28))
    result = ask("issue", "--month", "2026-11")
    assert result.exit_code == 0
    assert result.stdout == (
        "statements of 2026-11: 1 issued (0 notices), 0 already there, "
        "1 not cut off yet (from 2026-11-18), 0 with nothing to tell, 0 refused\n"
    )
    assert result.stderr == (
        "warning: 1 were issued fewer than 5 business days before their due date "
        "(Decreto 1074/2015 art. 2.2.2.35.6)\n"
    )


def test_one_object_is_printed_for_machines(ask: Ask, people: People) -> None:
    people.loan(people.customer())
    told = json.loads(ask("issue", "--month", "2026-10", "--json").stdout)
    assert told == {
        "issued": 1, "late": 1, "notices": 0, "already": 0, "not_yet": 0, "first_from": None,
        "last_from": None, "ended": 0, "refused": 0,
    }  # fmt: skip


def test_refused_credits_are_named_and_end_with_1(ask: Ask, people: People) -> None:
    good = people.loan(people.customer())
    refused = people.loan(people.customer(), first_due_on=date(2025, 6, 15), rate_ea="0.4")
    result = ask("issue", "--month", "2026-11")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{refused}: NegativeAmortisation: ")
    assert good not in result.stderr


def test_credits_with_nothing_to_tell_are_named_on_request(ask: Ask, people: People) -> None:
    young = people.loan(
        people.customer(), disbursed_on=date(2026, 11, 2), first_due_on=date(2026, 12, 15)
    )
    assert young not in ask("issue", "--month", "2026-10").output
    result = ask("issue", "--month", "2026-10", "--ended")
    assert (result.exit_code, result.stderr) == (0, f"{young}: nothing to tell of 2026-10\n")


@pytest.mark.parametrize("month", ["2026-13", "2026", "11-2026", "2026-11-01", "", "2027-01"])
def test_a_month_that_is_none_or_lies_ahead_is_2(ask: Ask, people: People, month: str) -> None:
    people.loan(people.customer())
    result = ask("issue", "--month", month)
    assert (result.exit_code, result.stdout) == (2, "")
    assert month in result.stderr
