"""JSON of strangers: amounts exact or refused, moments exact or refused, bytes never a crash."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters.gateways.errors import AmountUnreadable, AnswerUnreadable
from finportal.adapters.gateways.reading import (
    NotJson,
    centavos_from_cents,
    centavos_from_pesos,
    moment,
    pesos,
    read_json,
    write_json,
)
from finportal.lending.money import Centavos


@pytest.mark.parametrize(
    ("written", "centavos"),
    [
        ("1000000", 100_000_000),
        ('"1000000.00"', 100_000_000),
        ("1000000.0", 100_000_000),
        ("1000000.5", 100_000_050),
        ("1e6", 100_000_000),
        ("1.5E3", 150_000),
        ("0.01", 1),
        ("0.1", 10),
        ("1.100", 110),
        ("0", 0),
        ("-0.00", 0),
        ('"00012.30"', 1230),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_pesos_are_read_exactly(written: str, centavos: int) -> None:
    assert centavos_from_pesos(read_json(written.encode())) == centavos


@pytest.mark.parametrize(
    "written",
    [
        "1000000.005",
        "0.001",
        "1000000.000000000000000000000000000000000001",
        "1000000.00000000000000000000000000000000000000000000000001",
        "-1",
        "-0.01",
        "1e13",
        "1e999",
        "1e-3",
        '"1.000.000"',
        '"1,000,000.00"',
        '"1000000,00"',
        '" 5"',
        '"5\\n"',
        '"٣"',
        '"NaN"',
        '"Infinity"',
        '"1_000"',
        '""',
        "true",
        "null",
        "[1]",
        "{}",
    ],
)
def test_other_amounts_are_refused(written: str) -> None:
    with pytest.raises(AmountUnreadable):
        centavos_from_pesos(read_json(written.encode()))


@pytest.mark.parametrize("written", ["1.5", "0.01", '"1.50"', "-3", "true"])
def test_cents_are_whole(written: str) -> None:
    with pytest.raises(AmountUnreadable):
        centavos_from_cents(read_json(written.encode()))


@given(st.integers(0, 10**15 - 1))
def test_amounts_go_there_and_back(amount: int) -> None:
    written = write_json({"total": pesos(Centavos(amount))})
    assert centavos_from_pesos(read_json(written)["total"]) == amount
    assert json.loads(written, parse_float=Decimal)["total"] * 100 == amount, "a number, exact"
    assert centavos_from_pesos(f"{amount // 100}.{amount % 100:02d}") == amount
    assert centavos_from_cents(amount) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers() | st.text())
def test_any_amount_is_exact_or_refused(value: Decimal | int | str) -> None:
    try:
        amount = centavos_from_pesos(value)
    except AmountUnreadable:
        return
    assert Decimal(amount) == Decimal(value) * 100


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    try:
        write_json(read_json(body))
    except NotJson:
        return


@pytest.mark.parametrize(
    "body",
    [b"", b"NaN", b"[Infinity]", b"-Infinity", b'"\\ud800"', b"\xff", b"[" * 60_000, b"1" * 5000],
    ids=lambda body: repr(body[:12]),
)
def test_what_json_should_not_hold_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        read_json(body)


def test_moments_keep_their_instant() -> None:
    late = datetime(2016, 10, 11, 4, 59, 57, tzinfo=UTC)
    assert moment("2016-10-10T23:59:57-05:00") == late
    assert moment("2016-10-11T04:59:57.000Z") == late


@pytest.mark.parametrize(
    "text", ["", "hoy", "2016-10-10T23:59:57", "2016-13-01T00:00:00Z", "0001-01-01T00:00:00+05:00"]
)
def test_a_moment_is_never_guessed(text: str) -> None:
    with pytest.raises(AnswerUnreadable):
        moment(text)
