"""`loan show`, `schedule`, `explain`, `payoff`: the figures of the worked example, and refusals."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from click.testing import Result

from tests.doubles import Clock
from tests.factories import People

Ask = Callable[..., Result]
Told = Callable[..., Any]

SEEN_ON = date(2026, 2, 9)
VIEWS = ("show", "schedule", "explain", "payoff")


def parts(**pesos: int) -> dict[str, str]:
    """An amount by part, the others zero, as JSON has it."""
    names = ("fees", "insurance", "late_interest", "interest", "principal")
    found = {name: f"{pesos.get(name, 0)}.00" for name in names}
    return found | {"total": f"{sum(pesos.values())}.00"}


def test_the_payoff_of_the_worked_example(told: Told, example: str) -> None:
    found = told("payoff", example, "--on", SEEN_ON)
    assert found["payoff"] == "30312030.00"
    assert found["due"] == parts(
        insurance=17_644, late_interest=4_598, interest=491_349, principal=304_315
    )
    assert found["accrued_interest"] == "392148.00"
    assert found["principal_not_due"] == "29101976.00"
    assert (found["days_past_due"], found["oldest_due_date"]) == (25, "2026-01-15")
    assert (found["next_due_date"], found["provisional"]) == ("2026-02-15", False)
    assert found["valid_on"] == "2026-02-09"
    tomorrow = told("payoff", example, "--on", "2026-02-10")["payoff"]
    assert Fraction(found["per_diem"]) == Fraction(tomorrow) - 30_312_030 > 0
    assert "schedule" not in found


def test_a_payment_of_that_day_is_shown_with_where_it_went(
    told: Told, people: People, example: str
) -> None:
    people.paid(example, SEEN_ON, 600_000, external_id="R-3")
    found = told("show", example)
    assert found["as_of"] == "2026-02-09"
    assert found["payoff"] == "29712030.00"
    went = parts(insurance=17_644, late_interest=4_598, interest=491_349, principal=86_409)
    payment = found["payments"][-1]
    assert payment["allocation"] == [{"row": 3} | went]
    assert payment["allocated"] == went
    assert (payment["receipt"], payment["amount"]) == ("R-3", "600000.00")
    assert (payment["effect"], payment["credit_after"]) == ("instalments", "0.00")
    row = found["schedule"][2]
    assert (row["n"], row["status"], row["late_interest"]) == (3, "partly", "4598.00")
    assert (row["paid"], row["owed"]) == (went, parts(principal=217_906))
    assert [one["status"] for one in found["schedule"][:4]] == ["paid", "paid", "partly", "pending"]
    assert found["terms"]["rate_nmv"] == "0.200507566478"
    assert found["terms"]["rate_monthly"] == "0.016708963873"
    assert (found["terms"]["rate_ea"], found["terms"]["late_rate_ea"]) == ("0.2200", None)


@pytest.mark.parametrize(
    ("effect", "rows", "instalment", "last", "left"),
    [
        ("reduce_term", 42, "795664.00", ("718973.00", "2029-08-15"), "9290892.00"),
        ("reduce_instalment", 56, "658763.00", ("658779.00", "2030-10-15"), "12840439.00"),
    ],
)
def test_the_prepayment_of_the_worked_example(  # noqa: PLR0917
    told: Told,
    people: People,
    example: str,
    effect: str,
    rows: int,
    instalment: str,
    last: tuple[str, str],
    left: str,
) -> None:
    people.paid(example, date(2026, 1, 15), 813_308)
    people.paid(example, date(2026, 2, 15), 813_125)
    people.paid(example, date(2026, 3, 2), 5_000_000, effect=effect)
    found = told("show", example, "--on", "2026-03-02")
    assert found["payments"][-1]["effect"] == effect
    went = parts(interest=257_729, principal=4_742_271)
    assert found["payments"][-1]["allocation"] == [{"row": None} | went]
    assert found["principal_not_due"] == "24050305.00"
    assert (found["instalment"], found["interest_left"]) == (instalment, left)
    ahead = [row for row in found["schedule"] if row["status"] == "pending"]
    assert (len(ahead), ahead[0]["instalment"]) == (rows, instalment)
    assert (ahead[-1]["instalment"], ahead[-1]["due_date"]) == last
    assert found["provisional"]


def test_the_schedule_and_its_sums(told: Told, example: str) -> None:
    found = told("schedule", example, "--on", SEEN_ON)
    assert (len(found["schedule"]), found["instalment"]) == (60, "795664.00")
    totals = found["totals"]
    assert (totals["interest"], totals["instalment"]) == ("17739846.00", "47739846.00")
    assert (totals["principal"], totals["total"]) == ("30000000.00", "48376864.00")
    assert totals["late_interest"] == "4598.00"
    assert totals["owed"]["total"] == "817906.00"


def test_every_step_of_an_explanation_can_be_checked(told: Told, example: str) -> None:
    found = told("explain", example, "--on", SEEN_ON)
    for step in found["steps"]:
        exact, unit = Fraction(step["exact"]), Fraction(step["unit"])
        rounded = (2 * exact + unit) // (2 * unit) * unit if unit else exact
        assert rounded + Fraction(step["plus"]) == Fraction(step["result"])
        assert 0 <= exact - Fraction(step["exact_decimal"]) < Fraction(1, 10**12)
        assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in step["inputs"])
    (late,) = [step for step in found["steps"] if step["rule"] == "late_interest"]
    assert (late["row"], late["result"]) == (3, "4598.00")
    assert [(one["days"], one["base"], one["rate_ea"]) for one in late["spans"]] == [
        (16, "304315.00", "0.2436"),
        (9, "304315.00", "0.2523"),
    ]
    assert found["steps"][-1]["result"] == found["payoff"] == "30312030.00"


@pytest.mark.parametrize("view", VIEWS)
def test_the_same_question_has_the_same_bytes(ask: Ask, example: str, view: str) -> None:
    for form in ((), ("--json",)):
        first = ask(view, example, "--on", SEEN_ON, *form)
        assert first.exit_code == 0
        assert first.stdout_bytes == ask(view, example, *form).stdout_bytes


def test_a_past_day_is_shown_as_it_was_then(
    ask: Ask, people: People, example: str, clock: Clock
) -> None:
    then = {view: ask(view, example, "--json").stdout for view in VIEWS}
    clock.forward(days=30)
    people.paid(example, date(2026, 2, 20), 500_000)
    people.reversed(people.paid(example, date(2026, 2, 21), 90_000), date(2026, 2, 22))
    for view in VIEWS:
        assert ask(view, example, "--on", SEEN_ON, "--json").stdout == then[view]
        assert ask(view, example, "--json").stdout != then[view]


def test_a_reversed_payment_and_its_reversal_name_each_other(
    told: Told, people: People, example: str
) -> None:
    before = told("show", example)
    receipt = people.paid(example, date(2026, 1, 20), 400_000)
    reversal = people.reversed(receipt, date(2026, 1, 22))
    after = told("show", example)
    undone, undoing = after["payments"][-2:]
    assert (undone["receipt"], undone["reversed_by"]) == (receipt, reversal)
    assert (undone["allocation"], undone["credit_after"]) == ([], None)
    assert (undoing["reverses"], undoing["amount"]) == (receipt, None)
    assert after | {"payments": []} == before | {"payments": []}


def test_people_read_grouped_figures(ask: Ask, people: People, example: str) -> None:
    quote = ask("payoff", example).stdout.splitlines()
    assert quote[0] == "VH-1001 on 2026-02-09: payoff, valid on 2026-02-09 only (engine 1)"
    assert "payoff                    30,312,030" in quote
    people.paid(example, SEEN_ON, 600_000, external_id="R-3")
    shown = ask("show", example).stdout
    assert re.search(r"^ 3 +2026-01-15 .* 600,000 +217,906  partly$", shown, re.MULTILINE)
    assert "rate ea              22 %\n" in shown
    assert "late rate ea         the highest certified\n" in shown
    assert re.search(r"^R-3 +2026-02-09  600,000  bank +instalments ", shown, re.MULTILINE)
    explained = ask("explain", example).stdout
    assert "2026-02-09, row 3: late interest = 4,598\n" in explained
    assert "  2026-01-31 to 2026-02-09: 9 days on 304,315 at 25.23 % E.A.\n" in explained
    assert "late interest       4,598\n" in ask("schedule", example).stdout


def test_a_day_after_the_last_certificate_is_provisional(ask: Ask, example: str) -> None:
    assert "provisional: " in ask("payoff", example, "--on", "2026-03-01").stdout
    assert "provisional: " not in ask("payoff", example).stdout


def test_other_events_and_spent_credit_are_told(
    ask: Ask, told: Told, people: People, example: str
) -> None:
    people.paid(example, date(2026, 1, 10), 1_000_000)
    body = (
        '{"amount":5000000,"evidence":"call 17","id":"staff:f","type":"Fee",'
        '"value_date":"2026-02-02"}'
    )
    people.paid(
        example, date(2026, 2, 2), 0, kind="fee", amount=5_000_000, body=body,
        source="staff", external_id="f", channel=None,
    )  # fmt: skip
    found = told("show", example)
    (fee,) = found["other_events"]
    assert (fee["kind"], fee["source"], fee["receipt"]) == ("fee", "staff", "f")
    assert fee["details"] == {"amount": "50000.00", "evidence": "call 17"}
    spent = [(one["on"], one["amount"]) for one in found["credit_spent"]]
    assert spent == [("2026-01-15", "813308.00"), ("2026-02-02", "50000.00")]
    text = ask("show", example).stdout
    assert "2026-02-02  fee  f  amount 50,000; evidence call 17\n" in text
    assert "credit spent\n" in text
