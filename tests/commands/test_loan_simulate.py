"""`loan simulate`: the worked example, every option, and what no contract may hold."""

import json
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner, Result

from finportal.commands.loan import loan
from finportal.lending.conventions import Conventions
from finportal.lending.terms import Terms

BARE = (
    "simulate", "--principal", "30000000", "--rate-ea", "0.22", "--term", "60",
    "--disbursed-on", "2025-10-15",
)  # fmt: skip
EXAMPLE = (*BARE, "--insurance", "0.0006")


def ask(*words: str) -> Result:
    """Give `loan` some words, without a portal or a database."""
    return CliRunner().invoke(loan, words)


def told(*words: str) -> Any:
    """The object that `loan … --json` prints, and nothing else with it."""
    result = ask(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_the_worked_example() -> None:
    found = told(*EXAMPLE)
    assert len(found["schedule"]) == 60
    assert list(found["schedule"][2].values()) == [
        3, "2026-01-15", "29406291.00", "491349.00", "304315.00", "795664.00", "17644.00",
        "813308.00", "29101976.00",
    ]  # fmt: skip
    assert found["schedule"][-1]["total"] == "796140.00"
    assert found["totals"] == {
        "interest": "17739846.00",
        "principal": "30000000.00",
        "instalment": "47739846.00",
        "insurance": "637018.00",
        "total": "48376864.00",
    }
    assert (found["instalment"], found["ends_on"]) == ("795664.00", "2030-10-15")
    terms = found["terms"]
    assert (terms["rate_ea"], terms["rate_nmv"]) == ("0.2200", "0.200507566478")
    assert (terms["rate_monthly"], terms["first_due_on"]) == ("0.016708963873", "2025-11-15")


@pytest.mark.parametrize("upfront", ["0", "300000"])
def test_the_vtu_makes_the_rows_worth_what_was_received(upfront: str) -> None:
    found = told(*EXAMPLE, "--upfront", upfront)
    month = (1 + Decimal(found["vtu_ea"])) ** (Decimal(1) / 12)
    worth = sum(Decimal(row["total"]) / month ** row["n"] for row in found["schedule"])
    assert abs(worth - 30_000_000 + Decimal(upfront)) < Decimal("0.001")
    assert Decimal(found["vtu_ea"]) > Decimal("0.2285")


def test_without_other_costs_the_vtu_is_the_rate() -> None:
    assert abs(Decimal(told(*BARE)["vtu_ea"]) - Decimal("0.22")) < Decimal("1e-6")


@pytest.mark.parametrize(
    ("option", "value", "key", "written"),
    [
        ("--first-due-on", "2025-12-01", "first_due_on", "2025-12-01"),
        ("--anchor-day", "15", "anchor_day", 15),
        ("--insurance", "0.0006", "insurance_rate", "0.0006"),
        ("--insurance-monthly", "128500.50", "insurance_monthly", "128500.50"),
        ("--late-rate-ea", "0.25125", "late_rate_ea", "0.25125"),
        ("--balloon", "9000000", "balloon", "9000000.00"),
        ("--grace-principal", "3", "grace_principal", 3),
        ("--day-count", "act/360", "day_count", "act/360"),
        ("--first-period", "eff/365", "first_period", "eff/365"),
        (
            "--allocation-order",
            "principal > interest>fees>insurance>LATE_INTEREST",
            "allocation_order",
            ["principal", "interest", "fees", "insurance", "late_interest"],
        ),
        ("--allocation-by", "part", "allocation_by", "part"),
        ("--fee-placement", "own_row", "fee_placement", "own_row"),
        ("--no-fee-needs-evidence", "", "fee_needs_evidence", False),
        ("--cap-test", "due_date", "cap_test", "due_date"),
        ("--cap-saving", "principal", "cap_saving", "principal"),
        ("--payoff-insurance", "prorata", "payoff_insurance", "prorata"),
        ("--grace-days", "5", "grace_days", 5),
        ("--business-days", "", "business_days", True),
        ("--reclassify-days", "30", "reclassify_days", 30),
        ("--acceleration-agreed", "", "acceleration_agreed", True),
        ("--unit", "100", "unit", "100.00"),
        ("--instalment-unit", "1000", "instalment_unit", "1000.00"),
    ],
)
def test_an_option_reaches_the_contract(option: str, value: str, key: str, written: object) -> None:
    terms = told(*BARE, option, *([value] if value else []))["terms"]
    assert (terms | terms["conventions"])[key] == written


def test_every_parameter_of_a_contract_is_an_option() -> None:
    command = loan.commands["simulate"]
    names = {parameter.name for parameter in command.params}
    agreed = {*Terms.__slots__, *Conventions.__slots__} - {"conventions"}
    assert names == agreed | {"upfront", "as_json"}


def test_choices_change_the_figures_as_the_reference_says() -> None:
    broken = (*BARE, "--disbursed-on", "2025-10-03", "--first-due-on", "2025-11-15")
    first = told(*broken)["schedule"][0]
    assert (first["interest"], first["instalment"]) == ("695308.00", "800726.00")
    thirty = told(*broken, "--first-period", "30/360")["schedule"][0]
    assert thirty["interest"] == "701776.00"
    assert told(*broken, "--first-period", "eff/365")["schedule"][0]["interest"] == "711084.00"
    balloon = told(*BARE, "--balloon", "9000000")
    assert balloon["instalment"] == "707345.00"
    assert balloon["schedule"][-1]["instalment"] == "9707393.00"
    grace = told(*BARE, "--grace-principal", "3")["schedule"]
    assert (grace[0]["instalment"], grace[3]["instalment"]) == ("501269.00", "820216.00")
    waiting = told(*BARE, "--grace-principal", "3", "--grace-interest", "3")["schedule"]
    assert (waiting[0]["total"], waiting[3]["principal"]) == ("0.00", grace[3]["principal"])
    assert told(*BARE, "--rate-ea", "0")["instalment"] == "500000.00"


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--principal", "0"), 2, "'--principal': '0': AmountNotPositive: The amount must be"),
        (("--principal", "-5"), 2, "'--principal': '-5': AmountNotPositive: "),
        (("--principal", "NaN"), 2, "'--principal': 'NaN': NotAnAmount: Write the amount"),
        (("--principal", "1e309"), 2, "'--principal': '1e309': NotAnAmount: "),
        (("--principal", "1.000,00"), 2, "'--principal': '1.000,00': NotAnAmount: "),
        (("--principal", ""), 2, "'--principal': '': NotAnAmount: "),
        (("--balloon", "-1"), 2, "'--balloon': '-1': AmountNegative: The amount must be zero"),
        (("--rate-ea", "-0.1"), 2, "'--rate-ea': '-0.1': NotARate: Write the rate as a"),
        (("--rate-ea", "NaN"), 2, "'--rate-ea': 'NaN': NotARate: "),
        (("--rate-ea", "1e309"), 2, "'--rate-ea': '1e309': NotARate: "),
        (("--rate-ea", "22"), 2, "'--rate-ea': '22': NotARate: "),
        (("--rate-ea", "0,22"), 2, "'--rate-ea': '0,22': NotARate: "),
        (("--insurance", "Infinity"), 2, "'--insurance': 'Infinity': NotARate: "),
        (("--term", "0"), 2, "'--term': 0 is not in the range 1<=x<=600"),
        (("--term", "1e309"), 2, "'--term': '1e309' is not a valid integer"),
        (("--disbursed-on", "2025-02-29"), 2, "'--disbursed-on': '2025-02-29': NotADay: "),
        (("--unit", "0"), 2, "'--unit': '0': AmountNotPositive"),
        (("--day-count", "act/364"), 2, "'--day-count': 'act/364' is not one of "),
        (("--allocation-order", "fees>fees"), 2, "'--allocation-order': 'fees>fees': OrderIncompl"),
        (("--first-due-on", "2025-10-15"), 1, "Error: --first-due-on: FirstDueTooEarly: The first"),
        (("--anchor-day", "30", "--first-due-on", "2025-11-15"), 1, "Error: --anchor-day: Anchor"),
        (("--balloon", "30000000"), 1, "Error: --balloon: BalloonTooLarge: The balloon must be"),
        (("--grace-principal", "60"), 1, "Error: --grace-principal and --grace-interest: GraceTo"),
        (("--grace-interest", "1"), 1, "GraceTooLong: "),
        (("--upfront", "30000000"), 1, "Error: --upfront: NothingReceived: "),
        (("--upfront", "29900000"), 1, "Error: the contract: CostTooHigh: "),
        (("--rate-ea", "0.9", "--first-due-on", "2027-10-15"), 1, "Error: --term: NegativeAmorti"),
    ],
)
def test_what_no_contract_may_hold(words: tuple[str, ...], status: int, sentence: str) -> None:
    result = ask(*EXAMPLE, *words, "--json")
    assert (result.exit_code, result.stdout) == (status, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("left_out", ["--principal", "--rate-ea", "--term", "--disbursed-on"])
def test_what_must_be_stated(left_out: str) -> None:
    at = EXAMPLE.index(left_out)
    result = ask(*EXAMPLE[:at], *EXAMPLE[at + 2 :])
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Missing option '{left_out}'" in result.stderr


def test_people_read_the_same() -> None:
    text = ask(*EXAMPLE).stdout
    assert "instalment  795,664\n" in text
    assert "\nrate nmv      20.0508 %\n" in text
    assert "\nvtu ea        22.8668 %\n" in text
    assert (
        "\n60  2030-10-15     782,594    13,076    782,594     795,670        470  796,140 " in text
    )
    assert "\ninterest    17,739,846\n" in text
    assert ask(*EXAMPLE).stdout == text
