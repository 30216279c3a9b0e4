"""`loan verify`: silent about what is right, a line for what is not, and an exit status."""

from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result
from sqlalchemy import text

from finportal.adapters.database import Database
from tests.commands.conftest import AGREED
from tests.factories import People

Ask = Callable[..., Result]


def tamper(db: Database, number: str, change: str) -> None:
    with db.write() as session:
        session.execute(
            text(
                f"UPDATE loan_projections SET {change} WHERE loan_id = "  # noqa: S608
                "(SELECT id FROM loans WHERE loan_number = :number)"
            ),
            {"number": number},
        )


def test_a_true_portfolio_is_one_line(ask: Ask, people: People, example: str) -> None:
    people.loan(people.customer(), **AGREED)
    before = ask("verify")
    assert before.exit_code == 0
    assert (
        before.stdout == "verified: 2 replayed, 0 compared with their copies, 0 differ, 0 refused\n"
    )
    result = ask("verify", "--refresh")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        result.stdout == "verified: 2 replayed, 2 compared with their copies, 0 differ, 0 refused\n"
    )
    assert ask("verify").stdout == result.stdout


def test_a_copy_that_was_tampered_with_is_named(
    ask: Ask, db: Database, people: People, example: str
) -> None:
    people.loan(people.customer(), **AGREED)
    ask("verify", "--refresh")
    tamper(db, example, "overdue = overdue + 1, rows_paid = 7")
    result = ask("verify")
    assert result.exit_code == 1
    first, last = result.stdout.splitlines()
    assert first == f"{example}: overdue 817906.01 -> 817906.00; rows_paid 7 -> 2"
    assert last == "verified: 2 replayed, 2 compared with their copies, 1 differ, 0 refused"
    assert ask("verify", "--refresh").exit_code == 1


def test_a_credit_that_the_engine_refuses_is_named(ask: Ask, people: People) -> None:
    people.caps((date(2025, 10, 1), date(2025, 10, 31), "0.25"))
    people.caps((date(2026, 2, 1), date(2026, 2, 28), "0.25"))
    number = people.loan(people.customer(), **AGREED)
    result = ask("verify", "--refresh")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{number}: RateGap: No certified rate is known for 2025-11-01")
    assert result.stdout.endswith("1 replayed, 1 compared with their copies, 0 differ, 1 refused\n")


def test_a_share_with_a_seed_is_the_same_share(ask: Ask, people: People) -> None:
    people.caps()
    for _ in range(30):
        people.loan(people.customer(), **AGREED)
    some = ask("verify", "--share", 30, "--seed", 4).stdout
    assert ask("verify", "--share", 30, "--seed", 4).stdout == some
    replayed = int(some.split()[1])
    assert 1 <= replayed <= 20
    assert int(ask("verify").stdout.split()[1]) == 30


@pytest.mark.parametrize("share", ["0", "101", "x", "0.5"])
def test_a_share_is_a_percentage(ask: Ask, share: str) -> None:
    result = ask("verify", "--share", share)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--share" in result.stderr
