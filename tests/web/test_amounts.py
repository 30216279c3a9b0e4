"""Pesos as people type them: one reading for each spelling, and none for what is no amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.money import NotAnAmount
from finportal.web.amounts import typed_pesos


@pytest.mark.parametrize(
    ("typed", "centavos"),
    [
        ("845000", 84_500_000),
        ("$ 845.000", 84_500_000),
        ("845,000", 84_500_000),
        ("1.234.567,8", 123_456_780),
        ("1,234,567.89", 123_456_789),
        ("1.5", 150),
        ("1,50", 150),
        ("1.500", 150_000),
        ("1'500.000", 150_000_000),
        ("0.5", 50),
        ("\u00a01\u00a0000\u00a0", 100_000),
    ],
)
def test_every_usual_spelling_is_read(typed: str, centavos: int) -> None:
    assert typed_pesos(typed) == centavos


@pytest.mark.parametrize(
    "typed",
    ["", " ", "$", "NaN", "1e309", "1.00.000", "1.000,000,5", "1.2345", "1,000.000,00", "٣", "1..5",
     "1.000.00", "0.500", "0x10", "1/2", "9" * 16],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        typed_pesos(typed)


@given(st.integers(0, 10**14), st.integers(0, 99))
def test_both_ways_of_grouping_mean_the_same(pesos: int, cents: int) -> None:
    english = f"{pesos:,}.{cents:02d}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert typed_pesos(english) == typed_pesos(spanish) == pesos * 100 + cents
