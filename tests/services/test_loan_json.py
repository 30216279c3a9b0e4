"""A credit as plain JSON: every kind of event, and nothing that a reader could misread."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from finportal.lending import Centavos, Trace, payoff_quote
from finportal.lending.conventions import Part
from finportal.lending.events import (
    Acceleration,
    Effect,
    Event,
    Fee,
    InsuranceChange,
    Opening,
    OpeningDue,
    Reclassification,
    Refund,
    Restructuring,
    Reversal,
    Waiver,
    WriteOff,
)
from finportal.lending.schedule import schedule
from finportal.services import loan_json
from finportal.services.contracts import Contract
from finportal.services.ledger import Credit, Record
from finportal.services.terms_json import agreed_rate, derived_rate
from tests.lending.builders import example, on_time, pay, pesos, prepay, published

TERMS = example(acceleration_agreed=True)
ROWS = schedule(TERMS).rows
ON = date(2026, 2, 20)
NIGHT = datetime(2026, 2, 10, 3, tzinfo=UTC)
"""Still the ninth in Bogotá."""


@dataclass(frozen=True, slots=True)
class Made(Credit):
    """A credit whose contract no file could write down."""

    made: Contract

    @property
    def contract(self) -> Contract:
        """What was signed."""
        return self.made


def credit(*events: Event, opening: Opening | None = None) -> Credit:
    records = tuple(
        Record(number, event, "staff", event.id, None, NIGHT)
        for number, event in enumerate(events, 1)
    )
    return Made(1, "VH-1", 1, "active", "", records, published(), 1, Contract(TERMS, opening))


def shown(*events: Event, on: date = ON, opening: Opening | None = None) -> Any:
    one = credit(*events, opening=opening)
    return loan_json.show(one, one.state(on))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


BUSY = (
    *on_time(ROWS, 2),
    pay("a", date(2026, 1, 20), 900_000),
    Fee(id="f", value_date=date(2026, 1, 21), amount=pesos(40_000), evidence="call 17"),
    Reclassification(
        id="r", value_date=date(2026, 1, 25), payment="a", effect=Effect.REDUCE_TERM,
        requested_on=date(2026, 1, 25),
    ),
    prepay("b", date(2026, 2, 1), 2_000_000, Effect.REDUCE_INSTALMENT),
    InsuranceChange(id="i", value_date=date(2026, 2, 2), insurance_rate=Decimal("0.0005")),
    pay("w", date(2026, 2, 3), 50_000),
    Reversal(id="x", value_date=date(2026, 2, 4), reverses="w"),
    WriteOff(id="o", value_date=date(2026, 2, 18)),
)  # fmt: skip


def views(one: Credit, on: date) -> list[Any]:
    state, trace = one.state(on), Trace()
    one.state(on, trace)
    quote = payoff_quote(one.terms, one.events, one.rates, on)
    return [
        loan_json.show(one, state),
        loan_json.schedule(one, state),
        loan_json.payoff(one, state, quote),
        loan_json.explain(one, state, trace),
        loan_json.simulation(one.terms, Centavos(0)),
    ]


def test_no_reader_can_make_a_float() -> None:
    for view in views(credit(*BUSY), ON):
        assert {type(leaf) for leaf in leaves(view)} <= {str, int, bool, type(None)}
        assert json.loads(json.dumps(view)) == view


def test_the_order_of_recording_leaves_no_trace() -> None:
    assert views(credit(*BUSY), ON) == views(credit(*reversed(BUSY)), ON)


def test_what_later_days_bring_is_not_shown() -> None:
    early = [event for event in BUSY if event.value_date <= date(2026, 2, 3)]
    on = date(2026, 2, 3)
    assert views(credit(*BUSY), on) == views(credit(*early), on)


def test_money_in_is_money_allocated_and_credit() -> None:
    found = shown(*BUSY)
    standing = [one for one in found["payments"] if not (one["reversed_by"] or one["reverses"])]
    money = sum(Fraction(one["amount"]) for one in standing)
    spent = [*standing, *found["credit_spent"]]
    allocated = sum(Fraction(one["allocated"]["total"]) for one in spent)
    assert money == allocated + Fraction(found["credit"])
    assert Fraction(found["paid"]["total"]) == allocated


def test_payments_and_their_effects() -> None:
    found = {one["receipt"]: one for one in shown(*BUSY)["payments"]}
    assert list(found) == ["row001", "row002", "a", "b", "w", "x"]
    assert found["a"]["effect"] == "reduce_term"
    assert found["b"]["effect"] == "reduce_instalment"
    assert found["row001"]["effect"] == "instalments"
    assert (found["w"]["reversed_by"], found["x"]["reverses"]) == ("x", "w")
    assert (found["x"]["effect"], found["x"]["amount"]) == (None, None)
    assert found["b"]["recorded_on"] == "2026-02-09"


def test_other_events_with_their_own_columns() -> None:
    found = {one["kind"]: one for one in shown(*BUSY)["other_events"]}
    assert found["fee"]["details"] == {"amount": "40000.00", "evidence": "call 17"}
    assert found["reclassification"]["details"] == {
        "payment": "a", "effect": "reduce_term", "requested_on": "2026-01-25",
    }  # fmt: skip
    assert found["insurance_change"]["details"] == {
        "insurance_rate": "0.0005", "insurance_monthly": "0.00",
    }  # fmt: skip
    assert found["write_off"]["details"] == {}


def test_a_waiver_and_a_refund_say_what_became_of_them() -> None:
    waiver = Waiver(
        id="v", value_date=ON, amount=pesos(1_000), part=Part.LATE_INTEREST, reason="goodwill"
    )
    found = shown(*on_time(ROWS, 2), waiver)
    (one,) = found["other_events"]
    assert one["allocation"][0]["late_interest"] == "1000.00"
    assert found["waived"]["late_interest"] == "1000.00"
    refund = Refund(id="z", value_date=ON, amount=pesos(10_000))
    found = shown(*on_time(ROWS, 4), pay("a", date(2026, 2, 19), 25_000), refund)
    assert found["other_events"][0]["credit_after"] == found["credit"] == "15000.00"
    assert found["refunded"] == "10000.00"


def test_new_terms_and_an_accelerated_credit() -> None:
    later = example(disbursed_on=ON, first_due_on=None, instalments=24)
    found = shown(*on_time(ROWS, 4), Restructuring(id="n", value_date=ON, terms=later))
    assert found["terms"]["instalments"] == 24
    details = found["other_events"][0]["details"]
    assert (details["terms"]["instalments"], details["absorb_overdue"]) == (24, True)
    hurried = shown(*on_time(ROWS, 2), Acceleration(id="q", value_date=ON))
    assert (hurried["accelerated"], hurried["principal_not_due"]) == (True, "0.00")


def test_a_migrated_credit_shows_what_it_came_with() -> None:
    due = OpeningDue(due_date=date(2026, 1, 15), interest=pesos(491_349))
    opening = Opening(
        id="opening", value_date=date(2026, 1, 31), principal_not_due=pesos(29_101_976),
        dues=(due,), credit=pesos(100_000),
    )  # fmt: skip
    found = shown(opening=opening)
    assert found["opening"]["on"] == "2026-01-31"
    assert found["opening"]["principal_not_due"] == "29101976.00"
    assert found["opening"]["dues"][0]["interest"] == "491349.00"
    assert found["credit_spent"][0]["allocated"]["interest"] == "100000.00"
    assert shown()["opening"] is None


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("0.22", "0.2200"),
        ("0.220000", "0.2200"),
        ("0.225050", "0.22505"),
        ("0", "0.0000"),
        ("1.5", "1.5000"),
        ("0.123456789012345678901234567891", "0.123456789012345678901234567891"),
    ],
)
def test_an_agreed_rate_keeps_its_digits(rate: str, written: str) -> None:
    assert agreed_rate(Decimal(rate)) == written


def test_a_derived_rate_has_twelve_decimals() -> None:
    assert derived_rate(Decimal("0.0167089638731234")) == "0.016708963873"
    assert derived_rate(Decimal("0.0000000000005")) == "0.000000000001"
