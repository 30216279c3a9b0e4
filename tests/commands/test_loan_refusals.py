"""What `loan` refuses about a credit: one sentence, an exit status, and nothing on stdout."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from finportal.commands.loan import loan
from finportal.settings import Settings
from tests.commands.conftest import AGREED
from tests.commands.test_loan import SEEN_ON, VIEWS
from tests.factories import People

Ask = Callable[..., Result]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("VH-9",), 1, "credit VH-9: UnknownLoan: There is no credit VH-9."),
        (("n\udcff",), 1, "UnknownLoan"),
        (
            ("VH-1001", "--on", "2025-10-14"),
            1,
            "credit VH-1001: BeforeDisbursement: The date asked for is dated 2025-10-14, before ",
        ),
        (("VH-1001", "--on", "2026-02-30"), 2, "'--on': '2026-02-30': NotADay: Write a day"),
        (("VH-1001", "--on", "9999-12-31"), 2, "from 1901 to 2199"),
        (("VH-1001", "--on", "20260209"), 2, "NotADay"),
        (("VH-1001", "--on", "today"), 2, "NotADay"),
        ((), 2, "Missing argument 'NUMBER'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(  # noqa: PLR0917
    ask: Ask, example: str, view: str, words: tuple[str, ...], status: int, sentence: str
) -> None:
    result = ask(view, *words, "--json")
    assert (result.exit_code, result.stdout) == (status, "")
    assert sentence in result.stderr
    assert result.stderr.count("Error: ") == 1


def test_a_gap_between_certificates_is_named(ask: Ask, people: People) -> None:
    people.caps((date(2025, 10, 1), date(2025, 10, 31), "0.25"))
    people.caps((date(2026, 2, 1), date(2026, 2, 28), "0.25"))
    number = people.loan(people.customer(), **AGREED)
    result = ask("payoff", number, "--on", SEEN_ON, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"Error: credit {number}: RateGap: No certified rate is known for 2025-11-01" in (
        result.stderr
    )


def test_a_contract_that_never_amortises_is_refused_on_one_line(ask: Ask, people: People) -> None:
    people.caps()
    slow = AGREED | {"rate_ea": "0.90", "first_due_on": date(2026, 12, 15)}
    number = people.loan(people.customer(), **slow)
    result = ask("show", number, "--on", SEEN_ON)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: credit {number}: NegativeAmortisation: ")
    assert result.stderr.count("\n") == 1


def test_a_database_without_tables_is_said_plainly(
    make_app: Callable[[Settings], Flask], settings: Settings, tmp_path: Path
) -> None:
    bare = make_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'b.db'}"}))
    result = bare.test_cli_runner().invoke(loan, ["show", "VH-1001", "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the database refused" in result.stderr
