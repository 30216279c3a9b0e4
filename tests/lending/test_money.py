"""Money: one parser, one text, one way to round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.money import (
    AmountNegative,
    AmountNotPositive,
    Centavos,
    NotAnAmount,
    check_not_negative,
    check_positive,
    half_up,
    parse_pesos,
    pesos_text,
)

from .builders import refused


@pytest.mark.parametrize(
    ("text", "centavos"),
    [("845000", 84_500_000), ("845000.5", 84_500_050), ("-0.05", -5), (" 12 ", 1200), ("0.1", 10)],
)
def test_pesos_are_read(text: str, centavos: int) -> None:
    assert parse_pesos(text) == centavos


@pytest.mark.parametrize(
    "text", ["", "1.000,00", "1,000", "NaN", "1e309", "1.234", "--1", "1.", "½", "١", "1" * 16]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with refused(NotAnAmount, match="with a point"):
        parse_pesos(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (84_500_050, "845000.50"),
        (-84_500_007, "-845000.07"),
    ],
)
def test_amounts_as_files_carry_them(amount: int, text: str) -> None:
    assert pesos_text(Centavos(amount)) == text
    assert parse_pesos(text) == amount
    assert parse_pesos(f" {amount} ") == 100 * amount


@given(st.integers(-(10**16), 10**16))
def test_text_and_back_is_the_same_amount(amount: int) -> None:
    assert parse_pesos(pesos_text(Centavos(amount))) == amount


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit", "rounded"),
    [(149, 1, 100, 100), (150, 1, 100, 200), (299, 2, 100, 100), (1, 2, 1, 1), (0, 7, 100, 0)],
)
def test_a_half_is_rounded_up(numerator: int, denominator: int, unit: int, rounded: int) -> None:
    assert half_up(numerator, denominator, unit) == rounded


@pytest.mark.parametrize("amount", [0, -1, True, "100", None])
def test_an_amount_must_be_whole_and_positive(amount: int) -> None:
    with pytest.raises(AmountNotPositive, match="payment"):
        check_positive(amount, "payment")


def test_zero_is_no_negative_amount() -> None:
    check_not_negative(0, "premium")
    with pytest.raises(AmountNegative, match="premium"):
        check_not_negative(-1, "premium")
