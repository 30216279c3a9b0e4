"""The codec: what is written comes back, byte for byte."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from finportal.lending.codec import Unreadable, dump, load_event, load_state, load_terms
from finportal.lending.conventions import Part
from finportal.lending.events import (
    Acceleration,
    Effect,
    Event,
    Fee,
    InsuranceChange,
    Opening,
    OpeningDue,
    Payment,
    Prepayment,
    Reclassification,
    Refund,
    Restructuring,
    Reversal,
    Waiver,
    WriteOff,
)
from finportal.lending.money import AmountNotPositive
from finportal.lending.replay import replay

from .builders import example, pesos, refused
from .strategies import Case, cases

DAY = date(2026, 2, 9)
HEAD = {"id": "e", "value_date": DAY}
EVENTS = [
    Acceleration(**HEAD),
    Fee(**HEAD, amount=pesos(1), evidence="call"),
    InsuranceChange(**HEAD, insurance_rate=Decimal("0.0005")),
    Opening(
        **HEAD, principal_not_due=pesos(9), dues=(OpeningDue(due_date=DAY, principal=pesos(1)),)
    ),
    Payment(**HEAD, amount=pesos(1)),
    Prepayment(**HEAD, amount=pesos(1), effect=Effect.REDUCE_TERM),
    Reclassification(**HEAD, payment="p", effect=Effect.REDUCE_INSTALMENT, requested_on=DAY),
    Refund(**HEAD, amount=pesos(1)),
    Restructuring(**HEAD, terms=example(disbursed_on=DAY, first_due_on=None)),
    Reversal(**HEAD, reverses="p"),
    Waiver(**HEAD, amount=pesos(1), part=Part.FEES),
    WriteOff(**HEAD),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_comes_back(event: Event) -> None:
    assert load_event(dump(event)) == event
    assert json.loads(dump(event))["type"] == type(event).__name__


@given(cases())
def test_terms_and_states_come_back(case: Case) -> None:
    assert load_terms(dump(case.terms)) == case.terms
    state = replay(case.terms, case.events, case.rates, case.until)
    assert load_state(dump(state)) == state
    assert dump(load_state(dump(state))) == dump(state)
    assert [load_event(dump(event)) for event in case.events] == case.events


def test_what_was_not_written_takes_its_default() -> None:
    plain = json.loads(dump(example()))
    del plain["balloon"], plain["conventions"]["grace_days"]
    assert load_terms(json.dumps(plain)) == example()


def test_rates_keep_every_digit_typed() -> None:
    assert '"rate_ea":"0.2450"' in dump(example(rate_ea=Decimal("0.2450")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"principal":"x"}',
        '{"unknown":1}',
        '{"principal":1.5}',
        '{"rate_ea":"much"}',
        '{"conventions":{"day_count":"lunar"}}',
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with refused(Unreadable, match="engine writes it"):
        load_terms(text)


def test_an_event_without_a_known_type_is_refused() -> None:
    for text in ("{}", '{"type":"Party"}', '{"type":"Event"}'):
        with refused(Unreadable, match="unknown"):
            load_event(text)


def test_the_values_are_checked_as_ever() -> None:
    with refused(AmountNotPositive):
        load_event('{"type":"Payment","id":"p","value_date":"2026-02-09","amount":0}')
